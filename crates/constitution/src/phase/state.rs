//! The fold: what is known of the phase, and one step of it.

use std::collections::BTreeMap;

use comity_wire::{Digest, KeyId, Time};

use super::{Act, Change, Phase, PhaseEvent, PhaseRefusal, VetoEnd};
use crate::{
    charter::{ChamberSet, Charter},
    commitment_tier::CommitmentTier,
    limits::PROVISIONAL_DECISIONS_MAX,
    parameters::Parameters,
    vocabulary::RiskTier,
};

/// The numbers that a step reads.
#[derive(Clone, Copy, Debug)]
pub struct PhaseRules<'a> {
    /// Bounds, clocks and chambers.
    pub charter: &'a Charter,
    /// Bounds of commitment tiers.
    pub parameters: &'a Parameters,
}

/// Where a constitution stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseState {
    founder: KeyId,
    founder_signed: Time,
    founder_dissolved: Option<Time>,
    veto_ended: Option<Time>,
    /// The date of each phase that was entered.
    entered: BTreeMap<Phase, Time>,
    phase: Phase,
    tier: CommitmentTier,
    report: Option<Digest>,
    first_light: Option<Time>,
    decisions: BTreeMap<Digest, Standing>,
    expired: Option<Time>,
    now: Time,
}

/// What became of a decision of G0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Waits for a chamber of G1.
    Provisional,
    /// A chamber of G1 said yes.
    Ratified,
    /// A chamber said no, or none spoke in time.
    Reversed,
}

/// What missions of a risk tier may do in a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Everything that their tier allows.
    Active,
    /// Only under the founder's eyes.
    Reduced,
    /// Nothing.
    Locked,
}

/// The next state, and what changed on the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The next state.
    pub state: PhaseState,
    /// What changed, in order.
    pub changes: Vec<Change>,
}

impl PhaseState {
    /// A constitution that was founded at `at`, with nobody in it.
    pub fn founded(founder: KeyId, at: Time) -> Self {
        Self {
            founder,
            founder_signed: at,
            founder_dissolved: None,
            veto_ended: None,
            entered: BTreeMap::from([(Phase::G0, at)]),
            phase: Phase::G0,
            tier: CommitmentTier::C0,
            report: None,
            first_light: None,
            decisions: BTreeMap::new(),
            expired: None,
            now: at,
        }
    }

    /// The phase; none when the constitution failed closed.
    pub fn phase(&self) -> Option<Phase> {
        self.expired.is_none().then_some(self.phase)
    }

    /// The phase, unless the constitution failed closed.
    ///
    /// # Errors
    ///
    /// [`PhaseRefusal::Expired`].
    pub fn open(&self) -> Result<Phase, PhaseRefusal> {
        match self.expired {
            Some(at) => Err(PhaseRefusal::Expired { at }),
            None => Ok(self.phase),
        }
    }

    /// The commitment tier.
    pub const fn tier(&self) -> CommitmentTier {
        self.tier
    }

    /// When a phase began, if it did.
    pub fn entered(&self, phase: Phase) -> Option<Time> {
        self.entered.get(&phase).copied()
    }

    /// When the founder's veto ended, if it did.
    pub const fn veto_ended(&self) -> Option<Time> {
        self.veto_ended
    }

    /// What became of a decision of G0.
    pub fn decision(&self, decision: &Digest) -> Option<Standing> {
        self.decisions.get(decision).copied()
    }

