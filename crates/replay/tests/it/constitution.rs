//! A constitution over real signed statements.

use comity_commitment::LifecycleEvent;
use comity_commitment::schedule::Reason;
use comity_constitution::chamber::{Path, Verdict};
use comity_constitution::facts::{BallotCast, Founded, LeaveChanged, Proposed};
use comity_constitution::phase::Phase;
use comity_constitution::vote::Poll;
use comity_constitution::{Charter, Nano, Stage};
use comity_replay::World;
use comity_replay::verify::{Options, verify_export};
use comity_wire::{Digest, Time, sha256};

use crate::quorum::Quorum;
use crate::scene::key;
use crate::senate::{DAY, Senate};

#[test]
fn a_record_founds_a_constitution_and_counts_its_people() {
    let mut senate = Senate::peopled();
    assert_eq!(senate.world.charter_of(senate.id), &Charter::founding());
    let early = senate.code(Some("person 0"), LeaveChanged { on_leave: true });
    assert_eq!(early, "constitution.not_founded");
    let unknown = Founded { charter: Digest::ZERO, founder: key("founder").public().key_id() };
    assert_eq!(senate.code(None, unknown), "constitution.file_unknown");
    let senate = Senate::ready();
    assert_eq!(senate.polity().humans(), 24);
    assert_eq!(senate.polity().phase().phase(), Some(Phase::G1));
    assert_eq!(senate.world.charter_of(senate.id).to_file().name, "small");
    assert_eq!(senate.world.polities().count(), 1);
}

#[test]
fn a_file_that_nobody_has_cannot_be_proposed() {
    let mut senate = Senate::ready();
    let mut change = senate.change(|file| file.trust.volume_half += 1);
    change.to = sha256(b"a file that nobody has");
    let fact = Proposed { change, text: sha256(b"reasons") };
    assert_eq!(senate.code(Some("person 0"), fact), "constitution.amendment_file_unknown");
    let machine = senate.change(|file| file.trust.volume_half += 2);
    let fact = Proposed { change: machine, text: sha256(b"reasons") };
    assert_eq!(senate.code(Some("robot"), fact), "constitution.amendment_not_human");
    assert_eq!(senate.code(None, fact), "constitution.not_in_person");
}

#[test]
fn without_a_committee_governance_waits() {
    let mut senate = Senate::ready();
    let change = senate.change(|file| file.trust.volume_half += 1);
    let amendment = senate.proposed(change);
    let pool = senate.pool(amendment, 1);
    senate.say(None, pool).unwrap();
    senate.close_epoch();
    assert_eq!(senate.vote(amendment).awaits_round(), Some(1));
    let missing = senate.world.seating_for(senate.id, amendment).unwrap_err();
    assert_eq!(missing.code(), "constitution.vote_beacon_missing");
    let ballot = BallotCast {
        charter: senate.polity().charter(),
        choice: comity_constitution::chamber::Choice::Yes,
        question: amendment,
        sitting: amendment,
    };
    assert_eq!(senate.code(Some("person 3"), ballot), "constitution.vote_no_sitting");
    assert_eq!(senate.polity().amendment(amendment).unwrap().stage(), Stage::Proposed);
}

