//! Keys of the committee and what it certifies.

use comity_bls::{Certificate, CombineError, Kind, Statement};
use comity_commitment::{
    CommitteeComplained, CommitteeDealt, CommitteeError, CommitteeKeyed, KeyBase, MemberKeyRevoked,
    MemberKeyStated,
};
use comity_wire::{b64, sha256};

use crate::council::{Council, DAY, HOUR, actor, code, member, secret};

#[test]
fn ten_of_fifteen_make_a_key_and_certify_from_the_next_epoch_on() {
    let mut council = Council::of(10, 15);
    let made = council.ceremony(KeyBase::Fresh, None);
    let term = council.committee.terms()[0].clone();
    assert_eq!((term.key.clone(), term.from), (made.key.clone(), council.number() + 1));
    assert_eq!(term.until, council.now.plus(90 * DAY));
    let digest = sha256(b"decision");
    let early = made.certificate(council.decision(Kind::Decision, digest));
    assert_eq!(code(council.certify(&early)), "commitment.no_key");
    council.next_epoch();
    council.certified(&made, Kind::Decision, digest);
    let certified = council.committee.certificate(&digest).unwrap();
    assert_eq!((certified.key_epoch.0, certified.at), (1, council.now));
    assert_eq!(council.committee.certificates().count(), 1);
}

#[test]
fn nine_signatures_and_a_duplicate_certify_nothing() {
    let (council, made) = Council::keyed(10, 15);
    let decision = council.decision(Kind::Decision, sha256(b"decision"));
    let partials = made.partials(&decision.message());
    let nine = Certificate::combine(decision, &made.key, &partials[..9]);
    assert_eq!(nine, Err(CombineError::TooFew { needed: 10, found: 9 }));
    let twice = [&partials[..9], &partials[..1]].concat();
    let twice = Certificate::combine(decision, &made.key, &twice).unwrap_err();
    assert_eq!(twice.code(), "bls.duplicate");
}

#[test]
fn keys_of_members_are_stated_by_their_owners_and_proven() {
    let mut council = Council::of(2, 3);
    let before = council.committee.clone();
    let stamp = council.stamp(&actor(9));
    let mut refused = |body: &MemberKeyStated, expected: &str| {
        assert_eq!(code(council.committee.state_key(&stamp, body)), expected);
        assert_eq!(council.committee, before);
    };
    refused(&MemberKeyStated { member: "%".to_owned() }, "wire.malformed");
    refused(&MemberKeyStated { member: b64::encode(&[0; 144]) }, "bls.not_a_point");
    refused(&member(&secret(1)), "commitment.key_taken");
    let mut mixed = secret(9).member().encode();
    mixed[48..].copy_from_slice(&secret(8).member().encode()[48..]);
    refused(&MemberKeyStated { member: b64::encode(&mixed) }, "commitment.bad_proof");
    // A member may change its own key.
    let stamp = council.stamp(&actor(1));
    council.committee.state_key(&stamp, &member(&secret(7))).unwrap();
}

#[test]
fn a_plan_has_the_size_of_the_parameters_the_next_number_and_members_with_keys() {
    let mut council = Council::of(2, 3);
    let good = council.planned(KeyBase::Fresh);
    let mut refused = |change: &dyn Fn(&mut comity_commitment::CommitteePlanned),
                       expected: &str| {
        let (before, mut body) = (council.committee.clone(), good.clone());
        change(&mut body);
        let stamp = council.authority();
        let result = council.step(|committee, rules| committee.plan(&stamp, &body, rules));
        assert_eq!((code(result), &council.committee), (expected, &before));
    };
    refused(&|body| body.threshold = 3, "commitment.other_quorum");
    refused(&|body| drop(body.members.pop()), "commitment.other_quorum");
    refused(&|body| body.key_epoch = 2, "commitment.other_key_epoch");
    refused(&|body| body.members[2] = actor(30), "commitment.no_member_key");
    refused(&|body| body.members[2] = actor(0), "bls.same_key");
    refused(&|body| body.base = KeyBase::Anew, "commitment.no_key");
    council.begin(KeyBase::Fresh, None);
    let stamp = council.authority();
    let again = council.step(|committee, rules| committee.plan(&stamp, &good, rules));
    assert_eq!(code(again), "commitment.ceremony_running");
}

#[test]
fn only_the_owner_and_the_authority_revoke_and_what_is_revoked_sits_nowhere() {
    let mut council = Council::of(2, 3);
    let body = MemberKeyRevoked { actor: actor(0) };
    let stranger = council.stamp(&actor(1));
    assert_eq!(code(council.committee.revoke(&stranger, false, &body)), "commitment.not_theirs");
    let owner = council.stamp(&actor(0));
    council.committee.revoke(&owner, false, &body).unwrap();
    assert_eq!(code(council.committee.revoke(&owner, false, &body)), "commitment.no_member_key");
    let again = council.committee.state_key(&owner, &member(&secret(20)));
    assert_eq!(code(again), "commitment.member_revoked");
    let (stamp, plan) = (council.authority(), council.planned(KeyBase::Fresh));
    let result = council.step(|committee, rules| committee.plan(&stamp, &plan, rules));
    assert_eq!(code(result), "commitment.member_revoked");
}

