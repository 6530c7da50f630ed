//! Tiles: exactly the files that a log of a size serves, out and in again, and proofs made from them.

use std::collections::BTreeMap;

use comity_tlog::{
    ProofError, TileError, TileKind, TilePath, TileReader, Tree, export_tiles, import_tiles,
    leaf_hash, verify_consistency, verify_inclusion,
};
use comity_wire::Digest;
use proptest::prelude::*;

use crate::support::{entries, tree};

type Files = BTreeMap<String, Vec<u8>>;

/// C2SP `tlog-tiles`: "For example, a tree of size 70,000 will be represented by …".
#[test]
fn the_example_of_the_specification_has_these_files() {
    let files = export_tiles(&entries(70_000));
    let count = |prefix: &str, partial: bool| {
        let counts = |name: &&String| name.starts_with(prefix) && name.contains(".p/") == partial;
        files.keys().filter(counts).count()
    };
    assert_eq!((count("tile/0/", false), count("tile/0/", true)), (273, 1));
    assert_eq!((count("tile/1/", false), count("tile/1/", true)), (1, 1));
    assert_eq!((count("tile/2/", false), count("tile/2/", true)), (0, 1));
    assert_eq!((count("tile/entries/", false), count("tile/entries/", true)), (273, 1));
    for name in ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"]
    {
        assert!(files.contains_key(name), "{name}");
    }
    assert_eq!(files.len(), 2 * 274 + 2 + 1);
}

#[test]
fn the_files_of_a_log_change_at_the_width_of_a_tile() {
    let names = |count| export_tiles(&entries(count)).into_keys().collect::<Vec<_>>();
    assert_eq!(names(0), Vec::<String>::new());
    assert_eq!(names(1), ["tile/0/000.p/1", "tile/entries/000.p/1"]);
    assert_eq!(names(255), ["tile/0/000.p/255", "tile/entries/000.p/255"]);
    assert_eq!(names(256), ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]);
    assert_eq!(
        names(257),
        [
            "tile/0/000",
            "tile/0/001.p/1",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/1"
        ]
    );
}

#[test]
fn what_is_exported_is_imported_at_the_sizes_where_levels_begin() {
    let all = entries(65_537);
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537] {
        let files = export_tiles(&all[..size]);
        assert_eq!(import_tiles(size as u64, &files).as_deref(), Ok(&all[..size]), "size {size}");
        for other in [size.wrapping_sub(1), size + 1, size + 256] {
            assert!(import_tiles(other as u64, &files).is_err(), "{size} files as {other}");
        }
    }
}

#[test]
fn a_level_1_tile_holds_the_roots_of_full_level_0_tiles() {
    let all = entries(600);
    let files = export_tiles(&all);
    let roots = [tree(&all[..256]).root(), tree(&all[256..512]).root()];
    assert_eq!(files["tile/1/000.p/2"], [*roots[0].as_bytes(), *roots[1].as_bytes()].concat());
    assert_eq!(files["tile/0/002.p/88"][..32], *leaf_hash(all[512].as_bytes()).as_bytes());
    assert_eq!(files["tile/entries/001"][..2], [0, 32]);
    assert_eq!(files["tile/entries/001"][2..34], *all[256].as_bytes());
}

#[test]
fn a_missing_an_extra_a_short_and_a_stale_file_are_named() {
    let size = 600;
    let files = export_tiles(&entries(600));
    let path = |name: &str| name.parse::<TilePath>().unwrap();
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = files.clone();
        change(&mut files);
        import_tiles(size, &files).unwrap_err()
    };
    for name in files.keys() {
        let missing = with(&|files| drop(files.remove(name)));
        assert_eq!(missing, TileError::Missing { path: path(name) });
        let long = with(&|files| files.get_mut(name).unwrap().push(0));
        let expected = files[name].len();
        assert_eq!(
            long,
            TileError::WrongLength { path: path(name), expected, given: expected + 1 }
        );
    }
    let stale = "tile/0/002.p/87";
    for extra in [stale, "tile/2/000.p/1", "checkpoint", "", "tile/0/003"] {
        let unexpected = with(&|files| drop(files.insert(extra.to_owned(), vec![0; 32])));
        assert_eq!(unexpected, TileError::Unexpected { path: extra.to_owned(), size });
    }
    let prefix = with(&|files| files.get_mut("tile/entries/001").unwrap()[34] = 1);
    let bundle = path("tile/entries/001");
    assert_eq!(prefix, TileError::EntryLength { path: bundle, position: 1, given: 0x0120 });
    let unexpected = with(&|files| drop(files.insert("\u{e4}".repeat(99), Vec::new())));
    assert_eq!(unexpected, TileError::Unexpected { path: "\u{e4}".repeat(40), size });
}

