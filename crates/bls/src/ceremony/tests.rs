//! Ceremonies with honest members, with liars, and with every event in every state.

mod anew;

use comity_wire::{Digest, sha256};

use super::*;
use crate::member::{Member, MemberSecret};
use crate::{CommitteeKey, Index, KeyEpoch, PartialSignature, SecretShare};

const MESSAGE: &[u8] = b"message";

fn index(number: u16) -> Index {
    Index::new(number).unwrap()
}

fn secrets(first: u8, count: u8) -> Vec<MemberSecret> {
    (first..first + count).map(|number| MemberSecret::from_seed(&[number; 32])).collect()
}

fn members(secrets: &[MemberSecret]) -> Vec<Member> {
    secrets.iter().map(MemberSecret::member).collect()
}

fn fresh(secrets: &[MemberSecret], threshold: u16) -> Plan {
    Plan::fresh(KeyEpoch(1), &sha256(b"first"), &members(secrets), threshold).unwrap()
}

fn dealings(plan: &Plan, secrets: &[MemberSecret]) -> Vec<Statement> {
    let deal = |secret| plan.deal(secret, None, &[99; 32]).unwrap();
    secrets.iter().map(deal).collect()
}

fn say(ceremony: Ceremony, statements: &[Statement]) -> Ceremony {
    statements.iter().fold(ceremony, |ceremony, statement| {
        ceremony.step(&Event::Statement(statement.clone())).unwrap()
    })
}

fn refused(ceremony: &Ceremony, statement: &Statement) -> Refusal {
    ceremony.step(&Event::Statement(statement.clone())).unwrap_err()
}

/// Deals, complains where there is a reason, ends.
fn run(plan: Plan, dealings: &[Statement], receivers: &[MemberSecret]) -> Ceremony {
    let ceremony = say(Ceremony::new(plan), dealings).step(&Event::EndDealing).unwrap();
    let mut ceremony = ceremony;
    for receiver in receivers {
        for complaint in ceremony.complaints(receiver) {
            let again = Statement::decode(&complaint.encode()).unwrap();
            // Somebody else may have been faster.
            if let Ok(next) = ceremony.step(&Event::Statement(again)) {
                ceremony = next;
            }
        }
    }
    ceremony.step(&Event::EndComplaints).unwrap()
}

fn shares(ceremony: &Ceremony, receivers: &[MemberSecret]) -> Vec<SecretShare> {
    let outcome = ceremony.outcome().unwrap();
    let shares: Vec<_> = receivers.iter().map(|secret| outcome.share(secret).unwrap()).collect();
    for share in &shares {
        assert_eq!(outcome.key().share(share.index()), Some(share.public()));
    }
    shares
}

fn sign(shares: &[SecretShare]) -> Vec<PartialSignature> {
    shares.iter().map(|share| share.sign(MESSAGE)).collect()
}

/// Three of five, all honest.
fn three_of_five() -> (Vec<MemberSecret>, CommitteeKey, Vec<SecretShare>) {
    let secrets = secrets(1, 5);
    let plan = fresh(&secrets, 3);
    let dealings = dealings(&plan, &secrets);
    let ceremony = run(plan, &dealings, &secrets);
    let key = ceremony.outcome().unwrap().key().clone();
    let shares = shares(&ceremony, &secrets);
    (secrets, key, shares)
}

/// A dealing with one thing changed, signed by whoever changed it.
fn changed(
    statement: &Statement,
    secret: &MemberSecret,
    change: impl FnOnce(&mut Dealing),
) -> Statement {
    let Statement::Dealing(mut dealing) = statement.clone() else { panic!("not a dealing") };
    change(&mut dealing);
    Statement::Dealing(dealing).signed(secret)
}

#[test]
fn members_make_a_key_that_any_threshold_of_them_signs_with() {
    let (_, key, shares) = three_of_five();
    let partials = sign(&shares);
    let signature = key.combine(MESSAGE, &partials[..3]).unwrap();
    for chosen in [[0, 2, 4], [4, 3, 2], [1, 3, 0]] {
        let chosen = chosen.map(|place| partials[place]);
        assert_eq!(key.combine(MESSAGE, &chosen), Ok(signature));
    }
    assert_eq!(key.combine(MESSAGE, &partials[..2]).unwrap_err().code(), "bls.too_few");
    assert_eq!(key.group().verify(MESSAGE, &signature), Ok(()));
}

