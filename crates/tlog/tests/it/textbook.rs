//! The recursive definitions of RFC 6962 §2.1, word for word, against the iterative ones of this crate; and
//! the vectors of Certificate Transparency's reference tests.

use std::collections::BTreeMap;

use comity_tlog::{Frontier, Tree, empty_root, leaf_hash, node_hash};
use comity_tlog::{verify_consistency, verify_inclusion};
use comity_wire::{Digest, sha256};

use crate::support::{entries, tree};

/// RFC 6962 §2.1 over leaf hashes, remembering what it has computed.
struct Textbook {
    leaves: Vec<Digest>,
    known: BTreeMap<(usize, usize), Digest>,
}

impl Textbook {
    /// The largest power of two smaller than `n`.
    fn split(n: usize) -> usize {
        (0..usize::BITS).map(|i| 1 << i).find(|k| n <= k * 2).unwrap()
    }

    fn mth(&mut self, from: usize, to: usize) -> Digest {
        if let Some(hash) = self.known.get(&(from, to)) {
            return *hash;
        }
        let hash = match to - from {
            0 => sha256(b""),
            1 => self.leaves[from],
            n => {
                let k = Self::split(n);
                node_hash(&self.mth(from, from + k), &self.mth(from + k, to))
            }
        };
        self.known.insert((from, to), hash);
        hash
    }

    /// PATH(m, D[from:to]), §2.1.1; `m` counts from `from`.
    fn path(&mut self, m: usize, from: usize, to: usize) -> Vec<Digest> {
        if to - from == 1 {
            return Vec::new();
        }
        let middle = from + Self::split(to - from);
        if from + m < middle {
            let mut path = self.path(m, from, middle);
            path.push(self.mth(middle, to));
            path
        } else {
            let mut path = self.path(m - (middle - from), middle, to);
            path.push(self.mth(from, middle));
            path
        }
    }

    /// SUBPROOF(m, D[from:to], b), §2.1.2; `m` counts from `from`.
    fn subproof(&mut self, m: usize, from: usize, to: usize, whole: bool) -> Vec<Digest> {
        if m == to - from {
            return if whole { Vec::new() } else { vec![self.mth(from, to)] };
        }
        let k = Self::split(to - from);
        if m <= k {
            let mut proof = self.subproof(m, from, from + k, whole);
            proof.push(self.mth(from + k, to));
            proof
        } else {
            let mut proof = self.subproof(m - k, from + k, to, false);
            proof.push(self.mth(from, from + k));
            proof
        }
    }
}

#[test]
fn roots_paths_and_proofs_equal_the_definitions_at_every_size_to_300() {
    let entries = entries(300);
    let full = tree(&entries);
    let mut book = Textbook { leaves: full.leaves().to_vec(), known: BTreeMap::new() };
    let (mut frontier, mut growing) = (Frontier::new(), Tree::new());
    for n in 0..=300 {
        let size = n as u64;
        let root = book.mth(0, n);
        assert_eq!((frontier.size(), frontier.root()), (size, root), "frontier at {n}");
        assert_eq!((growing.size(), growing.root()), (size, root), "tree at {n}");
        assert_eq!(full.root_at(size), Ok(root), "larger tree at {n}");
        for i in 0..n {
            let path = full.inclusion(i as u64, size).unwrap();
            assert_eq!(path, book.path(i, 0, n), "PATH({i}, D[{n}])");
            assert_eq!(verify_inclusion(&full.leaves()[i], i as u64, size, &path, &root), Ok(()));
        }
        for m in 1..=n {
            let (old, old_root) = (m as u64, book.mth(0, m));
            let proof = full.consistency(old, size).unwrap();
            assert_eq!(proof, book.subproof(m, 0, n, true), "PROOF({m}, D[{n}])");
            assert_eq!(verify_consistency(old, &old_root, size, &root, &proof), Ok(()), "{m} {n}");
        }
        if let Some(leaf) = full.leaves().get(n) {
            frontier.append(*leaf);
            growing.append(*leaf);
        }
    }
}

/// The eight leaves of Certificate Transparency's reference tests.
const CT_LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// Their roots, for sizes 0 to 8.
const CT_ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn the_roots_of_certificate_transparency_are_ours() {
    let mut frontier = Frontier::new();
    assert_eq!(empty_root().to_string(), CT_ROOTS[0]);
    for (size, root) in CT_ROOTS.iter().enumerate() {
        assert_eq!(frontier.root().to_string(), *root, "size {size}");
        if let Some(leaf) = CT_LEAVES.get(size) {
            frontier.append(leaf_hash(leaf));
        }
    }
}

#[test]
fn the_paths_and_proofs_of_certificate_transparency_are_ours() {
    let tree: Tree = CT_LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect();
    let hex = |hashes: Vec<Digest>| hashes.iter().map(Digest::to_string).collect::<Vec<_>>();
    assert_eq!(
        hex(tree.inclusion(5, 8).unwrap()),
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    assert_eq!(
        hex(tree.consistency(6, 8).unwrap()),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    assert_eq!(
        hex(tree.consistency(2, 5).unwrap()),
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ]
    );
}
