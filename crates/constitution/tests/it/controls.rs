//! The rows of the blueprint's control matrix (§8) that belong to this room: the gate is closed, and nothing has changed.

use comity_constitution::chamber::Verdict;
use comity_constitution::facts::{Activated, Decided, Extended, FirstLight};
use comity_constitution::vote::Poll;
use comity_constitution::{ConstitutionFact, Stage};

use crate::scene::{DAY, FOUNDER, Scene, digest};

/// Thresholds and distribution: reject the amendment.
#[test]
fn control_constitutional_governance() {
    let mut scene = Scene::peopled();
    let change = scene.ordinary();
    let amendment = scene.sponsored(change);
    scene.seat(amendment, Poll::Proposal);
    scene.cast(amendment, [1, 2, 0]);
    let before = scene.polity.clone();
    // Neither a better count than the ballots give nor an activation without one.
    let flattered = scene.count(amendment, Verdict::Passed);
    assert_eq!(scene.code(None, flattered), "constitution.vote_other_tally");
    let activated = Activated { amendment, decision: digest("no decision") };
    assert_eq!(scene.code(None, activated), "constitution.amendment_wrong_stage");
    assert_eq!(scene.polity, before);

    let count = scene.count(amendment, Verdict::Rejected);
    scene.say(None, count).unwrap();
    assert_eq!(scene.polity.amendment(amendment).unwrap().stage(), Stage::Rejected);
    assert_eq!(scene.polity.parameters(), change.from);
}

/// Time limits: block operations when the phase has expired.
#[test]
fn control_genesis_phase_controller() {
    let mut scene = Scene::founded();
    scene.pass(366 * DAY);
    let before = scene.polity.clone();
    let (report, text, evidence) = (digest("report"), digest("text"), digest("evidence"));
    let acts: [(Option<u8>, ConstitutionFact); 3] = [
        (Some(FOUNDER), Extended { report }.into()),
        (Some(FOUNDER), Decided { change: None, text }.into()),
        (None, FirstLight { evidence }.into()),
    ];
    for (by, act) in acts {
        assert_eq!(scene.code(by, act), "constitution.phase_expired");
        assert_eq!(scene.polity, before);
    }
}
