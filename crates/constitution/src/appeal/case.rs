//! One case and its steps.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::{Digest, KeyId, StatementId, Time};

use super::{
    AppealRefusal,
    facts::{
        Appealed, Closed, Decided, Finding, Ground, Opened, PanelCalled, PanelSeated, Responded,
    },
    panel::Pool,
};
use crate::{
    chamber::{ChamberRefusal, Snapshot},
    charter::AppealRules,
    limits::{APPEAL_EVIDENCE_MAX, APPEAL_REASON_BYTES_MAX, APPEAL_RESPONDENTS_MAX},
    polity::{Polity, Stamp},
    surroundings::{Chain, Surroundings},
    vocabulary::ActorKind,
    vote::EpochClose,
};

/// What a panel decided, and by how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What follows.
    pub finding: Finding,
    /// Panellists who upheld.
    pub upholding: u32,
    /// Panellists who dismissed.
    pub dismissing: u32,
    /// Who sat, in the order in which they were drawn.
    pub panel: Vec<KeyId>,
    /// When it was stated.
    pub at: Time,
}

/// What an upheld complaint asks of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relief {
    /// A held gain of trust is released.
    ReleaseDelta,
    /// A held gain of trust is dropped.
    DropDelta,
    /// A machine may be recertified; its quarantine ends by that and not by the panel.
    OpenRecertification,
    /// What the statement did counts no longer.
    SetAside,
}

/// What a case means for the statement that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing yet: everything stands as it did.
    PriorStateActive,
    /// Nothing: the complaint was dismissed.
    Dismissed,
    /// The complaint holds.
    Upheld(Relief),
}

/// How far a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Responses are heard.
    Responding,
    /// A panel is called and not seated.
    Called,
    /// A panel deliberates.
    Deliberating,
    /// A panel has decided; a party may have time to appeal.
    Decided,
}

impl Standing {
    /// The word for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Responding => "open for responses",
            Self::Called => "waiting for its panel",
            Self::Deliberating => "being deliberated",
            Self::Decided => "decided",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Responding { until: Time },
    Called(Pool),
    Deliberating(Panel),
    Decided { appeal_until: Time },
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Panel {
    seated: StatementId,
    members: Vec<KeyId>,
    until: Time,
    findings: BTreeMap<KeyId, Finding>,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    rules: AppealRules,
    opener: KeyId,
    respondents: BTreeSet<KeyId>,
    subject: StatementId,
    ground: Ground,
    evidence: BTreeSet<Digest>,
    responded: BTreeSet<KeyId>,
    outcomes: Vec<Outcome>,
    is_appealed: bool,
    stage: Stage,
}

type Stepped = Result<Case, AppealRefusal>;

impl Case {
    /// The statement that it is about.
    pub const fn subject(&self) -> StatementId {
        self.subject
    }

    /// Why somebody complains.
    pub const fn ground(&self) -> Ground {
        self.ground
    }

    /// Outcomes so far, the first panel's first.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Everything that was disclosed.
    pub const fn evidence(&self) -> &BTreeSet<Digest> {
        &self.evidence
    }

    /// How far it is.
    pub const fn standing(&self) -> Standing {
        match &self.stage {
            Stage::Responding { .. } => Standing::Responding,
            Stage::Called(_) => Standing::Called,
            Stage::Deliberating(_) => Standing::Deliberating,
            Stage::Decided { .. } => Standing::Decided,
        }
    }

    /// Who deliberates, if a panel does.
    pub fn panel(&self) -> &[KeyId] {
        match &self.stage {
            Stage::Deliberating(panel) => &panel.members,
            Stage::Responding { .. } | Stage::Called(_) | Stage::Decided { .. } => &[],
        }
    }

    /// Whether nothing can change the outcome at `now`.
    pub fn is_final(&self, now: Time) -> bool {
        match &self.stage {
            Stage::Decided { appeal_until } => self.is_appealed || *appeal_until < now,
            Stage::Responding { .. } | Stage::Called(_) | Stage::Deliberating(_) => false,
        }
    }