#[test]
fn the_order_of_statements_does_not_matter() {
    let secrets = secrets(1, 5);
    let plan = fresh(&secrets, 3);
    let mut dealings = dealings(&plan, &secrets);
    let forward = run(plan.clone(), &dealings, &secrets);
    dealings.reverse();
    assert_eq!(forward, run(plan, &dealings, &secrets));
}

#[test]
fn a_dealer_that_deals_wrong_is_out_and_the_others_agree() {
    let secrets = secrets(1, 5);
    let plan = fresh(&secrets, 3);
    let honest = dealings(&plan, &secrets);
    let mut lied = honest.clone();
    lied[1] = changed(&honest[1], &secrets[1], |dealing| dealing.sealed[3][31] ^= 1);
    let ceremony = run(plan.clone(), &lied, &secrets);
    let outcome = ceremony.outcome().unwrap();
    assert!(outcome.qualified().eq([1, 3, 4, 5].map(index)));
    // It is the key of those who dealt right, as if the liar had not been there.
    let without = [&honest[..1], &honest[2..]].concat();
    let other = run(plan, &without, &secrets);
    assert_eq!(other.outcome().unwrap().key(), outcome.key());
    let shares = shares(&ceremony, &secrets);
    assert!(outcome.key().combine(MESSAGE, &sign(&shares)[2..]).is_ok());
}

#[test]
fn who_does_not_complain_in_time_has_no_share() {
    let secrets = secrets(1, 3);
    let plan = fresh(&secrets, 2);
    let mut lied = dealings(&plan, &secrets);
    lied[0] = changed(&lied[0], &secrets[0], |dealing| dealing.sealed[2] = [0; 32]);
    let ceremony = run(plan, &lied, &secrets[..2]);
    let outcome = ceremony.outcome().unwrap();
    let refused = outcome.share(&secrets[2]).unwrap_err();
    assert_eq!((refused, refused.code()), (ShareError::BadValue(index(1)), "bls.bad_value"));
    let stranger = MemberSecret::from_seed(&[77; 32]);
    assert_eq!(outcome.share(&stranger).unwrap_err().code(), "bls.not_a_receiver");
    assert!(outcome.key().combine(MESSAGE, &sign(&shares(&ceremony, &secrets[..2]))).is_ok());
}

#[test]
fn too_few_honest_dealers_make_no_key() {
    let secrets = secrets(1, 3);
    let plan = fresh(&secrets, 2);
    let mut statements = dealings(&plan, &secrets);
    let one = say(Ceremony::new(plan.clone()), &statements[..1]);
    let refused = one.step(&Event::EndDealing).unwrap_err();
    assert_eq!(refused, Refusal::TooFewDealers { needed: 2, found: 1 });
    for place in [0, 1] {
        statements[place] = changed(&statements[place], &secrets[place], |dealing| {
            dealing.sealed[2] = [9; 32];
        });
    }
    let mut ceremony = say(Ceremony::new(plan), &statements).step(&Event::EndDealing).unwrap();
    let complaints = ceremony.complaints(&secrets[2]);
    assert_eq!(complaints.len(), 2);
    ceremony = say(ceremony, &complaints);
    let refused = ceremony.step(&Event::EndComplaints).unwrap_err();
    assert_eq!(refused.code(), "bls.too_few_dealers");
}

