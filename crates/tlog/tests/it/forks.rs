//! Witnesses refuse to look away, and forks leave evidence that speaks for itself.

use comity_tlog::fork::detect;
use comity_tlog::{
    Checkpoint, CheckpointError, CosignatureError, ForkError, ForkProof, PrefixProof, ProofError,
    Relation, Seen, SignedCheckpoint, Tree, Vkey, VkeyError, Witness, WitnessError,
};
use comity_wire::{Digest, Time};
use proptest::prelude::*;

use crate::support::{ORIGIN, entries, flipped, key, log_vkey, signed, tree, witness};

const NOW: Time = Time::from_unix(1_767_225_600);

/// Two logs that agree on `shared` entries and then part.
fn parted(shared: usize, count: usize) -> [Tree; 2] {
    let honest = entries(count);
    let mut other = honest.clone();
    for entry in other.iter_mut().skip(shared) {
        *entry = flipped(entry, 0);
    }
    [tree(&honest), tree(&other)]
}

fn following() -> Witness {
    let mut witness = Witness::new(&witness(1).0).unwrap();
    witness.follow(&log_vkey(), None).unwrap();
    witness
}

#[test]
fn a_witness_follows_a_log_as_it_grows() {
    let log = tree(&entries(50));
    let (_, key, vkey) = witness(1);
    let mut witness = following();
    let mut last = 0;
    for (at, size) in (0..).zip([0, 1, 2, 7, 7, 8, 31, 50]) {
        let checkpoint = signed(&log, size);
        let now = NOW.plus(at);
        let proof = log.consistency(last, size).unwrap();
        let cosignature = witness.cosign(&checkpoint, &proof, now, &key).unwrap();
        assert_eq!(cosignature.verify(&vkey, checkpoint.checkpoint()), Ok(()));
        assert_eq!(cosignature.time(), now);
        let root = checkpoint.checkpoint().root();
        assert_eq!(witness.seen(ORIGIN), Some(Seen { size, root, time: now }));
        last = size;
    }
}

#[test]
fn a_witness_refuses_rollback_fork_bad_proof_and_a_clock_that_went_back_and_stays_as_it_was() {
    let [log, other] = parted(10, 40);
    let (_, key, _) = witness(1);
    let mut witness = following();
    witness.cosign(&signed(&log, 20), &[], NOW, &key).unwrap();
    let before = witness.clone();
    let mut refused = |checkpoint: &SignedCheckpoint, proof: &[Digest], now| {
        let error = witness.cosign(checkpoint, proof, now, &key).unwrap_err();
        assert_eq!(witness, before, "{error}");
        error
    };
    let origin = || ORIGIN.to_owned();
    assert_eq!(
        refused(&signed(&log, 19), &[], NOW),
        WitnessError::Rollback { origin: origin(), seen: 20, given: 19 }
    );
    let (seen, given) = (log.root_at(20).unwrap(), other.root_at(20).unwrap());
    assert_eq!(
        refused(&signed(&other, 20), &[], NOW),
        WitnessError::Fork { origin: origin(), size: 20, seen, given }
    );
    let proof = other.consistency(20, 40).unwrap();
    let source = ProofError::OldRootMismatch { computed: given, expected: seen };
    assert_eq!(
        refused(&signed(&other, 40), &proof, NOW),
        WitnessError::BadProof { seen: 20, given: 40, source }
    );
    let source = ProofError::WrongLength { expected: proof.len(), given: 0 };
    assert_eq!(
        refused(&signed(&log, 40), &[], NOW),
        WitnessError::BadProof { seen: 20, given: 40, source }
    );
    let source = ProofError::WrongLength { expected: 0, given: 1 };
    assert_eq!(
        refused(&signed(&log, 20), &[seen], NOW),
        WitnessError::BadProof { seen: 20, given: 20, source }
    );
    let proof = log.consistency(20, 40).unwrap();
    assert_eq!(
        refused(&signed(&log, 40), &proof, NOW.plus(-1)),
        WitnessError::ClockWentBack { last: NOW, now: NOW.plus(-1) }
    );
    assert!(witness.cosign(&signed(&log, 40), &proof, NOW, &key).is_ok());
}