#[test]
fn an_export_carries_the_rules_that_the_constitution_names_and_no_others() {
    let mut senate = Senate::ready();
    let change = senate.change(|file| file.trust.volume_half += 1);
    senate.proposed(change);
    let files = senate.export();
    let rules: Vec<&String> = files.keys().filter(|path| path.contains("/rules/")).collect();
    assert_eq!(rules.len(), 2, "{rules:?}");
    let report = verify_export(&files, &Options::default()).unwrap();
    assert!(report.is_valid(), "{:#?}", report.checks);

    let refused = |files: &crate::scene::Files| {
        let report = verify_export(files, &Options::default()).unwrap();
        assert!(!report.is_valid());
        format!("{:?}", report.checks)
    };
    for path in rules {
        let mut fewer = files.clone();
        fewer.remove(path);
        assert!(refused(&fewer).contains("file_unknown"), "{path}");
        let mut other = files.clone();
        other.get_mut(path).unwrap().push(b' ');
        assert!(refused(&other).contains("replay.mismatch"), "{path}");
    }
    let mut more = files.clone();
    let mut file = senate.parameters.to_file();
    file.trust.human.cap_k = Nano::new(2_500_000_000);
    let bytes = comity_constitution::Parameters::new(file).unwrap().bytes().to_vec();
    let name = format!("senate/rules/parameters-{}.json", sha256(&bytes));
    more.insert(name, bytes);
    assert!(refused(&more).contains("replay.export_unexpected_file"));
    for (kind, code) in
        [("charter", "constitution.charter_wire"), ("parameters", "constitution.wire")]
    {
        let mut broken = files.clone();
        broken.insert(format!("senate/rules/{kind}-{}.json", sha256(b"{}")), b"{}".to_vec());
        assert!(refused(&broken).contains(code), "{kind}");
    }
    senate.rules.pop();
    assert_eq!(senate.try_export().unwrap_err().code(), "replay.write_rules_missing");
    let mut stray = files;
    stray.insert("senate/rules/notes.json".to_owned(), b"{}".to_vec());
    assert!(refused(&stray).contains("replay.export_unexpected_file"));
}

#[test]
fn the_founding_charter_is_always_known() {
    let mut senate = Senate::peopled();
    senate.world = World::new([senate.parameters.clone()]);
    let charter = Charter::founding();
    assert_eq!(senate.world.charter_of(senate.id), &charter);
    senate.world.learn_charter(charter);
    assert_eq!(senate.world.polities().count(), 0);
}

#[test]
fn an_ordinary_amendment_goes_from_its_proposal_to_rules_in_force() {
    let mut quorum = Quorum::ready();
    let change = quorum.senate.change(|file| file.trust.delta_fast = Nano::new(18_000_000));
    let amendment = quorum.confirmed(change);
    let stage = |quorum: &Quorum| quorum.senate.polity().amendment(amendment).unwrap().stage();
    assert_eq!(stage(&quorum), Stage::Confirmed);
    let votes = [
        LifecycleEvent::ProposalPassed,
        LifecycleEvent::RatificationPassed,
        LifecycleEvent::ChallengeClosed,
    ];
    assert!(quorum.events().ends_with(&votes), "{:?}", quorum.events());
    let activation = quorum.senate.polity().activation_of(amendment).unwrap();
    let code = |quorum: &mut Quorum| quorum.senate.code(None, activation);
    assert_eq!(code(&mut quorum), "constitution.amendment_not_certified");
    quorum.certify(activation.decision);
    assert_eq!(code(&mut quorum), "constitution.amendment_not_final");
    let (id, before) = (quorum.senate.id, quorum.senate.parameters.hash());
    assert_eq!(quorum.senate.world.parameters_of(id).unwrap().hash(), before);
    quorum.anchor();
    assert_eq!(code(&mut quorum), "accepted");
    assert_eq!(stage(&quorum), Stage::Activated);
    assert_eq!(quorum.events().last(), Some(&LifecycleEvent::Activated));
    let now = Time::from_unix(quorum.senate.now);
    let due = quorum.senate.world.anchors_due(id, now).unwrap();
    assert_eq!(due.first().unwrap().reason, Reason::Event(LifecycleEvent::Activated));
    assert_eq!(quorum.senate.world.parameters_of(id).unwrap().hash(), change.to);
    let (policy, _) = quorum.senate.world.trust(id).unwrap();
    assert_eq!(policy.rules.delta_fast, Nano::new(18_000_000));

    // The next epoch is closed under the new parameters, and a stranger finds the same.
    quorum.next_epoch();
    quorum.senate.close_epoch();
    let files = quorum.senate.export();
    let report = verify_export(&files, &Options::default()).unwrap();
    assert!(report.is_valid(), "{:#?}", report.checks);
    let envelopes = String::from_utf8(files["senate/envelopes.jsonl"].clone()).unwrap();
    assert_eq!(envelopes.lines().count(), quorum.senate.envelopes.len());
}

