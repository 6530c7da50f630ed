//! Who leaves a panel and who comes: silence, recusal, replacement. The same for reviewers and people.
//!
//! Silence is said by the reviewer house, in the record in which the missing decision would stand. So
//! one record orders the two: a decision that comes before is a decision, and one that comes after is
//! refused, whatever a reader reads first. The steward of the mission, who has an interest, can thus
//! neither overlook a decision nor choose who comes instead.

use comity_constitution::{RiskTier, TierPolicy};
use comity_wire::{KeyId, StatementId};

use super::panel::{Panel, Replacement, Turnover};
use super::roster::Roster;
use super::{History, check_text};
use crate::MissionError;
use crate::diversity;
use crate::event::Context;
use crate::facts::{Recused, ReviewerReplaced, ReviewerSilent};
use crate::limits::REASON_BYTES_MAX;
use crate::profile::{Conflict, Independence, ReviewerProfile};

/// Somebody will not judge this mission, in this attempt or any other. Decisions already given stand.
pub(super) fn recuse(
    history: &mut History,
    context: &Context,
    body: &Recused,
) -> Result<(), MissionError> {
    check_text("reason", &body.reason, REASON_BYTES_MAX)?;
    if history.recused.contains_key(&body.reviewer) {
        return Err(MissionError::Recused { reviewer: body.reviewer.clone() });
    }
    history.recused.insert(body.reviewer.clone(), context.id);
    Ok(())
}

/// The house has waited the whole window for somebody who sits.
pub(super) fn fall_silent(
    panel: &Panel,
    history: &History,
    context: &Context,
    body: &ReviewerSilent,
) -> Result<Panel, MissionError> {
    let mut panel = panel.clone();
    check_claim(&panel, body.claim)?;
    let who = &body.reviewer;
    let seat = Seat::of(&panel, who)?;
    if seat.has_finished {
        return Err(MissionError::AlreadyReviewed { reviewer: who.clone() });
    }
    if history.recused.contains_key(who) && !seat.has_decided {
        return Err(MissionError::Recused { reviewer: who.clone() });
    }
    let window_s = panel.scope().response_window_s;
    let turnover = seat.turnover(&mut panel)?;
    let (_, since) = turnover.seated_by(who);
    let until = since.plus(i64::try_from(window_s).unwrap_or(i64::MAX));
    if context.at < until {
        return Err(MissionError::TooEarly { reviewer: who.clone(), until });
    }
    if turnover.silent.insert(who.clone(), context.id).is_some() {
        return Err(MissionError::Silent { reviewer: who.clone() });
    }
    Ok(panel)
}

/// The next one of the draw takes the seat. Whether it is the next one is checked where the pool is
/// known: see [`verify_next`](crate::verify_next).
pub(super) fn replace(
    panel: &Panel,
    history: &mut History,
    context: &Context,
    body: &ReviewerReplaced,
    independence: &Independence,
    roster: &Roster<'_>,
) -> Result<Panel, MissionError> {
    let mut panel = panel.clone();
    check_claim(&panel, body.claim)?;
    let seat = Seat::of(&panel, &body.reviewer)?;
    check_reason(&panel, history, &seat, body)?;
    let comes = newcomer(&panel, history, &seat, body, independence, roster)?;

    let left = if seat.is_people {
        history.panellists.insert(comes.key().clone());
        let people = panel.people.as_mut().ok_or_else(|| not_assigned(&body.reviewer))?;
        people.judgements.remove(&body.reviewer);
        people.assigned.insert(comes.key().clone(), comes);
        people.assigned.remove(&body.reviewer)
    } else {
        history.reviewers.insert(comes.key().clone());
        panel.reviews.remove(&body.reviewer);
        panel.vouched.retain(|(who, _), _| *who != body.reviewer);
        panel.assigned.insert(comes.key().clone(), comes);
        panel.assigned.remove(&body.reviewer)
    };
    let left = left.ok_or_else(|| not_assigned(&body.reviewer))?;
    let came = body.replacement.clone();
    let change = Replacement { statement: context.id, at: context.at, left, came };
    seat.turnover(&mut panel)?.replaced.push(change);
    Ok(panel)
}

/// Silence or recusal of this very reviewer, and a recusal only before a decision.
fn check_reason(
    panel: &Panel,
    history: &History,
    seat: &Seat,
    body: &ReviewerReplaced,
) -> Result<(), MissionError> {
    let silent = panel.turnover.silent.get(&body.reviewer);
    let among_people = panel.people.as_ref();
    let silent = silent
        .or_else(|| among_people.and_then(|people| people.turnover.silent.get(&body.reviewer)));
    if silent == Some(&body.shown_by) {
        return Ok(());
    }
    if history.recused.get(&body.reviewer) != Some(&body.shown_by) {
        return Err(MissionError::Unknown { what: "silence or recusal", id: body.shown_by });
    }
    if seat.has_decided {
        return Err(MissionError::AlreadyReviewed { reviewer: body.reviewer.clone() });
    }
    Ok(())
}