    /// What the case means at `now`.
    pub fn effect(&self, now: Time) -> Effect {
        let last = self.outcomes.last().filter(|_| self.is_final(now));
        match last.map(|outcome| outcome.finding) {
            None => Effect::PriorStateActive,
            Some(Finding::Dismissed) => Effect::Dismissed,
            Some(Finding::Upheld) => Effect::Upheld(self.ground.relief()),
        }
    }

    pub(super) fn open(
        stamp: &Stamp,
        fact: &Opened,
        polity: &Polity,
        around: &dyn Surroundings,
    ) -> Stepped {
        let hash = polity.charter();
        let charter = around.charter(&hash).ok_or(AppealRefusal::CharterUnknown { hash })?;
        let key = &stamp.by;
        let people = polity.register(stamp.at, around);
        let speaks = |person: &crate::chamber::Person| {
            person.id == *key
                && person.kind == ActorKind::Human
                && person.is_active
                && stamp.at <= person.verified_until
        };
        if !stamp.is_authority && !people.iter().any(speaks) {
            return Err(AppealRefusal::NotPerson { key: key.clone() });
        }
        let count = fact.respondents.len();
        let respondents: BTreeSet<KeyId> = fact.respondents.iter().cloned().collect();
        let are_good = (1..=APPEAL_RESPONDENTS_MAX).contains(&count)
            && respondents.len() == count
            && !respondents.contains(key)
            && respondents.iter().all(|respondent| around.member(respondent).is_some());
        if !are_good {
            return Err(AppealRefusal::Respondents { count, max: APPEAL_RESPONDENTS_MAX });
        }
        let rules = *charter.appeal();
        let mut case = Self {
            rules,
            opener: key.clone(),
            respondents,
            subject: fact.subject,
            ground: fact.ground,
            evidence: BTreeSet::new(),
            responded: BTreeSet::new(),
            outcomes: Vec::new(),
            is_appealed: false,
            stage: Stage::Responding { until: after(stamp.at, rules.respond_s) },
        };
        case.disclose(&fact.evidence, 1)?;
        Ok(case)
    }

    pub(super) fn respond(&self, stamp: &Stamp, fact: &Responded) -> Stepped {
        let Stage::Responding { until } = self.stage else {
            return Err(self.wrong("a response"));
        };
        let key = &stamp.by;
        if !self.respondents.contains(key) {
            return Err(AppealRefusal::NotParty { key: key.clone() });
        }
        if until < stamp.at {
            return Err(AppealRefusal::TooLate { until, at: stamp.at });
        }
        let mut next = self.clone();
        if !next.responded.insert(key.clone()) {
            return Err(AppealRefusal::RespondedTwice { key: key.clone() });
        }
        next.disclose(&fact.evidence, 0)?;
        Ok(next)
    }

    /// Whether a panel may be called at `at`.
    ///
    /// # Errors
    ///
    /// Responses are still heard, a panel is called that can still be drawn, or none is wanted.
    pub fn may_call(&self, at: Time, chain: &dyn Chain) -> Result<(), AppealRefusal> {
        match &self.stage {
            Stage::Responding { until } => {
                if self.responded.len() < self.respondents.len() && at <= *until {
                    return Err(AppealRefusal::ResponsesOpen { until: *until, at });
                }
                Ok(())
            }
            Stage::Called(pool) if pool.has_failed(&self.rules, at, chain) => Ok(()),
            Stage::Called(_) => Err(AppealRefusal::PanelPending),
            Stage::Deliberating(_) | Stage::Decided { .. } => Err(self.wrong("a pool")),
        }
    }