#[test]
fn every_changed_byte_of_small_tiles_is_refused_with_its_tile() {
    let all = entries(300);
    let files = export_tiles(&all);
    for (name, bytes) in &files {
        for at in (0..bytes.len()).step_by(37) {
            let mut files = files.clone();
            files.get_mut(name).unwrap()[at] ^= 0x40;
            let error = import_tiles(300, &files).unwrap_err();
            // A changed entry shows in the first tile that hashes it.
            let tile = name.replace("entries", "0");
            assert!(
                error.to_string().contains(&tile) || error.to_string().contains(name),
                "{error}"
            );
        }
    }
}

#[test]
fn a_log_that_claims_to_be_huge_costs_nothing() {
    let path = TilePath::at(TileKind::Entries, 0, u64::MAX).unwrap();
    assert_eq!(import_tiles(u64::MAX, &Files::new()), Err(TileError::Missing { path }));
}

#[test]
fn a_tile_path_has_one_text() {
    for text in [
        "tile/0/000",
        "tile/0/999",
        "tile/0/x001/000",
        "tile/7/x001/x234/067",
        "tile/entries/x018/x446/x744/x073/x709/x551/615",
        "tile/entries/000.p/1",
        "tile/3/x001/234.p/255",
    ] {
        assert_eq!(text.parse::<TilePath>().map(|path| path.to_string()), Ok(text.to_owned()));
    }
    for text in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/1000",
        "tile/00/000",
        "tile/8/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/x000",
        "tile/0/x001",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/+1",
        "tile/0/000/",
        "/tile/0/000",
        "tile/x/000",
        "tile/Entries/000",
        "tile/0/0 0",
        "tile/0/xx01/000",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
        "tile/0/000.p/1.p/1",
    ] {
        assert_eq!(text.parse::<TilePath>(), Err(TileError::BadPath), "{text:?}");
    }
}

/// Reads from exported files and counts what is fetched.
fn reader<'a>(
    size: u64,
    files: &'a Files,
    fetched: &'a mut usize,
) -> TileReader<impl FnMut(&TilePath) -> Option<Vec<u8>> + 'a> {
    TileReader::new(size, |path| {
        *fetched += 1;
        files.get(&path.to_string()).cloned()
    })
}

/// Every root, path and proof from tiles equals the one from the tree.
fn tiles_agree(size: u64, files: &Files, tree: &Tree, picks: impl Iterator<Item = (u64, u64)>) {
    let mut fetched = 0;
    let mut tiles = reader(size, files, &mut fetched);
    for (index, at) in picks {
        let (leaf, root) = (tree.leaves()[index as usize], tree.root_at(at).unwrap());
        assert_eq!(tiles.leaf(index), Ok(leaf));
        assert_eq!(tiles.root_at(at), Ok(root));
        let path = tiles.inclusion(index, at).unwrap();
        assert_eq!(path, tree.inclusion(index, at).unwrap());
        assert_eq!(verify_inclusion(&leaf, index, at, &path, &root), Ok(()));
        let proof = tiles.consistency(index, at).unwrap();
        assert_eq!(proof, tree.consistency(index, at).unwrap());
        let old_root = tree.root_at(index).unwrap();
        assert_eq!(verify_consistency(index, &old_root, at, &root, &proof), Ok(()));
    }
}