/// Somebody new, independent, of the right kind, with whom the panel is as diverse as before.
fn newcomer(
    panel: &Panel,
    history: &History,
    seat: &Seat,
    body: &ReviewerReplaced,
    independence: &Independence,
    roster: &Roster<'_>,
) -> Result<ReviewerProfile, MissionError> {
    let key = &body.replacement;
    let comes = roster.reviewer(key)?;
    let tier = if seat.is_people { independence.tier.max(RiskTier::R1) } else { independence.tier };
    check_independent(&Independence { tier, ..independence.clone() }, &comes)?;
    let among_people = panel.people.as_ref();
    let sits = panel.assigned.contains_key(key)
        || among_people.is_some_and(|people| people.assigned.contains_key(key));
    let has_sat = panel.turnover.has_left(key)
        || among_people.is_some_and(|people| people.turnover.has_left(key));
    if sits || has_sat {
        return Err(MissionError::DuplicateReviewer { key: key.clone() });
    }
    let scope = panel.scope();
    let (assigned, count, policy) = match (among_people, seat.is_people) {
        (Some(people), true) => {
            check_panellist(history, &comes)?;
            let policy = diversity::of_people(&scope.normative);
            (&people.assigned, scope.normative.panel_size, policy)
        }
        (None | Some(_), _) => (&panel.assigned, scope.policy.reviewers_required, scope.policy),
    };
    let staying = assigned.values().filter(|who| *who.key() != body.reviewer);
    check_set(staying.chain([&comes]), count, &policy)?;
    Ok(comes)
}

fn check_set<'a>(
    set: impl IntoIterator<Item = &'a ReviewerProfile>,
    count: u64,
    policy: &TierPolicy,
) -> Result<(), MissionError> {
    diversity::check(set, count, policy).map_err(MissionError::PanelTooWeak)
}

/// A human who has not reviewed this mission.
pub(super) fn check_panellist(
    history: &History,
    who: &ReviewerProfile,
) -> Result<(), MissionError> {
    let key = who.key().clone();
    if !who.is_human() {
        return Err(MissionError::NotHuman { key, role: "panellist" });
    }
    if history.reviewers.contains(&key) {
        return Err(MissionError::PanellistInvolved { key });
    }
    Ok(())
}

pub(super) fn check_independent(
    independence: &Independence,
    who: &ReviewerProfile,
) -> Result<(), MissionError> {
    let key = who.key().clone();
    match independence.conflict(who) {
        None => Ok(()),
        Some(Conflict::IsParty) => Err(MissionError::SelfReview { key }),
        Some(Conflict::SharesOrganisation) => {
            Err(MissionError::SharedOrganisation { key, tier: independence.tier })
        }
    }
}

/// Refuses a decision of somebody who has been recused or found silent.
pub(super) fn check_may_speak(
    history: &History,
    turnover: &Turnover,
    who: &KeyId,
) -> Result<(), MissionError> {
    if turnover.silent.contains_key(who) {
        return Err(MissionError::Silent { reviewer: who.clone() });
    }
    if history.recused.contains_key(who) {
        return Err(MissionError::Recused { reviewer: who.clone() });
    }
    Ok(())
}

pub(super) fn check_claim(panel: &Panel, named: StatementId) -> Result<(), MissionError> {
    let claim = panel.bundle.claim;
    if named == claim { Ok(()) } else { Err(MissionError::WrongClaim { claim, named }) }
}

fn not_assigned(who: &KeyId) -> MissionError {
    MissionError::NotAssigned { signer: who.clone() }
}

/// A seat of either panel, and what its holder has said.
struct Seat {
    is_people: bool,
    has_decided: bool,
    has_finished: bool,
    who: KeyId,
}

impl Seat {
    fn of(panel: &Panel, who: &KeyId) -> Result<Self, MissionError> {
        if panel.assigned.contains_key(who) {
            let (has_decided, has_finished) =
                (panel.reviews.contains_key(who), panel.has_finished(who));
            return Ok(Self { is_people: false, has_decided, has_finished, who: who.clone() });
        }
        let people = panel.people.as_ref().filter(|people| people.assigned.contains_key(who));
        let people = people.ok_or_else(|| not_assigned(who))?;
        let has_decided = people.judgements.contains_key(who);
        Ok(Self { is_people: true, has_decided, has_finished: has_decided, who: who.clone() })
    }

    fn turnover<'a>(&self, panel: &'a mut Panel) -> Result<&'a mut Turnover, MissionError> {
        if !self.is_people {
            return Ok(&mut panel.turnover);
        }
        let people = panel.people.as_mut().map(|people| &mut people.turnover);
        people.ok_or_else(|| not_assigned(&self.who))
    }
}
