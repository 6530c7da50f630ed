//! Commitments and their chain.

use comity_commitment::{
    COMMITMENT_VERSION, Chain, Commitment, CommitmentFact, Counts, EpochClosed, EpochId,
};
use comity_wire::{Digest, Time, jcs, sha256};

const EPOCH_S: u64 = 3_600;
const START: i64 = 1_770_987_600;

fn commitment(epoch: i64, previous: Digest) -> Commitment {
    let start = Time::from_unix(START + 3_600 * epoch);
    Commitment {
        chamber_nonce: Digest::ZERO,
        commitment_version: COMMITMENT_VERSION.to_owned(),
        epoch_id: EpochId::from_start(start).unwrap(),
        governance_ballot_root: sha256(b""),
        mission_event_root: sha256(b"mission"),
        previous_commitment_hash: previous,
        public_beacon_round: 48_201_537,
        review_decision_root: sha256(b""),
        timestamp_utc: start,
        trust_delta_root: sha256(b""),
    }
}

#[test]
fn the_hash_is_over_the_canonical_json_of_the_ten_fields() {
    let first = commitment(0, Digest::ZERO);
    let zeros = "0".repeat(64);
    let (empty, mission) = (sha256(b""), sha256(b"mission"));
    let text = format!(
        "{{\"chamber_nonce\":\"{zeros}\",\"commitment_version\":\"1\",\
         \"epoch_id\":\"2026-02-13T13:00Z\",\"governance_ballot_root\":\"{empty}\",\
         \"mission_event_root\":\"{mission}\",\"previous_commitment_hash\":\"{zeros}\",\
         \"public_beacon_round\":48201537,\"review_decision_root\":\"{empty}\",\
         \"timestamp_utc\":\"2026-02-13T13:00:00Z\",\"trust_delta_root\":\"{empty}\"}}"
    );
    assert_eq!(first.hash().unwrap(), sha256(text.as_bytes()));
    assert_eq!(jcs::from_slice::<Commitment>(text.as_bytes()).unwrap(), first);
}

#[test]
fn epoch_ids_have_one_text_form() {
    let id: EpochId = "2026-02-13T13:00Z".parse().unwrap();
    assert_eq!((id.to_string().as_str(), id.number(EPOCH_S)), ("2026-02-13T13:00Z", 491_941));
    assert_eq!(EpochId::containing(Time::from_unix(START + 3_599), EPOCH_S).unwrap(), id);
    assert_ne!(EpochId::containing(Time::from_unix(START + 3_600), EPOCH_S).unwrap(), id);
    for text in ["", "Z", "2026-02-13T13:00:00Z", "2026-02-13T13:00", "2026-02-30T13:00Z"] {
        assert!(text.parse::<EpochId>().is_err(), "{text}");
    }
    assert!(EpochId::from_start(Time::from_unix(START + 1)).is_err());
    let before = EpochId::containing(Time::from_unix(-1), EPOCH_S).unwrap();
    assert_eq!(before.to_string(), "1969-12-31T23:00Z");
}

#[test]
fn a_chain_grows_and_may_leave_out_quiet_epochs() {
    let mut chain = Chain::new(EPOCH_S);
    assert!(chain.is_empty());
    let first = chain.append(&commitment(0, Digest::ZERO)).unwrap();
    let third = chain.append(&commitment(2, first)).unwrap();
    assert_eq!((chain.len(), chain.previous()), (2, third));
    assert_eq!(chain.head().unwrap().epoch, commitment(2, first).epoch_id);
}

#[test]
fn every_break_of_the_chain_has_its_own_name() {
    let mut chain = Chain::new(EPOCH_S);
    let head = chain.append(&commitment(5, Digest::ZERO)).unwrap();
    let next = commitment(6, head);
    let mut refuse = |expected: &str, change: &dyn Fn(&mut Commitment)| {
        let mut broken = next.clone();
        change(&mut broken);
        let before = chain.clone();
        assert_eq!(chain.append(&broken).unwrap_err().code(), format!("commitment.{expected}"));
        assert_eq!(chain, before);
    };
    refuse("version", &|c| c.commitment_version = "2".to_owned());
    refuse("not_aligned", &|c| c.timestamp_utc = c.timestamp_utc.plus(1));
    refuse("not_aligned", &|c| c.timestamp_utc = c.timestamp_utc.plus(1_800));
    refuse("date_mismatch", &|c| c.timestamp_utc = c.timestamp_utc.plus(3_600));
    refuse("previous_mismatch", &|c| c.previous_commitment_hash = Digest::ZERO);
    refuse("epoch_not_after", &|c| *c = commitment(5, head));
    refuse("epoch_not_after", &|c| *c = commitment(4, head));
    refuse("beacon_round_back", &|c| c.public_beacon_round -= 1);
    refuse("wire", &|c| c.public_beacon_round = 1 << 53);
    chain.append(&next).unwrap();
    let genesis = Chain::new(EPOCH_S).append(&next).unwrap_err();
    assert_eq!(genesis.code(), "commitment.previous_mismatch");
    let zero = Chain::new(0).append(&commitment(0, Digest::ZERO)).unwrap_err();
    assert_eq!(zero.code(), "commitment.not_aligned");
}

#[test]
fn a_close_states_the_right_hash_and_the_parameters_in_force() {
    let parameters = sha256(b"parameters");
    let commitment = commitment(0, Digest::ZERO);
    let hash = commitment.hash().unwrap();
    let counts = Counts { governance: 0, mission: 1, review: 0, trust: 0 };
    let closed = EpochClosed { commitment, counts, hash, parameters };
    let mut chain = Chain::new(EPOCH_S);
    let code = |chain: &mut Chain, closed: &EpochClosed| {
        let before = chain.clone();
        let code = chain.close(closed, parameters).unwrap_err().code();
        assert_eq!(*chain, before);
        code
    };
    let lied = EpochClosed { hash: Digest::ZERO, ..closed.clone() };
    assert_eq!(code(&mut chain, &lied), "commitment.hash_mismatch");
    let other = EpochClosed { parameters: hash, ..closed.clone() };
    assert_eq!(code(&mut chain, &other), "commitment.parameters_mismatch");
    assert_eq!(chain.close(&closed, parameters), Ok(hash));

    let fact = CommitmentFact::EpochClosed(closed);
    let body = fact.encode().unwrap();
    assert!(body.get().len() < 1_500);
    assert_eq!(CommitmentFact::decode(fact.kind(), &body).unwrap(), Some(fact));
}
