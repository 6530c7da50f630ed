//! Proofs: the right ones are accepted, and nothing else is.

use comity_tlog::{ProofError, Tree, empty_root, verify_consistency, verify_inclusion};
use comity_wire::Digest;
use proptest::prelude::*;

use crate::support::{entries, flipped, tree};

/// A log larger than any that the properties ask about, built once.
fn log() -> &'static Tree {
    static LOG: std::sync::OnceLock<Tree> = std::sync::OnceLock::new();
    LOG.get_or_init(|| tree(&entries(4_000)))
}

prop_compose! {
    /// A size and a leaf in it.
    fn leaf_in_log()(size in 1_u64..4_000)(index in 0..size, size in Just(size)) -> (u64, u64) {
        (index, size)
    }
}

prop_compose! {
    /// Two sizes, neither empty nor equal.
    fn growth()(new in 2_u64..4_000)(old in 1..new, new in Just(new)) -> (u64, u64) {
        (old, new)
    }
}

proptest! {
    #[test]
    fn an_inclusion_proof_holds_and_no_mutation_of_it_does(
        (index, size) in leaf_in_log(), at: usize, other_index in 0_u64..5_000, other_size in 0_u64..5_000,
    ) {
        let (leaf, root) = (log().leaves()[index as usize], log().root_at(size).unwrap());
        let path = log().inclusion(index, size).unwrap();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &path, &root), Ok(()));

        prop_assert!(verify_inclusion(&flipped(&leaf, at), index, size, &path, &root).is_err());
        prop_assert!(verify_inclusion(&leaf, index, size, &path, &flipped(&root, at)).is_err());
        if other_index != index {
            prop_assert!(verify_inclusion(&leaf, other_index, size, &path, &root).is_err());
        }
        if other_size != size && other_size <= 4_000 {
            let other_root = log().root_at(other_size).unwrap();
            prop_assert!(verify_inclusion(&leaf, index, other_size, &path, &other_root).is_err());
        }
        for step in 0..path.len() {
            let mut bad = path.clone();
            bad[step] = flipped(&bad[step], at);
            prop_assert!(verify_inclusion(&leaf, index, size, &bad, &root).is_err());
            bad.remove(step);
            let wrong_length = ProofError::WrongLength { expected: path.len(), given: bad.len() };
            prop_assert_eq!(verify_inclusion(&leaf, index, size, &bad, &root), Err(wrong_length));
        }
        let long = [path.as_slice(), &[root]].concat();
        let wrong_length = ProofError::WrongLength { expected: path.len(), given: long.len() };
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &long, &root), Err(wrong_length));
    }

    #[test]
    fn a_consistency_proof_holds_and_no_mutation_of_it_does(
        (old, new) in growth(), at: usize, other in 0_u64..4_000,
    ) {
        let (old_root, new_root) = (log().root_at(old).unwrap(), log().root_at(new).unwrap());
        let path = log().consistency(old, new).unwrap();
        let verify = |old_root: &Digest, new_root: &Digest, path: &[Digest]| {
            verify_consistency(old, old_root, new, new_root, path)
        };
        prop_assert_eq!(verify(&old_root, &new_root, &path), Ok(()));

        prop_assert!(verify(&flipped(&old_root, at), &new_root, &path).is_err());
        prop_assert!(verify(&old_root, &flipped(&new_root, at), &path).is_err());
        if other != old {
            let other_root = log().root_at(other).unwrap();
            prop_assert!(verify(&other_root, &new_root, &path).is_err());
            prop_assert!(verify_consistency(other, &other_root, new, &new_root, &path).is_err());
        }
        for step in 0..path.len() {
            let mut bad = path.clone();
            bad[step] = flipped(&bad[step], at);
            prop_assert!(verify(&old_root, &new_root, &bad).is_err());
            bad.remove(step);
            let wrong_length = ProofError::WrongLength { expected: path.len(), given: bad.len() };
            prop_assert_eq!(verify(&old_root, &new_root, &bad), Err(wrong_length));
        }
        let long = [path.as_slice(), &[new_root]].concat();
        let wrong_length = ProofError::WrongLength { expected: path.len(), given: long.len() };
        prop_assert_eq!(verify(&old_root, &new_root, &long), Err(wrong_length));
    }

    #[test]
    fn no_sizes_make_a_verifier_panic(index: u64, size: u64, old: u64, count in 0_usize..70) {
        let path = vec![empty_root(); count];
        prop_assert!(verify_inclusion(&empty_root(), index, size, &path, &empty_root()).is_err());
        if old != size {
            prop_assert!(verify_consistency(old, &empty_root(), size, &flipped(&empty_root(), 1), &path).is_err());
        }
    }
}

#[test]
fn an_empty_tree_is_the_beginning_of_every_tree_and_has_one_root() {
    let (root, empty) = (log().root_at(9).unwrap(), empty_root());
    assert_eq!(log().consistency(0, 9), Ok(Vec::new()));
    assert_eq!(verify_consistency(0, &empty, 9, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(0, &empty, 0, &empty, &[]), Ok(()));
    assert_eq!(
        verify_consistency(0, &root, 9, &root, &[]),
        Err(ProofError::OldRootMismatch { computed: empty, expected: root })
    );
    assert_eq!(
        verify_consistency(0, &empty, 9, &root, &[root]),
        Err(ProofError::WrongLength { expected: 0, given: 1 })
    );
}

#[test]
fn one_size_has_one_root() {
    let (root, other) = (log().root_at(9).unwrap(), log().root_at(8).unwrap());
    assert_eq!(verify_consistency(9, &root, 9, &root, &[]), Ok(()));
    assert_eq!(
        verify_consistency(9, &root, 9, &other, &[]),
        Err(ProofError::OldRootMismatch { computed: other, expected: root })
    );
}

#[test]
fn what_is_not_in_the_tree_is_refused_by_name() {
    let small = tree(&entries(5));
    assert_eq!(small.inclusion(5, 5), Err(ProofError::IndexOutOfRange { index: 5, size: 5 }));
    assert_eq!(small.inclusion(0, 0), Err(ProofError::IndexOutOfRange { index: 0, size: 0 }));
    assert_eq!(small.inclusion(0, 6), Err(ProofError::BeyondTree { size: 6, available: 5 }));
    assert_eq!(small.root_at(6), Err(ProofError::BeyondTree { size: 6, available: 5 }));
    assert_eq!(small.consistency(2, 6), Err(ProofError::BeyondTree { size: 6, available: 5 }));
    assert_eq!(small.consistency(4, 3), Err(ProofError::Shrinks { old: 4, new: 3 }));
    assert_eq!(
        small.root_at(u64::MAX),
        Err(ProofError::BeyondTree { size: u64::MAX, available: 5 })
    );
    let root = small.root();
    assert_eq!(
        verify_inclusion(&root, 5, 5, &[], &root),
        Err(ProofError::IndexOutOfRange { index: 5, size: 5 })
    );
    assert_eq!(
        verify_consistency(4, &root, 3, &root, &[]),
        Err(ProofError::Shrinks { old: 4, new: 3 })
    );
}
