//! When commitments are due on which chain.
//!
//! | tier | L2 | L1 |
//! |---|---|---|
//! | C0 | every commitment | every 24 hours |
//! | C1 | every commitment | every 6 hours |
//! | C2 | | every commitment, hourly |
//!
//! In every tier a step in the life of the constitution is due on L1 at once.
//!
//! # Invariants
//!
//! 1. What is due depends on the record and the time that is asked about, on nothing else.
//! 2. Nothing is due twice: an item that is anchored on L1 is not wanted on L2 any more.
//! 3. No tier changes what is anchored, only when.
//!
//! # Where the rules come from
//!
//! Blueprint §6; intervals are parameters, the grace before an anchor is late is in the charter. The list of events is the
//! union of those that the constitution, the threat model and the author's later files name.

use comity_constitution::CommitmentTier;
use comity_wire::Time;

use crate::{
    anchor::{Anchors, Item, ItemKind},
    committee::{Rules, after},
    facts::Layer,
};

/// A step in the life of a constitution that is anchored at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LifecycleEvent {
    /// The proposal chamber passed an amendment.
    ProposalPassed,
    /// The ratification chamber passed it.
    RatificationPassed,
    /// The challenge is closed.
    ChallengeClosed,
    /// An amendment came into force.
    Activated,
    /// Parameters or charter changed.
    ParametersChanged,
    /// A machine was decommissioned.
    Decommissioned,
    /// A chamber voted, whatever it said.
    ChamberVoted,
    /// First Light was reached.
    FirstLight,
    /// The commitment tier rose.
    TierChanged,
    /// The phase changed, or something that a phase grants ended.
    PhaseChanged,
    /// The committee certified a decision.
    DecisionCertified,
}

impl LifecycleEvent {
    /// Every event.
    pub const ALL: [Self; 11] = [
        Self::ProposalPassed,
        Self::RatificationPassed,
        Self::ChallengeClosed,
        Self::Activated,
        Self::ParametersChanged,
        Self::Decommissioned,
        Self::ChamberVoted,
        Self::FirstLight,
        Self::TierChanged,
        Self::PhaseChanged,
        Self::DecisionCertified,
    ];
}

/// Why an anchor is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The tier's interval has passed.
    Interval(CommitmentTier),
    /// Something cannot wait.
    Event(LifecycleEvent),
    /// Commitments go to the rollup as they are made.
    Commitment,
}

/// An anchor that has to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// On which chain.
    pub layer: Layer,
    /// Number of the first item.
    pub from: u64,
    /// Number of the last item; later ones may come along.
    pub to: u64,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub since: Time,
    /// Whether it is late by now.
    pub is_late: bool,
}

impl Anchors {
    /// What must be anchored now, L1 first.
    pub fn due(&self, now: Time, rules: &Rules<'_>) -> Vec<Due> {
        [Layer::L1, Layer::L2]
            .into_iter()
            .filter_map(|layer| self.next_due(layer, rules))
            .filter(|due| due.since <= now)
            .map(|due| Due {
                is_late: after(due.since, rules.charter.anchoring().grace_s) < now,
                ..due
            })
            .collect()
    }

    /// Since when something on this layer is, or will be, due.
    pub fn due_date(&self, layer: Layer, rules: &Rules<'_>) -> Option<Time> {
        self.next_due(layer, rules).map(|due| due.since)
    }

    /// Whether any anchor was late, or is by now: then the record does not keep the schedule.
    pub fn is_violated(&self, now: Time, rules: &Rules<'_>) -> bool {
        self.late().next().is_some() || self.due(now, rules).iter().any(|due| due.is_late)
    }

    fn next_due(&self, layer: Layer, rules: &Rules<'_>) -> Option<Due> {
        let obliged = self.obliged_since?;
        match layer {
            Layer::L1 => self.next_on_l1(obliged, rules),
            Layer::L2 => self.next_on_l2(obliged),
        }
    }

    fn next_on_l1(&self, obliged: Time, rules: &Rules<'_>) -> Option<Due> {
        let from = self.next(Layer::L1);
        let first = self.at(from)?;
        let due = |to: u64, reason, since: Time| Due {
            layer: Layer::L1,
            from,
            to,
            reason,
            since: since.max(obliged),
            is_late: false,
        };
        let interval_s = self.tier.anchor_interval_s(rules.parameters.commitment());
        let last = self.l1.last().map(|view| after(view.anchored.block.time, interval_s));
        let first_ever = || after(first.at.max(obliged), interval_s);
        let since = last.unwrap_or_else(first_ever).max(first.at);
        let since = self.tier_since.map_or(since, |risen| since.max(risen));
        let newest = (self.items.len() as u64).saturating_sub(1);
        let by_interval = due(newest, Reason::Interval(self.tier), since);
        let waiting = (from..).zip(self.items.iter().skip(place(from)));
        let event =
            waiting.into_iter().find_map(|(number, item)| Some((number, item, event(item)?)));
        let at_once = event.map(|(to, item, event)| due(to, Reason::Event(event), item.at));
        Some(match at_once {
            Some(at_once) if at_once.since <= by_interval.since => at_once,
            Some(_) | None => by_interval,
        })
    }

    fn next_on_l2(&self, obliged: Time) -> Option<Due> {
        if self.tier == CommitmentTier::C2 {
            return None;
        }
        let from = self.next(Layer::L2).max(self.next(Layer::L1));
        let item = self.at(from)?;
        let since = item.at.max(obliged);
        let (to, reason, is_late) = (from, Reason::Commitment, false);
        Some(Due { layer: Layer::L2, from, to, reason, since, is_late })
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

const fn event(item: &Item) -> Option<LifecycleEvent> {
    match item.kind {
        ItemKind::Event(event) => Some(event),
        ItemKind::Epoch(_) => None,
    }
}