#[test]
fn a_threshold_of_revoked_members_silences_the_key() {
    let (mut council, made) = Council::keyed(2, 3);
    let revoke = |council: &mut Council, number| {
        let stamp = council.authority();
        let body = MemberKeyRevoked { actor: actor(number) };
        council.committee.revoke(&stamp, true, &body).unwrap();
    };
    revoke(&mut council, 0);
    council.certified(&made, Kind::Decision, sha256(b"one"));
    revoke(&mut council, 2);
    let two = made.certificate(council.decision(Kind::Decision, sha256(b"two")));
    assert_eq!(code(council.certify(&two)), "commitment.key_revoked");
}

#[test]
fn members_speak_for_themselves_and_in_their_phase() {
    let mut council = Council::of(2, 3);
    let (id, plan) = council.begin(KeyBase::Fresh, None);
    let dealing = |number| plan.deal(&secret(number), None, &[7; 32]).unwrap();
    assert_eq!(code(council.deal(1, &dealing(0))), "commitment.not_the_member");
    council.deal(0, &dealing(0)).unwrap();
    assert_eq!(code(council.deal(0, &dealing(0))), "bls.second_dealing");
    let mut bytes = dealing(1).encode();
    let last = bytes.len() - 100;
    bytes[last] ^= 1;
    let forged = Statement::decode(&bytes).unwrap();
    assert_eq!(code(council.deal(1, &forged)), "bls.bad_statement");
    // A dealing is no complaint.
    let stamp = council.stamp(&actor(1));
    let text = b64::encode(&dealing(1).encode());
    let body = CommitteeComplained { statement: text };
    assert_eq!(code(council.committee.complain(&stamp, &body)), "commitment.other_statement");
    let text = b64::encode(&complaint(&plan, 1));
    let body = CommitteeDealt { statement: text.clone() };
    assert_eq!(code(council.committee.deal(&stamp, &body)), "commitment.other_statement");
    // Complaints have their time, and their author.
    let body = CommitteeComplained { statement: text };
    assert_eq!(code(council.committee.complain(&stamp, &body)), "bls.not_in_this_state");
    assert_eq!(code(council.end_dealing(id)), "bls.too_few_dealers");
    council.deal(1, &dealing(1)).unwrap();
    assert_eq!(code(council.end_dealing(id)), "commitment.phase_too_early");
    council.wait(HOUR);
    council.end_dealing(id).unwrap();
    let before = council.committee.clone();
    let other = council.stamp(&actor(2));
    assert_eq!(code(council.committee.complain(&other, &body)), "commitment.not_the_member");
    assert_eq!(code(council.committee.complain(&stamp, &body)), "bls.bad_statement");
    assert_eq!(council.committee, before);
}

/// Bytes of a complaint that its author has not signed.
fn complaint(plan: &comity_bls::Plan, place: u16) -> Vec<u8> {
    let member = secret(place).member().encode();
    let (point, signature) = member.split_at(48);
    let index = (place + 1).to_be_bytes();
    let head = [b"comity-key-ceremony/v1\0\x02".as_slice(), plan.session().as_bytes()].concat();
    [&head, index.as_slice(), &[0, 1], point, &[1; 64], signature].concat()
}

#[test]
fn the_stated_key_is_the_one_that_the_dealings_make() {
    let mut council = Council::of(2, 3);
    let stamp = council.authority();
    let nothing = CommitteeKeyed { key: String::new(), plan: stamp.id };
    let result = council.step(|committee, rules| committee.key(&stamp, &nothing, rules));
    assert_eq!(code(result), "commitment.no_ceremony");
    let (id, plan) = council.begin(KeyBase::Fresh, None);
    let mut ceremony = comity_bls::Ceremony::new(plan.clone());
    for number in [0, 2] {
        let dealing = plan.deal(&secret(number), None, &[7; 32]).unwrap();
        council.deal(number, &dealing).unwrap();
        ceremony = ceremony.step(&comity_bls::Event::Statement(dealing)).unwrap();
    }
    let other = Council::of(2, 3).ceremony(KeyBase::Fresh, None).key;
    assert_eq!(code(council.end_dealing(stamp.id)), "commitment.other_plan");
    council.wait(HOUR);
    council.end_dealing(id).unwrap();
    assert_eq!(code(council.key(id, &other)), "commitment.phase_too_early");
    council.wait(HOUR);
    let before = council.committee.clone();
    assert_eq!(code(council.key(id, &other)), "commitment.other_key");
    assert_eq!(council.committee, before);
    let ended = ceremony.step(&comity_bls::Event::EndDealing).unwrap();
    let ended = ended.step(&comity_bls::Event::EndComplaints).unwrap();
    council.key(id, ended.outcome().unwrap().key()).unwrap();
    assert_eq!(council.committee.ceremony(), None);
}