    /// The chambers that decide now; none in G0 and after failing closed, when amendments are frozen.
    pub fn chambers<'a>(&self, charter: &'a Charter) -> Option<&'a ChamberSet> {
        self.phase().and_then(|phase| charter.chambers(phase))
    }

    /// What missions of a tier may do: in G0 the constitutional tier is locked and the high one is
    /// reduced; after failing closed everything is locked.
    pub fn permission(&self, tier: RiskTier) -> Permission {
        match (self.phase(), tier) {
            (None, _) | (Some(Phase::G0), RiskTier::R3) => Permission::Locked,
            (Some(Phase::G0), RiskTier::R2) => Permission::Reduced,
            (Some(Phase::G0), RiskTier::R0 | RiskTier::R1)
            | (Some(Phase::G1 | Phase::G2 | Phase::G3), _) => Permission::Active,
        }
    }

    /// Folds one event.
    ///
    /// # Errors
    ///
    /// A [`PhaseRefusal`]; the state is unchanged, also as far as time is concerned.
    pub fn step(&self, event: &PhaseEvent, rules: &PhaseRules<'_>) -> Result<Step, PhaseRefusal> {
        let at = event.at;
        if at < self.now {
            return Err(PhaseRefusal::BackInTime { last: self.now, at });
        }
        let mut step = Step { state: self.clone(), changes: Vec::new() };
        step.fall_due(at, rules);
        if let (Some(at), false) = (step.state.expired, event.act == Act::Passed) {
            return Err(PhaseRefusal::Expired { at });
        }
        step.act(at, &event.act, rules)?;
        Ok(step)
    }

    /// The end of G0, with its extension if it was used.
    fn g0_ends(&self, rules: &PhaseRules<'_>) -> Time {
        let phases = rules.charter.phases();
        let extension = if self.report.is_some() { phases.g0_extension_s } else { 0 };
        later(self.entered.get(&Phase::G0).copied().unwrap_or(self.now), phases.g0_max_s)
            .plus(seconds(extension))
    }

    /// The founder may act: signed by the right key, and not dissolved.
    fn founder(&self, by: &KeyId, act: &Act) -> Result<(), PhaseRefusal> {
        if *by != self.founder {
            return Err(PhaseRefusal::NotFounder { act: act.verb() });
        }
        match self.founder_dissolved {
            Some(since) => Err(PhaseRefusal::FounderDissolved { since }),
            None => Ok(()),
        }
    }

    /// The act exists only while there are no chambers, or only once there are.
    fn chambers_exist(&self, wanted: bool, act: &Act) -> Result<(), PhaseRefusal> {
        if wanted == (Phase::G0 < self.phase) {
            return Ok(());
        }
        Err(PhaseRefusal::NotInThisPhase { phase: self.phase, act: act.verb() })
    }
}

impl Step {
    /// Whatever falls due before `now`, in the order in which it does.
    fn fall_due(&mut self, now: Time, rules: &PhaseRules<'_>) {
        self.state.now = now;
        let dissolves = later(self.state.founder_signed, rules.charter.founder().inactive_s);
        if self.state.founder_dissolved.is_none() && dissolves < now {
            self.state.founder_dissolved = Some(dissolves);
            self.changes.push(Change::FounderDissolved { at: dissolves });
            self.end_veto(VetoEnd::Inactivity, dissolves);
        }
        let g0_ends = self.state.g0_ends(rules);
        if self.state.phase == Phase::G0 && self.state.expired.is_none() && g0_ends < now {
            self.state.expired = Some(g0_ends);
            self.changes.push(Change::Expired { at: g0_ends });
            self.end_veto(VetoEnd::Inactivity, g0_ends);
        }
        let Some(chambers_since) = self.state.entered(Phase::G1) else { return };
        let ratified_by = later(chambers_since, rules.charter.phases().ratification_window_s);
        if ratified_by < now {
            for (decision, standing) in &mut self.state.decisions {
                if *standing == Standing::Provisional {
                    *standing = Standing::Reversed;
                    let decision = *decision;
                    self.changes.push(Change::DecisionReversed { decision, at: ratified_by });
                }
            }
        }
        let g1_ends = later(chambers_since, rules.charter.phases().g1_max_s);
        if self.state.phase == Phase::G1 && g1_ends < now {
            self.enter(Phase::G2, g1_ends);
        }
    }