    /// The round of the beacon that a called panel waits for.
    pub const fn awaits_round(&self) -> Option<u64> {
        match &self.stage {
            Stage::Called(pool) => Some(pool.round),
            Stage::Responding { .. } | Stage::Deliberating(_) | Stage::Decided { .. } => None,
        }
    }

    /// The statement that seated the panel that deliberates.
    pub const fn seated_by(&self) -> Option<StatementId> {
        match &self.stage {
            Stage::Deliberating(panel) => Some(panel.seated),
            Stage::Responding { .. } | Stage::Called(_) | Stage::Decided { .. } => None,
        }
    }

    pub(super) fn pool(
        &self,
        at: Time,
        polity: &Polity,
        around: &dyn Surroundings,
    ) -> Result<Digest, AppealRefusal> {
        let people = polity.register(at, around);
        Ok(Snapshot::take(&people, at, self.rules.trust_min)?.root())
    }

    pub(super) fn call(
        &self,
        stamp: &Stamp,
        fact: &PanelCalled,
        polity: &Polity,
        around: &dyn Surroundings,
    ) -> Stepped {
        clerk(stamp)?;
        let at = stamp.at;
        self.may_call(at, around)?;
        let (round, latest) = (fact.round, around.latest_round());
        if round <= latest {
            return Err(ChamberRefusal::RoundKnown { round, latest }.into());
        }
        let snapshot = Snapshot::take(&polity.register(at, around), at, self.rules.trust_min)?;
        if snapshot.root() != fact.snapshot {
            return Err(AppealRefusal::OtherPool { root: snapshot.root(), stated: fact.snapshot });
        }
        let sat = self.outcomes.iter().flat_map(|outcome| &outcome.panel);
        let excluded = self.respondents.iter().chain([&self.opener]).chain(sat).cloned().collect();
        let pool = Pool { snapshot, excluded, round, called: at, announced: None };
        Ok(Self { stage: Stage::Called(pool), ..self.clone() })
    }

    /// The pool after an epoch closed over it, if there is one that waits for that.
    pub(super) fn announce(&self, close: &EpochClose, chain: &dyn Chain) -> Option<Self> {
        let Stage::Called(pool) = &self.stage else { return None };
        if pool.announced.is_some() || pool.round <= chain.latest_round() {
            return None;
        }
        let pool = Pool { announced: Some(*close), ..pool.clone() };
        Some(Self { stage: Stage::Called(pool), ..self.clone() })
    }

    pub(super) fn drawn(&self, chain: &dyn Chain) -> Result<Vec<KeyId>, AppealRefusal> {
        let Stage::Called(pool) = &self.stage else { return Err(self.wrong("a panel")) };
        pool.draw(&self.rules, chain)
    }

    pub(super) fn seat(&self, stamp: &Stamp, fact: &PanelSeated, chain: &dyn Chain) -> Stepped {
        clerk(stamp)?;
        let members = self.drawn(chain)?;
        if members != fact.members {
            return Err(AppealRefusal::OtherPanel);
        }
        let until = after(stamp.at, self.rules.deliberation_s);
        let panel = Panel { seated: stamp.id, members, until, findings: BTreeMap::new() };
        Ok(Self { stage: Stage::Deliberating(panel), ..self.clone() })
    }

    pub(super) fn decide(&self, stamp: &Stamp, fact: &Decided) -> Stepped {
        let Stage::Deliberating(panel) = &self.stage else {
            return Err(self.wrong("a decision"));
        };
        if fact.seated != panel.seated {
            return Err(AppealRefusal::OtherSeating);
        }
        let key = &stamp.by;
        if !panel.members.contains(key) {
            return Err(AppealRefusal::NotPanellist { key: key.clone() });
        }
        if panel.until < stamp.at {
            return Err(AppealRefusal::TooLate { until: panel.until, at: stamp.at });
        }
        let len = fact.reason.len();
        if fact.reason.trim().is_empty() || APPEAL_REASON_BYTES_MAX < len {
            return Err(AppealRefusal::Reason { len, max: APPEAL_REASON_BYTES_MAX });
        }
        let mut panel = panel.clone();
        if panel.findings.insert(key.clone(), fact.finding).is_some() {
            return Err(AppealRefusal::DecidedTwice { key: key.clone() });
        }
        Ok(Self { stage: Stage::Deliberating(panel), ..self.clone() })
    }