#[test]
fn a_ceremony_that_cannot_end_gives_way_to_the_next() {
    let mut council = Council::of(2, 3);
    council.begin(KeyBase::Fresh, None);
    assert_eq!(council.committee.ceremony(), Some("dealers deal"));
    council.wait(HOUR);
    let made = council.ceremony(KeyBase::Fresh, None);
    assert_eq!(made.key.epoch().0, 1);
}

#[test]
fn an_overdue_key_certifies_nothing_more_and_new_shares_do_not_help() {
    let (mut council, made) = Council::keyed(2, 3);
    let until = council.committee.terms()[0].until;
    council.wait(30 * DAY);
    let anew = council.ceremony(KeyBase::Anew, Some(&made));
    assert_eq!(anew.key.group(), made.key.group());
    assert_eq!(council.committee.terms()[1].until, until, "dealing anew makes no key younger");
    council.now = until;
    council.certified(&anew, Kind::Decision, sha256(b"in time"));
    council.wait(1);
    let late = anew.certificate(council.decision(Kind::Decision, sha256(b"late")));
    assert_eq!(code(council.certify(&late)), "commitment.key_overdue");
    let beacon = anew.beacon(council.number());
    assert_eq!(code(council.publish(&beacon)), "commitment.key_overdue");
    // Nor can it be dealt anew any more; only a new key helps.
    let (stamp, body) = (council.authority(), council.planned(KeyBase::Anew));
    let result = council.step(|committee, rules| committee.plan(&stamp, &body, rules));
    assert_eq!(code(result), "commitment.key_overdue");
    let fresh = council.ceremony(KeyBase::Fresh, None);
    council.next_epoch();
    council.certified(&fresh, Kind::Decision, sha256(b"late"));
}

#[test]
fn a_key_that_was_rotated_out_is_refused_whatever_epoch_it_names() {
    let (mut council, old) = Council::keyed(2, 3);
    let first = council.close();
    council.wait(20 * DAY);
    let new = council.ceremony(KeyBase::Fresh, None);
    council.wait(2 * HOUR);
    let digest = sha256(b"decision");
    let now = council.decision(Kind::Decision, digest);
    let error = council.certify(&old.certificate(now)).unwrap_err();
    assert_eq!(error.code(), "bls.rotated_out");
    // Backdated into its own time it is stale.
    let mut back = now;
    back.epoch = council.committee.terms()[1].from - 1;
    assert_eq!(code(council.certify(&old.certificate(back))), "commitment.stale_epoch");
    // What it may still do is certify what this record committed to in its time; the new key may not.
    let mut commitment = council.decision(Kind::Commitment, first.hash);
    commitment.epoch = council.committee.closes()[0].number;
    assert_eq!(code(council.certify(&new.certificate(commitment))), "bls.rotated_out");
    council.certify(&old.certificate(commitment)).unwrap();
    council.certified(&new, Kind::Decision, digest);
}

#[test]
fn a_handover_names_the_next_key() {
    let (mut council, old) = Council::keyed(2, 3);
    let none = old.certificate(council.decision(Kind::Handover, sha256(&old.key.encode())));
    assert_eq!(code(council.certify(&none)), "commitment.not_the_next_key");
    let new = council.ceremony(KeyBase::Fresh, None);
    council.certified(&old, Kind::Handover, sha256(&new.key.encode()));
}

#[test]
fn every_part_of_a_certificate_counts() {
    let (mut council, made) = Council::keyed(2, 3);
    let closed = council.close();
    let decision = council.decision(Kind::Commitment, closed.hash);
    let good = made.certificate(decision);
    let before = council.committee.clone();
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        assert!(council.certify(&bytes).is_err(), "byte {place}");
    }
    assert_eq!(council.committee, before);
    let mut refused = |change: &dyn Fn(&mut comity_bls::Decision), expected: &str| {
        let mut other = decision;
        change(&mut other);
        assert_eq!(code(council.certify(&made.certificate(other))), expected);
    };
    refused(&|other| other.epoch += 1, "commitment.no_such_commitment");
    refused(&|other| other.commitment = sha256(b"other"), "commitment.no_such_commitment");
    refused(&|other| other.parameters = sha256(b"other"), "bls.other_parameters");
    council.certify(&good).unwrap();
    assert!(matches!(
        council.certify(&good),
        Err(CommitteeError::CertifiedTwice { digest }) if digest == closed.hash
    ));
}