    fn act(&mut self, at: Time, act: &Act, rules: &PhaseRules<'_>) -> Result<(), PhaseRefusal> {
        match act {
            Act::Passed => {}
            Act::Counted { humans } => self.count(*humans, at, rules),
            Act::Extended { by, report } => {
                self.state.chambers_exist(false, act)?;
                self.state.founder(by, act)?;
                if self.state.report.is_some() {
                    return Err(PhaseRefusal::AlreadyExtended);
                }
                self.state.report = Some(*report);
                self.state.founder_signed = at;
            }
            Act::Signed { by } => {
                self.state.founder(by, act)?;
                self.state.founder_signed = at;
            }
            Act::Decided { by, decision } => {
                self.state.chambers_exist(false, act)?;
                self.state.founder(by, act)?;
                self.decide(*decision)?;
                self.state.founder_signed = at;
            }
            Act::Vetoed { by, amendment, stage } => {
                if let Some(since) = self.state.veto_ended {
                    return Err(PhaseRefusal::VetoEnded { since });
                }
                self.state.founder(by, act)?;
                if !stage.is_vetoable() {
                    return Err(PhaseRefusal::VetoTooLate { stage: *stage });
                }
                self.state.founder_signed = at;
                self.changes.push(Change::AmendmentRejected { amendment: *amendment });
            }
            Act::Voted { decision, yes, cast } => {
                self.state.chambers_exist(true, act)?;
                self.vote(*decision, *yes, *cast, rules)?;
            }
            Act::FirstLight => {
                if let Some(since) = self.state.first_light {
                    return Err(PhaseRefusal::FirstLightTwice { since });
                }
                self.state.first_light = Some(at);
                self.end_veto(VetoEnd::FirstLight, at);
            }
        }
        Ok(())
    }

    /// One-way: a lower number changes nothing (invariant 13).
    fn count(&mut self, humans: u64, at: Time, rules: &PhaseRules<'_>) {
        let target = Phase::of(rules.charter.phases(), humans);
        for phase in Phase::ALL {
            if self.state.phase < phase && phase <= target {
                self.enter(phase, at);
            }
        }
        let tier = self.state.tier.advance(rules.parameters.commitment(), humans);
        if self.state.tier < tier {
            self.state.tier = tier;
            self.changes.push(Change::TierEntered { tier, at });
        }
    }

    fn enter(&mut self, phase: Phase, at: Time) {
        self.state.phase = phase;
        self.state.entered.insert(phase, at);
        self.changes.push(Change::PhaseEntered { phase, at });
        self.end_veto(VetoEnd::Chambers, at);
    }

    fn end_veto(&mut self, why: VetoEnd, at: Time) {
        if self.state.veto_ended.is_none() {
            self.state.veto_ended = Some(at);
            self.changes.push(Change::VetoEnded { why, at });
        }
    }

    fn decide(&mut self, decision: Digest) -> Result<(), PhaseRefusal> {
        let decisions = &mut self.state.decisions;
        if decisions.contains_key(&decision) {
            return Err(PhaseRefusal::DecisionTwice);
        }
        if PROVISIONAL_DECISIONS_MAX <= decisions.len() {
            return Err(PhaseRefusal::TooManyDecisions { max: PROVISIONAL_DECISIONS_MAX });
        }
        decisions.insert(decision, Standing::Provisional);
        Ok(())
    }

    /// The chamber is that of G1 whatever the phase is by now.
    fn vote(
        &mut self,
        decision: Digest,
        yes: u32,
        cast: u32,
        rules: &PhaseRules<'_>,
    ) -> Result<(), PhaseRefusal> {
        let standing =
            self.state.decisions.get_mut(&decision).ok_or(PhaseRefusal::UnknownDecision)?;
        if *standing != Standing::Provisional {
            return Err(PhaseRefusal::DecisionSettled);
        }
        let size = rules.charter.ratifies_decisions();
        if size.seats < cast || cast < yes {
            return Err(PhaseRefusal::Tally { yes, cast, seats: size.seats });
        }
        let at = self.state.now;
        if size.pass <= yes {
            *standing = Standing::Ratified;
            self.changes.push(Change::DecisionRatified { decision });
        } else {
            *standing = Standing::Reversed;
            self.changes.push(Change::DecisionReversed { decision, at });
        }
        Ok(())
    }
}

fn later(time: Time, duration_s: u64) -> Time {
    time.plus(seconds(duration_s))
}

fn seconds(duration_s: u64) -> i64 {
    i64::try_from(duration_s).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