#[test]
fn proofs_from_tiles_equal_proofs_from_the_tree_for_every_leaf_of_a_small_log() {
    let all = entries(520);
    let (files, tree) = (export_tiles(&all), tree(&all));
    let near = [1, 2, 3, 255, 256, 257, 513_u64];
    tiles_agree(520, &files, &tree, near.into_iter().flat_map(|at| (0..at).map(move |i| (i, at))));
}

#[test]
fn a_proof_in_a_large_log_takes_few_tiles() {
    let all = entries(66_000);
    let (files, tree) = (export_tiles(&all), tree(&all));
    for index in [0, 255, 256, 40_000, 65_535, 65_536, 65_999] {
        let mut fetched = 0;
        let path = reader(66_000, &files, &mut fetched).inclusion(index, 66_000).unwrap();
        assert_eq!(path, tree.inclusion(index, 66_000).unwrap());
        assert!(fetched <= 5, "{fetched} tiles for entry {index}");
    }
    tiles_agree(66_000, &files, &tree, (1..50).map(|i| (i * 1_297, 66_000 - i)));
}

#[test]
fn a_reader_takes_the_full_tile_when_the_partial_one_is_gone() {
    let all = entries(512);
    let (files, tree) = (export_tiles(&all), tree(&all));
    let mut fetched = 0;
    let mut old = reader(300, &files, &mut fetched);
    assert_eq!(old.leaf(299), Ok(tree.leaves()[299]));
    let none = ProofError::IndexOutOfRange { index: 300, size: 300 };
    assert_eq!(old.leaf(300), Err(none.into()));
}

#[test]
fn a_reader_refuses_what_is_not_there() {
    let files = export_tiles(&entries(300));
    let mut fetched = 0;
    let beyond = ProofError::BeyondTree { size: 301, available: 300 };
    assert_eq!(reader(300, &files, &mut fetched).root_at(301), Err(beyond.into()));
    let none = ProofError::IndexOutOfRange { index: 300, size: 300 };
    assert_eq!(reader(300, &files, &mut fetched).leaf(300), Err(none.into()));
    let path = "tile/0/001.p/44".parse().unwrap();
    let mut files = Files::new();
    assert_eq!(reader(300, &files, &mut fetched).leaf(299), Err(TileError::Missing { path }));
    files.insert(path.to_string(), vec![0; 31]);
    assert_eq!(
        reader(300, &files, &mut fetched).leaf(299),
        Err(TileError::WrongLength { path, expected: 44 * 32, given: 31 })
    );
}

proptest! {
    #[test]
    fn a_path_is_read_as_it_is_written(index in 0..u64::MAX / 256, level in 0_u8..8, width in 1_u64..=256) {
        let kind = TileKind::Hashes { level };
        for (kind, size) in [(TileKind::Entries, index * 256 + width), (kind, index.min(1 << 7) * 256 + width)] {
            let Some(path) = TilePath::at(kind, index.min(size / 256), size) else { continue };
            prop_assert_eq!(path.to_string().parse::<TilePath>(), Ok(path));
            prop_assert!(path.belongs_to(size));
        }
    }

    #[test]
    fn no_text_makes_the_path_parser_panic(text in "(tile/)?[0-9a-z/.]{0,40}") {
        if let Ok(path) = text.parse::<TilePath>() {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn a_flipped_bit_anywhere_is_refused(size in 1_usize..700, file: prop::sample::Index, at: prop::sample::Index, bit in 0_u32..8) {
        let mut files = export_tiles(&entries(size));
        let (_, bytes) = { let at = file.index(files.len()); files.iter_mut().nth(at).unwrap() };
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        prop_assert!(import_tiles(size as u64, &files).is_err());
    }
}

/// A root computed by the tiles alone, for a checkpoint to be compared with.
#[test]
fn imported_entries_give_the_root() {
    let all = entries(1_000);
    let imported = import_tiles(1_000, &export_tiles(&all)).unwrap();
    let leaves = imported.iter().map(|entry| leaf_hash(Digest::as_bytes(entry)));
    assert_eq!(leaves.collect::<Tree>().root(), tree(&all).root());
}
