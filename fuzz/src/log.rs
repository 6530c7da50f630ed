//! Notes, checkpoints, keys, tiles and proofs of the transparency log.

use comity_sign::SigningKey;
use comity_tlog::{
    Checkpoint, Cosignature, ForkProof, Note, NoteSignature, SignedCheckpoint, TilePath, Tree,
    Vkey, export_tiles, import_tiles, leaf_hash, verify_consistency, verify_inclusion,
};
use comity_wire::{Digest, sha256};

use crate::input::Input;
use crate::oracle;

/// Whose log the corpus is about.
pub const ORIGIN: &str = "comity/fuzz";
/// Who cosigns it.
pub const WITNESS: &str = "witness.example/fuzz";

/// The log's key.
pub fn log_key() -> SigningKey {
    SigningKey::from_seed([1; 32])
}

/// The witness's key.
pub fn witness_key() -> SigningKey {
    SigningKey::from_seed([2; 32])
}

pub(crate) fn log_vkey() -> Vkey {
    Vkey::log(ORIGIN, log_key().public()).expect("a valid name")
}

fn witness_vkey() -> Vkey {
    Vkey::witness(WITNESS, witness_key().public()).expect("a valid name")
}

pub fn note(data: &[u8]) {
    match Note::decode(data) {
        Ok(note) => {
            assert_eq!(note.encode(), data);
            for signature in &note.signatures {
                assert_eq!(NoteSignature::decode(&signature.encode()).as_ref(), Ok(signature));
                if let Ok(cosignature) = Cosignature::decode(signature) {
                    assert_eq!(cosignature.to_line(), *signature);
                }
                assert!(!log_vkey().verify(&note.text, signature) || known(&note.text));
            }
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// Whether the log's key has signed this text: some checkpoint of [`signed_sizes`].
fn known(text: &str) -> bool {
    Checkpoint::decode(text).is_ok_and(|checkpoint| {
        signed_sizes().any(|(size, root)| (checkpoint.size(), checkpoint.root()) == (size, root))
    })
}

/// The trees that the corpus has checkpoints of: two histories that part at size 3.
pub fn trees() -> [Tree; 2] {
    let entry = |text: String| leaf_hash(text.as_bytes());
    let first: Tree = (0..9).map(|index| entry(format!("entry {index}"))).collect();
    let second: Tree = (0..9)
        .map(|index| entry(format!("entry {}", if index < 3 { index } else { index + 9 })))
        .collect();
    [first, second]
}

fn signed_sizes() -> impl Iterator<Item = (u64, Digest)> {
    trees().into_iter().flat_map(|tree| {
        (0..=tree.size()).filter_map(move |size| Some((size, tree.root_at(size).ok()?)))
    })
}

/// In the closed form every byte counts; the open form accepts at least what the closed one does.
pub fn checkpoint(data: &[u8]) {
    let (log, witnesses) = (log_vkey(), [witness_vkey()]);
    let closed = SignedCheckpoint::decode(data, &log, &witnesses, 0);
    let open = SignedCheckpoint::decode_open(data, &log, &witnesses, 0);
    match &closed {
        Ok(signed) => {
            assert_eq!(signed.encode(), data);
            assert!(open.is_ok());
            assert!(known(&signed.checkpoint().encode()), "a signature that nobody made holds");
            assert_eq!(
                SignedCheckpoint::decode(data, &log, &witnesses, 1).is_ok(),
                !signed.cosignatures().is_empty()
            );
        }
        Err(error) => oracle::refusal(error.code(), error),
    }
    if let Err(error) = &open {
        oracle::refusal(error.code(), error);
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Checkpoint::decode(text) {
        Ok(checkpoint) => assert_eq!(checkpoint.encode(), text),
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

pub fn vkey(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.parse::<Vkey>() {
        Ok(vkey) => assert_eq!(vkey.to_string(), text),
        Err(error) => oracle::refusal(error.code(), &error),
    }
    match text.parse::<TilePath>() {
        Ok(path) => assert_eq!(path.to_string(), text),
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

pub fn fork(data: &[u8]) {
    let proof = match ForkProof::decode(data) {
        Ok(proof) => proof,
        Err(error) => return oracle::refusal(error.code(), &error),
    };
    assert_eq!(proof.encode(), data);
    match proof.verify(&log_vkey()) {
        Ok([smaller, larger]) => {
            assert!(smaller.size() <= larger.size());
            assert!(known(&smaller.encode()) && known(&larger.encode()));
        }
        Err(error) => oracle::refusal(error.code(), &error),
    }
}

/// Proofs over a small tree: exactly the honest path of exactly the honest place is accepted.
pub fn proof(data: &[u8]) {
    let mut input = Input::new(data);
    let [tree, _] = trees();
    let (index, size) = (input.number() % 12, input.number() % 12);
    let (old, new) = (u64::from(input.byte()) % 12, u64::from(input.byte()) % 12);
    let leaf = tree
        .leaves()
        .get(usize::try_from(index).unwrap_or(usize::MAX))
        .copied()
        .unwrap_or(Digest::ZERO);
    let root = |size: u64| tree.root_at(size).unwrap_or(Digest::ZERO);
    let honest = tree.inclusion(index, size);
    let path = bent(&mut input, honest.as_deref().unwrap_or_default());
    let accepted = verify_inclusion(&leaf, index, size, &path, &root(size));
    if size <= tree.size() {
        assert_eq!(
            accepted.is_ok(),
            honest.as_ref() == Ok(&path),
            "inclusion of {index} in {size}"
        );
    }
    let honest = tree.consistency(old, new);
    let path = bent(&mut input, honest.as_deref().unwrap_or_default());
    let accepted = verify_consistency(old, &root(old), new, &root(new), &path);
    // Two trees that nobody knows are consistent with themselves.
    if old.max(new) <= tree.size() {
        assert_eq!(
            accepted.is_ok(),
            honest.as_ref() == Ok(&path),
            "consistency of {old} and {new}"
        );
    }
    let huge = input.number();
    if let Err(error) = verify_inclusion(&leaf, index, huge, &path, &root(9)) {
        oracle::refusal(error.code(), &error);
    }
    if let Err(error) = verify_consistency(huge / 2, &root(3), huge, &root(9), &path) {
        oracle::refusal(error.code(), &error);
    }
}

/// The path, or one with a hash changed, left out or added.
fn bent(input: &mut Input<'_>, path: &[Digest]) -> Vec<Digest> {
    let mut path = path.to_vec();
    let at = input.below(path.len() + 1);
    match input.byte() % 8 {
        0 if at < path.len() => path[at] = sha256(&[input.byte()]),
        1 if at < path.len() => drop(path.remove(at)),
        2 => path.insert(at, sha256(&[input.byte()])),
        3 if at < path.len() => path.swap(0, at),
        _ => {}
    }
    path
}

/// A log's files with some bytes or files changed: only the honest ones are read.
pub fn tiles(data: &[u8]) {
    let mut input = Input::new(data);
    let size = input.below(600) as u64;
    let entries: Vec<Digest> = (0..size).map(|index| sha256(&index.to_be_bytes())).collect();
    let honest = export_tiles(&entries);
    let mut files = honest.clone();
    for _ in 0..input.below(4) {
        crate::mutate::files(&mut input, &mut files);
    }
    let claimed = match input.byte() % 4 {
        0 => input.number(),
        1 => size + 1,
        _ => size,
    };
    match import_tiles(claimed, &files) {
        Ok(read) => {
            // Another history with its own tiles is as good as this one; a checkpoint tells them apart.
            assert_eq!(export_tiles(&read), files);
            assert_eq!(read.len() as u64, claimed);
        }
        Err(error) => {
            assert!(files != honest || claimed != size, "honest files are refused: {error}");
            oracle::refusal(error.code(), &error);
        }
    }
}