#[test]
fn three_of_four_do_not_pass_what_is_entrenched() {
    let mut quorum = Quorum::ready();
    let change = quorum.senate.change(|file| file.governance.challenge_window_s = 86_400);
    let amendment = quorum.senate.proposed(change);
    quorum.seat(amendment);
    quorum.vote(amendment, 3, Verdict::Passed);
    quorum.seat(amendment);
    quorum.vote(amendment, 3, Verdict::Rejected);
    let votes = [LifecycleEvent::ProposalPassed, LifecycleEvent::ChamberVoted];
    assert!(quorum.events().ends_with(&votes), "{:?}", quorum.events());
    let found = quorum.senate.polity().amendment(amendment).unwrap();
    assert_eq!((found.stage(), found.path()), (Stage::Rejected, Path::Entrenched));
    let refused = quorum.senate.polity().activation_of(amendment).unwrap_err();
    assert_eq!(refused.code(), "constitution.amendment_wrong_stage");
    // Nor does an ordinary change hide one, and what cannot be amended is refused at once.
    let fixed = quorum.senate.change(|file| file.commitment.epoch_s = 1_800);
    let fact = Proposed { change: fixed, text: sha256(b"reasons") };
    assert_eq!(quorum.senate.code(Some("person 0"), fact), "constitution.amendment_fixed");
}

/// Ninety days, a fourth chamber and a committee that is not the one it was.
#[test]
fn an_entrenched_amendment_outlives_the_key_under_which_it_was_proposed() {
    let mut quorum = Quorum::ready();
    let change = quorum.senate.change(|file| file.governance.challenge_window_s = 86_400);
    let amendment = quorum.confirmed(change);
    let found = |quorum: &Quorum| quorum.senate.polity().amendment(amendment).unwrap().clone();
    assert_eq!(
        (found(&quorum).stage(), found(&quorum).path()),
        (Stage::CoolingOff, Path::Entrenched)
    );
    let before = quorum.senate.now;
    let early = quorum.senate.world.pool_for(quorum.senate.id, amendment, 0, Time::MIN);
    let early = early.map(|pool| quorum.senate.code(None, pool));
    assert_eq!(early.unwrap(), "constitution.amendment_too_early");
    quorum.wait(amendment);
    assert!(90 * DAY <= quorum.senate.now - before);

    // The old key is overdue: it publishes no beacon, so it draws nobody.
    assert_eq!(quorum.try_publish().unwrap_err().code(), "commitment.key_overdue");
    quorum.rotate([2, 3, 4]);
    assert_eq!(quorum.unanimous(amendment), Poll::Confirmation);
    assert_eq!(found(&quorum).stage(), Stage::Confirmed);
    let amended = found(&quorum);
    let polls: Vec<Poll> = amended.tallies().iter().map(|tally| tally.poll).collect();
    assert_eq!(polls, [Poll::Proposal, Poll::Ratification, Poll::Challenge, Poll::Confirmation]);

    let activation = quorum.senate.polity().activation_of(amendment).unwrap();
    quorum.certify(activation.decision);
    quorum.anchor();
    quorum.senate.say(None, activation).unwrap();
    let id = quorum.senate.id;
    assert_eq!(quorum.senate.world.parameters_of(id).unwrap().hash(), change.to);
    let terms = quorum.senate.world.record(id).unwrap().committee().terms();
    assert_eq!(terms.len(), 2);
    let report = verify_export(&quorum.senate.export(), &Options::default()).unwrap();
    assert!(report.is_valid(), "{:#?}", report.checks);
}

#[test]
fn a_pool_that_names_a_round_of_an_epoch_that_has_begun_is_refused() {
    let mut quorum = Quorum::ready();
    let change = quorum.senate.change(|file| file.trust.volume_half += 1);
    let amendment = quorum.senate.proposed(change);
    let now = u64::try_from(quorum.senate.now / 3_600).unwrap();
    for round in [0, now - 1, now] {
        let pool = quorum.senate.pool(amendment, round);
        assert_eq!(quorum.senate.code(None, pool), "constitution.chamber_round_known", "{round}");
    }
    let pool = quorum.senate.pool(amendment, now + 1);
    assert_eq!(quorum.senate.code(None, pool), "accepted");
}
