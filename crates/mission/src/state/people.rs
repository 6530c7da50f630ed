//! The panel of people above the reviewers: when it is needed, who sits in it, what it says.
//!
//! It is needed for a mission of which any part is normative or mixed, and for an objective one when a
//! reviewer or the owner asks for it or the reviewers agree too little. It stands above the
//! reviewers, not in their place: it is asked only about work that has passed their review, because
//! people must not lower a bar that the tier sets.
//!
//! Source: blueprint §4.3 rules 3 and 5, §8 "normative resolution"; threat model 21 to 23.

use std::collections::BTreeMap;

use comity_constitution::{DomainType, Nano};

use super::panel::{JudgementRecord, Panel, People, Turnover};
use super::review::Verdict;
use super::roster::Roster;
use super::{History, check_text, seat};
use crate::MissionError;
use crate::diversity;
use crate::event::Context;
use crate::facts::{Decision, Escalated, Flag, PanelDecided, PanelOpened};
use crate::limits::{REASON_BYTES_MAX, REVIEWERS_MAX};
use crate::profile::Independence;

/// Why people must judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A part of the mission is value-laden.
    Domain(DomainType),
    /// The owner has asked for it.
    Owner,
    /// A reviewer has asked for it.
    Reviewer,
    /// Too few of the deciding reviewers agree.
    Agreement,
}

impl std::fmt::Display for Needs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Domain(domain) => write!(f, "the mission is {domain}"),
            Self::Owner => f.write_str("its owner asks for people"),
            Self::Reviewer => f.write_str("a reviewer asks for people"),
            Self::Agreement => f.write_str("its reviewers agree too little"),
        }
    }
}

impl Panel {
    /// Why people must judge, if they must, by what has been said so far.
    pub fn needs_people(&self) -> Option<Needs> {
        let plan = self.plan();
        let scoped = Some(plan.scope.domain_type).filter(|domain| domain.needs_people());
        let of_task = || plan.graph.first_needing_people().map(|(_, domain)| domain);
        if let Some(domain) = scoped.or_else(of_task) {
            return Some(Needs::Domain(domain));
        }
        if self.escalated.is_some() {
            return Some(Needs::Owner);
        }
        if self.reviews.values().any(|review| review.flag == Some(Flag::NeedsPeople)) {
            return Some(Needs::Reviewer);
        }
        let count = |wanted| self.reviews.values().filter(|said| said.decision == wanted).count();
        let (approve, reject) = (count(Decision::Approve), count(Decision::Reject));
        let agree = agrees(approve, reject, plan.scope.normative.agreement_min);
        (!agree).then_some(Needs::Agreement)
    }
}

/// Whether the larger camp of those who decided is at least this share of them.
fn agrees(approve: usize, reject: usize, min: Nano) -> bool {
    let wide = |count: usize| i128::try_from(count).unwrap_or(i128::MAX);
    let deciding = wide(approve).saturating_add(wide(reject));
    let agreeing = wide(approve.max(reject));
    let one = i128::from(Nano::ONE.get());
    deciding.saturating_mul(min.get().into()) <= agreeing.saturating_mul(one)
}

/// The owner asks for people, with a written reason, once.
pub(super) fn escalate(
    panel: &Panel,
    context: &Context,
    body: &Escalated,
) -> Result<Panel, MissionError> {
    seat::check_claim(panel, body.claim)?;
    check_text("reason", &body.reason, REASON_BYTES_MAX)?;
    if panel.escalated.is_some() {
        return Err(MissionError::AlreadyEscalated);
    }
    Ok(Panel { escalated: Some(context.id), ..panel.clone() })
}

/// People are drawn for work that passed its review and that reviewers alone cannot close.
pub(super) fn open(
    panel: &Panel,
    history: &mut History,
    context: &Context,
    body: &PanelOpened,
    independence: &Independence,
    roster: &Roster<'_>,
) -> Result<Panel, MissionError> {
    seat::check_claim(panel, body.claim)?;
    match panel.verdict() {
        Verdict::Passed => {}
        Verdict::Open(short) | Verdict::Failed(short) => {
            return Err(MissionError::NotPassed(short));
        }
    }
    if panel.people.is_some() || panel.needs_people().is_none() {
        return Err(MissionError::PanelNotDue);
    }
    let count = body.panellists.len();
    if REVIEWERS_MAX < count {
        return Err(MissionError::TooManyReviewers { count, max: REVIEWERS_MAX });
    }
    let mut assigned = BTreeMap::new();
    for key in &body.panellists {
        let panellist = roster.reviewer(key)?;
        seat::check_panellist(history, &panellist)?;
        seat::check_independent(independence, &panellist)?;
        if assigned.insert(key.clone(), panellist).is_some() {
            return Err(MissionError::DuplicateReviewer { key: key.clone() });
        }
    }
    let normative = &panel.scope().normative;
    let policy = diversity::of_people(normative);
    diversity::check(assigned.values(), normative.panel_size, &policy)
        .map_err(MissionError::PanelTooWeak)?;
    history.panellists.extend(assigned.keys().cloned());
    let turnover = Turnover::new(context.id, context.at);
    let people = People { assigned, turnover, judgements: BTreeMap::new() };
    Ok(Panel { people: Some(people), ..panel.clone() })
}

/// One panellist judges, once, with a written reason.
pub(super) fn judge(
    panel: &Panel,
    history: &History,
    context: &Context,
    body: &PanelDecided,
) -> Result<Panel, MissionError> {
    seat::check_claim(panel, body.claim)?;
    let who = &context.signer;
    let mut panel = panel.clone();
    let people = panel.people.as_mut().filter(|people| people.assigned.contains_key(who));
    let people = people.ok_or_else(|| MissionError::NotAssigned { signer: who.clone() })?;
    if people.judgements.contains_key(who) {
        return Err(MissionError::AlreadyReviewed { reviewer: who.clone() });
    }
    seat::check_may_speak(history, &people.turnover, who)?;
    check_text("reason", &body.reason, REASON_BYTES_MAX)?;
    let record = JudgementRecord {
        statement: context.id,
        judgement: body.judgement,
        reason: body.reason.clone(),
        at: context.at,
    };
    people.judgements.insert(who.clone(), record);
    Ok(panel)
}

#[cfg(test)]
mod tests {
    use comity_constitution::Nano;

    use super::agrees;

    #[test]
    fn agreement_is_the_share_of_the_larger_camp_and_equality_is_enough() {
        let min = Nano::new(600_000_000);
        assert!(agrees(3, 2, min), "three of five are exactly 0.6");
        assert!(agrees(2, 3, min), "whichever camp is larger");
        assert!(!agrees(6, 5, min));
        assert!(!agrees(1, 1, min));
        assert!(agrees(0, 0, min), "nobody disagrees");
        assert!(agrees(1, 0, Nano::ONE));
        assert!(!agrees(4, 1, Nano::ONE));
    }
}