#[test]
fn a_witness_signs_only_for_logs_it_follows_under_their_own_key() {
    let log = tree(&entries(5));
    let (_, witness_key, vkey) = witness(1);
    let mut witness = following();
    let root = log.root();
    let stranger = SignedCheckpoint::sign(Checkpoint::new("comity/x", 5, root).unwrap(), &key(7));
    assert_eq!(
        witness.cosign(&stranger, &[], NOW, &witness_key),
        Err(WitnessError::UnknownLog { origin: "comity/x".to_owned() })
    );
    let forged = SignedCheckpoint::sign(Checkpoint::new(ORIGIN, 5, root).unwrap(), &key(8));
    let other_key = || WitnessError::OtherKey { origin: ORIGIN.to_owned() };
    assert_eq!(witness.cosign(&forged, &[], NOW, &witness_key), Err(other_key()));
    assert_eq!(witness.follow(forged.log(), None), Err(other_key()));
    assert_eq!(
        witness.follow(&vkey, None),
        Err(WitnessError::NotALog { name: vkey.name().to_owned() })
    );
    let source = ProofError::WrongLength { expected: 0, given: 1 };
    assert_eq!(
        witness.cosign(&signed(&log, 5), &[root], NOW, &witness_key),
        Err(WitnessError::BadProof { seen: 0, given: 5, source })
    );
    assert_eq!(
        witness.cosign(&signed(&log, 5), &[], Time::from_unix(0), &witness_key),
        Err(CosignatureError::BadTime { unix: 0 }.into())
    );
    assert_eq!(witness, following());
    assert_eq!(Witness::new("a b"), Err(VkeyError::BadName.into()));
}

#[test]
fn a_witness_that_is_restarted_remembers() {
    let [log, other] = parted(10, 40);
    let (name, key, _) = witness(1);
    let mut before = following();
    before.cosign(&signed(&log, 20), &[], NOW, &key).unwrap();
    let mut after = Witness::new(&name).unwrap();
    after.follow(&log_vkey(), before.seen(ORIGIN)).unwrap();
    assert_eq!(after, before);
    assert!(after.cosign(&signed(&other, 20), &[], NOW, &key).is_err());
    after.follow(&log_vkey(), None).unwrap();
    assert_eq!(after, before, "following again forgets nothing");
}

/// The evidence survives a trip through a file and convinces with the log's key alone.
fn convinces(relation: &Relation, sizes: [u64; 2]) {
    let Relation::Forked(proof) = relation else { panic!("no fork: {relation:?}") };
    let checkpoints = proof.verify(&log_vkey()).unwrap();
    assert_eq!(checkpoints.map(|checkpoint| checkpoint.size()), sizes);
    let bytes = proof.encode();
    assert_eq!(ForkProof::decode(&bytes).as_ref(), Ok(&**proof));
    let stranger = Vkey::log(ORIGIN, key(8).public()).unwrap();
    let error = CheckpointError::NoLogSignature { name: ORIGIN.to_owned() };
    assert_eq!(proof.verify(&stranger), Err(error.into()));
}

#[test]
fn two_roots_for_one_size_are_a_fork() {
    let [log, other] = parted(10, 20);
    let (a, b) = (signed(&log, 20), signed(&other, 20));
    let relation = detect(&a, &b, None).unwrap();
    assert_eq!(detect(&b, &a, None).unwrap(), relation);
    convinces(&relation, [20, 20]);
    assert_eq!(detect(&a, &a, None), Ok(Relation::Same));
}

#[test]
fn a_smaller_root_that_is_no_prefix_is_a_fork() {
    let [log, other] = parted(10, 40);
    for smaller in [11, 16, 20, 32, 39] {
        let prefix = PrefixProof::from_tree(&log, smaller, 40).unwrap();
        let relation = detect(&signed(&log, 40), &signed(&other, smaller), Some(&prefix));
        convinces(&relation.unwrap(), [smaller, 40]);
    }
    let prefix = PrefixProof::from_tree(&log, 10, 40).unwrap();
    let relation = detect(&signed(&log, 40), &signed(&other, 10), Some(&prefix));
    assert_eq!(relation, Ok(Relation::Extends), "they part only after ten entries");
}