    /// The count of a panel that is over, in this case: what the clerk states.
    ///
    /// # Errors
    ///
    /// No panel, or one that still deliberates.
    pub fn count(&self, case: StatementId, at: Time) -> Result<Closed, AppealRefusal> {
        let Stage::Deliberating(panel) = &self.stage else { return Err(self.wrong("a count")) };
        let until = panel.until;
        if panel.findings.len() < panel.members.len() && at <= until {
            return Err(AppealRefusal::Deliberating { until, at });
        }
        let count = |wanted| {
            let found = panel.findings.values().filter(|finding| **finding == wanted).count();
            u32::try_from(found).unwrap_or(u32::MAX)
        };
        let (upholding, dismissing) = (count(Finding::Upheld), count(Finding::Dismissed));
        let is_upheld = self.rules.uphold_seats() <= upholding;
        let finding = if is_upheld { Finding::Upheld } else { Finding::Dismissed };
        Ok(Closed { case, dismissing, finding, upholding })
    }

    pub(super) fn close(&self, stamp: &Stamp, fact: &Closed) -> Stepped {
        clerk(stamp)?;
        let at = stamp.at;
        let counted = self.count(fact.case, at)?;
        let Closed { upholding, dismissing, finding, .. } = counted;
        if *fact != counted {
            return Err(AppealRefusal::OtherCount { upholding, dismissing });
        }
        let mut next = self.clone();
        let panel = self.panel().to_vec();
        next.outcomes.push(Outcome { finding, upholding, dismissing, panel, at });
        next.stage = Stage::Decided { appeal_until: after(at, self.rules.appeal_window_s) };
        Ok(next)
    }

    pub(super) fn appeal(&self, stamp: &Stamp, fact: &Appealed) -> Stepped {
        let Stage::Decided { appeal_until: until } = self.stage else {
            return Err(self.wrong("an appeal"));
        };
        if self.is_appealed {
            return Err(AppealRefusal::AppealedTwice);
        }
        let key = &stamp.by;
        if self.opener != *key && !self.respondents.contains(key) {
            return Err(AppealRefusal::NotParty { key: key.clone() });
        }
        if until < stamp.at {
            return Err(AppealRefusal::TooLate { until, at: stamp.at });
        }
        let mut next = self.clone();
        next.disclose(&fact.evidence, 0)?;
        next.is_appealed = true;
        next.responded.clear();
        next.stage = Stage::Responding { until: after(stamp.at, self.rules.respond_s) };
        Ok(next)
    }

    fn disclose(&mut self, evidence: &[Digest], min: usize) -> Result<(), AppealRefusal> {
        let (count, max) = (evidence.len(), APPEAL_EVIDENCE_MAX);
        let refused = AppealRefusal::Evidence { count, min, max };
        if count < min || max < self.evidence.len() + count {
            return Err(refused);
        }
        let are_new = evidence.iter().all(|piece| self.evidence.insert(*piece));
        if are_new { Ok(()) } else { Err(refused) }
    }

    const fn wrong(&self, what: &'static str) -> AppealRefusal {
        AppealRefusal::WrongStage { stage: self.standing().name(), what }
    }
}

const fn clerk(stamp: &Stamp) -> Result<(), AppealRefusal> {
    if stamp.is_authority { Ok(()) } else { Err(AppealRefusal::NotAuthority) }
}

/// `seconds` after `at`.
pub(super) fn after(at: Time, seconds: u64) -> Time {
    at.plus(i64::try_from(seconds).unwrap_or(i64::MAX))
}
