//! Who leaves a panel and who comes, and the people above it.

use comity_mission::facts::{
    Escalated, Judgement, PanelDecided, PanelOpened, Recused, ReviewerReplaced, ReviewerSilent,
};
use comity_mission::{Mission, MissionFact, Panel, Phase};
use comity_wire::{KeyId, StatementId};

use super::{id, mission::key};
use crate::input::Input;

const JUDGES: [&str; 6] = ["rev1", "rev3", "rev5", "pat", "quin", "ruth"];
const COME: [&str; 6] = ["rev2", "rev3", "rev4", "rev5", "sam", "pat"];

/// Whoever has left has no say, and people are people.
pub(super) fn check(panel: &Panel) {
    for change in &panel.turnover.replaced {
        assert!(!panel.assigned.contains_key(change.left.key()), "who has left sits");
        assert!(!panel.reviews.contains_key(change.left.key()), "who has left has a say");
    }
    assert!(panel.vouched.keys().all(|(who, _)| panel.reviews.contains_key(who)));
    let Some(people) = &panel.people else { return };
    assert!(people.assigned.values().all(comity_mission::ReviewerProfile::is_human));
    assert!(people.assigned.keys().all(|who| !panel.assigned.contains_key(who)));
    assert!(people.judgements.iter().all(|(who, said)| {
        people.assigned.contains_key(who) && !said.reason.trim().is_empty()
    }));
}

/// Where people must judge, they have approved.
pub(super) fn check_integrated(panel: &Panel) {
    let outcome = panel.people.as_ref().and_then(comity_mission::People::outcome);
    assert!(panel.needs_people().is_none() || outcome == Some(Judgement::Approve));
}

/// Whether people are what the review waits for.
pub(super) fn is_due(panel: &Panel) -> bool {
    let outcome = panel.people.as_ref().and_then(comity_mission::People::outcome);
    panel.needs_people().is_some() && outcome.is_none()
}

pub(super) fn make(
    input: &mut Input<'_>,
    mission: &Mission,
    named: StatementId,
    act: usize,
) -> (KeyId, MissionFact) {
    let panel = mission.phase().panel();
    let claim = panel.map_or(id(0), |panel| panel.bundle.claim);
    let sitting: Vec<KeyId> = panel
        .map(|panel| {
            let people = panel.people.iter().flat_map(|people| people.assigned.keys());
            panel.assigned.keys().chain(people).cloned().collect()
        })
        .filter(|sitting: &Vec<KeyId>| !sitting.is_empty())
        .unwrap_or_else(|| vec![key("rev1")]);
    let reviewer = input.pick(&sitting);
    let reason = input.pick(&["as it is", "", " "]).to_owned();
    let owner = key("owner");
    match act {
        14 => (reviewer.clone(), Recused { mission: named, reviewer, reason }.into()),
        15 => (key("house"), ReviewerSilent { mission: named, claim, reviewer }.into()),
        16 => {
            let shown_by = shown_by(mission, &reviewer).unwrap_or_else(|| id(0));
            let replacement = key(input.pick(&COME));
            let fact = ReviewerReplaced { mission: named, claim, reviewer, replacement, shown_by };
            (owner, fact.into())
        }
        17 => (owner, Escalated { mission: named, claim, reason }.into()),
        18 => {
            let first = input.below(4);
            let panellists = JUDGES.iter().skip(first).take(3).map(|name| key(name)).collect();
            (owner, PanelOpened { mission: named, claim, panellists }.into())
        }
        _ => {
            let judgement =
                input.pick(&[Judgement::Approve, Judgement::Approve, Judgement::Reject]);
            (reviewer, PanelDecided { mission: named, claim, judgement, reason }.into())
        }
    }
}

/// Why somebody leaves, if there is a reason.
fn shown_by(mission: &Mission, who: &KeyId) -> Option<StatementId> {
    let Phase::UnderReview { panel } = mission.phase() else { return None };
    let people = panel.people.as_ref().and_then(|people| people.turnover.silent.get(who));
    let silent = panel.turnover.silent.get(who).or(people);
    silent.or_else(|| mission.recused().get(who)).copied()
}