#[test]
fn dealings_that_do_not_count_are_refused_by_name() {
    let secrets = secrets(1, 3);
    let plan = fresh(&secrets, 2);
    let statements = dealings(&plan, &secrets);
    let ceremony = say(Ceremony::new(plan.clone()), &statements[..1]);
    let (second, secret) = (&statements[1], &secrets[1]);
    let say = |change: &dyn Fn(&mut Dealing)| refused(&ceremony, &changed(second, secret, change));

    assert_eq!(refused(&ceremony, &statements[0]), Refusal::SecondDealing(index(1)));
    assert_eq!(say(&|dealing| dealing.dealer = index(4)), Refusal::NoSuchDealer(index(4)));
    assert_eq!(say(&|dealing| dealing.dealer = index(3)), Refusal::BadStatement(index(3)));
    assert_eq!(say(&|dealing| dealing.session = Digest::ZERO), Refusal::OtherSession);
    let code = |change: &dyn Fn(&mut Dealing)| say(change).code();
    assert_eq!(code(&|dealing| dealing.commitments.truncate(1)), "bls.wrong_shape");
    assert_eq!(code(&|dealing| dealing.sealed.push([0; 32])), "bls.wrong_shape");
    let unknown = Refusal::UnknownSecret(index(2));
    let Statement::Dealing(first) = &statements[0] else { panic!("a dealing") };
    // Somebody else's constant, or somebody else's ephemeral point, with or without its proof.
    assert_eq!(say(&|dealing| dealing.commitments[0] = first.commitments[0]), unknown);
    assert_eq!(
        say(&|dealing| {
            dealing.commitments[0] = first.commitments[0];
            dealing.constant_proof = first.constant_proof;
        }),
        unknown
    );
    assert_eq!(say(&|dealing| dealing.ephemeral = first.ephemeral), unknown);
    assert_eq!(
        say(&|dealing| {
            dealing.ephemeral = first.ephemeral;
            dealing.ephemeral_proof = first.ephemeral_proof;
        }),
        unknown
    );
    let forged = Statement::Dealing(first.clone()).signed(secret);
    assert_eq!(refused(&Ceremony::new(plan.clone()), &forged), Refusal::BadStatement(index(1)));
    let stranger = MemberSecret::from_seed(&[77; 32]);
    assert_eq!(plan.deal(&stranger, None, &[0; 32]).unwrap_err().code(), "bls.cannot_deal");
}

#[test]
fn complaints_that_prove_nothing_are_refused_by_name() {
    let secrets = secrets(1, 4);
    let plan = fresh(&secrets, 3);
    let mut statements = dealings(&plan, &secrets);
    statements[0] = changed(&statements[0], &secrets[0], |dealing| {
        dealing.sealed[1] = [1; 32];
        dealing.sealed[2] = [1; 32];
    });
    let ceremony =
        say(Ceremony::new(plan.clone()), &statements[..3]).step(&Event::EndDealing).unwrap();
    let complaints = ceremony.complaints(&secrets[1]);
    let [Statement::Complaint(complaint)] = &complaints[..] else { panic!("one complaint") };
    let say = |change: &dyn Fn(&mut Complaint)| {
        let mut complaint = complaint.clone();
        change(&mut complaint);
        let secret = &secrets[complaint.receiver.place().min(3)];
        refused(&ceremony, &Statement::Complaint(complaint).signed(secret))
    };
    assert_eq!(say(&|complaint| complaint.session = Digest::ZERO), Refusal::OtherSession);
    assert_eq!(say(&|complaint| complaint.receiver = index(5)), Refusal::NoSuchReceiver(index(5)));
    assert_eq!(say(&|complaint| complaint.dealer = index(4)), Refusal::HasNotDealt(index(4)));
    assert_eq!(say(&|complaint| complaint.dealer = index(3)), Refusal::BadComplaint(index(2)));
    assert_eq!(say(&|complaint| complaint.receiver = index(3)), Refusal::BadComplaint(index(3)));
    assert_eq!(
        say(&|complaint| complaint.shared = secrets[2].key().0),
        Refusal::BadComplaint(index(2))
    );
    let forged = Statement::Complaint(complaint.clone()).signed(&secrets[2]);
    assert_eq!(refused(&ceremony, &forged), Refusal::BadStatement(index(2)));

    // A receiver that was dealt right, and says otherwise with a true point and a true proof.
    let Statement::Dealing(third) = &statements[2] else { panic!("a dealing") };
    let context = Complaint::context(plan.session(), index(2), index(3));
    let unfounded = Complaint {
        dealer: index(3),
        shared: (third.ephemeral * secrets[1].scalar()).into(),
        proof: crate::proof::Proof::same(&secrets[1].scalar(), &third.ephemeral, &context),
        ..(**complaint).clone()
    };
    let unfounded = Statement::Complaint(Box::new(unfounded)).signed(&secrets[1]);
    let (receiver, dealer) = (index(2), index(3));
    assert_eq!(refused(&ceremony, &unfounded), Refusal::Unfounded { receiver, dealer });

    let other = ceremony.complaints(&secrets[2]);
    let after = ceremony.step(&Event::Statement(complaints[0].clone())).unwrap();
    assert_eq!(refused(&after, &other[0]), Refusal::IsDisqualified(index(1)));
    assert!(after.complaints(&secrets[2]).is_empty());
}