#[test]
fn what_is_not_shown_is_not_claimed() {
    let [log, other] = parted(10, 40);
    let (small, large) = (signed(&other, 20), signed(&log, 40));
    assert_eq!(detect(&small, &large, None), Ok(Relation::Unproven));
    assert_eq!(detect(&signed(&log, 0), &large, None), Ok(Relation::Extends));
    // A proof from the other log says nothing about this one, however well it fits the smaller root.
    let foreign = PrefixProof::from_tree(&other, 20, 40).unwrap();
    let (computed, expected) = (other.root_at(40).unwrap(), log.root_at(40).unwrap());
    assert_eq!(
        detect(&small, &large, Some(&foreign)),
        Err(ProofError::RootMismatch { computed, expected }.into())
    );
    let root = log.root_at(20).unwrap();
    let elsewhere = Checkpoint::new("comity/elsewhere", 20, root).unwrap();
    let elsewhere = SignedCheckpoint::sign(elsewhere, &key(7));
    let different = ForkError::DifferentLogs {
        first: "comity/elsewhere".to_owned(),
        second: ORIGIN.to_owned(),
    };
    assert_eq!(detect(&elsewhere, &large, None), Err(different));
}

#[test]
fn every_changed_byte_of_a_fork_proof_is_refused() {
    let [log, other] = parted(10, 40);
    let prefix = PrefixProof::from_tree(&log, 20, 40).unwrap();
    let relation = detect(&signed(&log, 40), &signed(&other, 20), Some(&prefix)).unwrap();
    let Relation::Forked(proof) = relation else { panic!("no fork: {relation:?}") };
    let bytes = proof.encode();
    let verify = |bytes: &[u8]| ForkProof::decode(bytes)?.verify(&log_vkey());
    assert!(verify(&bytes).is_ok());
    for at in 0..bytes.len() {
        for bit in [0, 3, 6] {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1 << bit;
            assert!(verify(&bytes).is_err(), "byte {at} bit {bit}");
        }
        assert!(verify(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert_eq!(verify(&vec![b'a'; 1 << 20]), Err(ForkError::Malformed));
}

#[test]
fn two_honest_checkpoints_cannot_be_dressed_up_as_a_fork() {
    let log = tree(&entries(40));
    let [small, large] = [signed(&log, 20).encode(), signed(&log, 40).encode()];
    let dressed = |tail: &str| {
        let head =
            |word, note: &[u8]| [format!("{word} {}\n", note.len()).as_bytes(), note].concat();
        let parts = [b"comity/fork/v1\n".to_vec(), head("smaller", &small), head("larger", &large)];
        let bytes = [parts.concat(), tail.as_bytes().to_vec()].concat();
        ForkProof::decode(&bytes)?.verify(&log_vkey())
    };
    assert_eq!(dressed(""), Err(ForkError::NoFork));
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    assert!(matches!(dressed(&format!("prefix {root}\n")), Err(ForkError::Prefix(_))));
}

proptest! {
    #[test]
    fn logs_that_part_are_found_out_from_any_two_checkpoints_after_the_parting(
        shared in 0_usize..60, a in 1_u64..80, b in 1_u64..80,
    ) {
        let [log, other] = parted(shared, 80);
        let (size_a, size_b) = (a, b);
        let (a, b) = (signed(&log, size_a), signed(&other, size_b));
        let larger = if size_a < size_b { &other } else { &log };
        let prefix = PrefixProof::from_tree(larger, size_a.min(size_b), size_a.max(size_b)).unwrap();
        let relation = detect(&a, &b, Some(&prefix)).unwrap();
        let has_parted = (shared as u64) < size_a.min(size_b);
        prop_assert_eq!(matches!(relation, Relation::Forked(_)), has_parted);
    }

    #[test]
    fn no_bytes_make_the_fork_parser_panic(tail in "(smaller|larger|prefix|path)? ?[0-9]{0,20}\n?.{0,20}") {
        let bytes = format!("comity/fork/v1\n{tail}").into_bytes();
        prop_assert_eq!(ForkProof::decode(&bytes), Err(ForkError::Malformed));
    }
}
