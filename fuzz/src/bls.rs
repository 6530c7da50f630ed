//! Points, certificates, beacons and key ceremonies of committees.

use std::sync::LazyLock;

use comity_bls::{
    Beacon, Ceremony, Certificate, CommitteeKey, Decision, DecodeError, Event, GroupKey, Index,
    KeyEpoch, KeyRing, Kind, Member, MemberSecret, PartialSignature, Plan, Round, SecretShare,
    Statement, Term, ThresholdSignature,
};
use comity_wire::{Digest, sha256};

use crate::oracle;

/// Three members of whom two sign, the ceremony with one dealing, and everything that they have said.
struct World {
    share: SecretShare,
    key: GroupKey,
    decision: Decision,
    ceremony: Ceremony,
    dealings: Vec<Vec<u8>>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let share = SecretShare::from_bytes(KeyEpoch(1), Index::new(1).expect("one"), &[7; 32]);
    let share = share.expect("a scalar");
    let key = GroupKey::from_bytes(&share.public().to_bytes()).expect("a key");
    let secrets: Vec<_> = (1..4).map(|seed| MemberSecret::from_seed(&[seed; 32])).collect();
    let members: Vec<_> = secrets.iter().map(MemberSecret::member).collect();
    let plan = Plan::fresh(KeyEpoch(1), &Digest::ZERO, &members, 2).expect("a plan");
    let deal = |secret| plan.deal(secret, None, &[9; 32]).expect("a dealing");
    let dealings: Vec<_> = secrets.iter().map(deal).collect();
    let first = Event::Statement(dealings[0].clone());
    let decision = Decision {
        kind: Kind::Decision,
        epoch: 12,
        commitment: sha256(b"commitment"),
        parameters: sha256(b"parameters"),
    };
    World {
        share,
        key,
        decision,
        ceremony: Ceremony::new(plan).step(&first).expect("an honest dealing"),
        dealings: dealings.iter().map(Statement::encode).collect(),
    }
});

/// Whatever is decoded is encoded to the same bytes, and what nobody signed does not verify.
pub fn points(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    match kind {
        0 => same(bytes, GroupKey::from_bytes(bytes).map(|key| key.to_bytes().to_vec())),
        1 => {
            let signature = ThresholdSignature::from_bytes(bytes);
            if let Ok(signature) = &signature {
                assert!(WORLD.key.verify(b"nobody signed this", signature).is_err());
            }
            same(bytes, signature.map(|signature| signature.to_bytes().to_vec()));
        }
        2 => same(bytes, PartialSignature::decode(bytes).map(|partial| partial.encode().to_vec())),
        3 => {
            let key = CommitteeKey::decode(bytes);
            if let Ok(key) = &key {
                assert!(key.combine(b"message", &[]).is_err());
            }
            same(bytes, key.map(|key| key.encode()));
        }
        4 => {
            let member = Member::decode(bytes);
            if member.as_ref().is_ok_and(|member| member.verify().is_ok()) {
                assert_eq!(bytes, MemberSecret::from_seed(&[1; 32]).member().encode());
            }
            same(bytes, member.map(|member| member.encode()));
        }
        5 => certificate(bytes),
        _ => {
            let beacon = Beacon::decode(bytes);
            if let Ok(beacon) = &beacon {
                assert!(beacon.verify(&WORLD.key).is_err() || beacon.round() == Round(5));
            }
            same(bytes, beacon.map(|beacon| beacon.encode()));
        }
    }
}

fn certificate(bytes: &[u8]) {
    let certificate = Certificate::decode(bytes);
    if let Ok(certificate) = &certificate {
        let term = Term { key_epoch: KeyEpoch(1), group: WORLD.key, from: 10 };
        match certificate.verify(&KeyRing::new(term), certificate.decision()) {
            Ok(()) => assert_eq!(certificate.decision(), &WORLD.decision),
            Err(error) => oracle::refusal(error.code(), &error),
        }
    }
    same(bytes, certificate.map(|certificate| certificate.encode()));
}

fn same(bytes: &[u8], again: Result<Vec<u8>, DecodeError>) {
    match again {
        Ok(again) => assert_eq!(again, bytes),
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// A statement has one form, and only what members said moves a ceremony.
pub fn statement(data: &[u8]) {
    let statement = match Statement::decode(data) {
        Ok(statement) => statement,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    assert_eq!(statement.encode(), data);
    let ended = [Event::Statement(statement), Event::EndDealing, Event::EndComplaints];
    let mut ceremony = WORLD.ceremony.clone();
    for (place, event) in ended.iter().enumerate() {
        match ceremony.step(event) {
            Ok(next) => {
                assert!(0 < place || WORLD.dealings[1..].iter().any(|dealing| dealing == data));
                ceremony = next;
            }
            Err(error) => oracle::refusal(error.code(), &error),
        }
    }
    if let Some(outcome) = ceremony.outcome() {
        assert_eq!(outcome.qualified().count(), 2);
    }
}

/// Real things for the corpus of a target.
pub fn seeds(name: &str) -> Vec<Vec<u8>> {
    let tagged = |kind: u8, bytes: &[u8]| [&[kind], bytes].concat();
    match name {
        "bls_points" => {
            let partial = WORLD.share.sign(b"message");
            let key = committee_key();
            let certificate =
                Certificate::combine(WORLD.decision, &key, &[WORLD.decision.sign(&WORLD.share)]);
            let beacon = Beacon::combine(Round(5), &key, &[Round(5).sign(&WORLD.share)]);
            vec![
                tagged(0, &WORLD.key.to_bytes()),
                tagged(0, &[&[0xc0], &[0; 47][..]].concat()),
                tagged(1, &partial.point()),
                tagged(2, &partial.encode()),
                tagged(3, &key.encode()),
                tagged(4, &MemberSecret::from_seed(&[1; 32]).member().encode()),
                tagged(5, &certificate.expect("one of one signed").encode()),
                tagged(6, &beacon.expect("one of one signed").encode()),
            ]
        }
        "bls_statement" => [WORLD.dealings.clone(), vec![complaint()]].concat(),
        _ => Vec::new(),
    }
}

fn committee_key() -> CommitteeKey {
    let head = [CommitteeKey::TAG.as_bytes(), &[0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1]].concat();
    CommitteeKey::decode(&[head, WORLD.key.to_bytes().to_vec()].concat()).expect("one of one")
}

/// A complaint that has the right form and proves nothing.
fn complaint() -> Vec<u8> {
    let first = &WORLD.dealings[0];
    let head = "comity-key-ceremony/v1".len() + 1;
    let mut bytes = first[..head].to_vec();
    bytes.push(2);
    bytes.extend(&first[head + 1..head + 1 + 32 + 2]);
    bytes.extend([0, 1]);
    bytes.extend(WORLD.key.to_bytes());
    bytes.extend([5; 64]);
    bytes.extend(WORLD.share.sign(b"complaint").point());
    bytes
}