#[test]
fn every_event_has_an_answer_in_every_state() {
    let secrets = secrets(1, 3);
    let plan = fresh(&secrets, 2);
    let mut statements = dealings(&plan, &secrets);
    statements[0] = changed(&statements[0], &secrets[0], |dealing| dealing.sealed[1] = [1; 32]);
    let dealing = say(Ceremony::new(plan), &statements);
    let complaining = dealing.step(&Event::EndDealing).unwrap();
    let complaint = complaining.complaints(&secrets[1])[0].clone();
    let done = complaining.step(&Event::EndComplaints).unwrap();
    let events = [
        Event::Statement(statements[2].clone()),
        Event::Statement(complaint),
        Event::EndDealing,
        Event::EndComplaints,
    ];
    let mut codes = Vec::new();
    for state in [&dealing, &complaining, &done] {
        let answers = events.iter().map(|event| match state.step(event) {
            Ok(_) => "next",
            Err(refusal) => refusal.code(),
        });
        codes.push(answers.collect::<Vec<_>>());
    }
    let no = "bls.not_in_this_state";
    assert_eq!(
        codes,
        [
            vec!["bls.second_dealing", no, "next", no],
            vec![no, "next", no, "next"],
            vec![no, no, no, no],
        ]
    );
    assert!(done.complaints(&secrets[1]).is_empty() && dealing.outcome().is_none());
}

#[test]
fn committees_that_cannot_be_are_not_planned() {
    let secrets = secrets(1, 4);
    let all = members(&secrets);
    let plan = |members: &[Member], threshold| {
        Plan::fresh(KeyEpoch(1), &Digest::ZERO, members, threshold).unwrap_err()
    };
    let refused = plan(&all, 2);
    assert_eq!(refused, PlanError::NoMajority { threshold: 2, members: 4 });
    assert_eq!(refused.code(), "bls.no_majority");
    assert_eq!(plan(&all, 5).code(), "bls.bad_quorum");
    assert_eq!(plan(&[], 1).code(), "bls.bad_quorum");
    let refused = plan(&[all[0], all[1], all[0]], 2);
    assert_eq!(refused, PlanError::SameKey(index(1), index(3)));
    assert_eq!(refused.code(), "bls.same_key");
    let mixed = [&all[0].encode()[..48], &all[1].encode()[48..]].concat();
    let unproven = Member::decode(&mixed).unwrap();
    let refused = plan(&[all[2], unproven, all[3]], 2);
    assert_eq!((refused, refused.code()), (PlanError::BadProof(index(2)), "bls.bad_proof"));
}

#[test]
fn statements_have_one_form() {
    let secrets = secrets(1, 3);
    let plan = fresh(&secrets, 2);
    let mut statements = dealings(&plan, &secrets);
    statements[0] = changed(&statements[0], &secrets[0], |dealing| dealing.sealed[1] = [1; 32]);
    let ceremony = say(Ceremony::new(plan), &statements).step(&Event::EndDealing).unwrap();
    statements.extend(ceremony.complaints(&secrets[1]));
    assert_eq!(statements.len(), 4);
    for statement in &statements[2..] {
        let bytes = statement.encode();
        assert_eq!(Statement::decode(&bytes).as_ref(), Ok(statement));
        for length in 0..bytes.len() {
            assert!(Statement::decode(&bytes[..length]).is_err(), "{length} bytes");
        }
        let more = [&bytes[..], &[0]].concat();
        assert_eq!(Statement::decode(&more).unwrap_err().code(), "bls.wrong_length");
        let mut other = bytes.clone();
        other[23] = 3;
        assert_eq!(Statement::decode(&other).unwrap_err().code(), "bls.unknown_kind");
    }
    let long = vec![0; crate::limits::STATEMENT_BYTES_MAX + 1];
    assert_eq!(Statement::decode(&long).unwrap_err().code(), "bls.wrong_length");
}
