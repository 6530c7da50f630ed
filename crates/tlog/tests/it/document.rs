//! The worked examples of `docs/src/spec/log.md` are what this crate computes, so the page cannot drift.

use comity_tlog::{
    Cosignature, TilePath, Vkey, empty_root, export_tiles, leaf_hash, node_hash,
    verify_consistency, verify_inclusion,
};
use comity_wire::{Time, hex};

use crate::support::{entries, log_vkey, signed, tree, witness};

const PAGE: &str = include_str!("../../../../docs/src/spec/log.md");

/// A name for the failure message, and a text that the page must contain.
type Example = (&'static str, String);

/// Bytes as the page prints them: 32 to a line.
fn lines(bytes: &[u8]) -> String {
    bytes.chunks(32).map(hex::encode).collect::<Vec<_>>().join("\n")
}

/// The log of three entries that the page is about.
fn of_the_tree() -> Vec<Example> {
    let entries = entries(3);
    let log = tree(&entries);
    let leaf = |i: usize| leaf_hash(entries[i].as_bytes());
    let inner = node_hash(&leaf(0), &leaf(1));
    let root = node_hash(&inner, &leaf(2));
    assert_eq!(log.root(), root);
    assert_eq!(log.inclusion(0, 3).unwrap(), [leaf(1), leaf(2)]);
    assert_eq!(verify_inclusion(&leaf(0), 0, 3, &[leaf(1), leaf(2)], &root), Ok(()));
    assert_eq!(log.consistency(2, 3).unwrap(), [leaf(2)]);
    assert_eq!(verify_consistency(2, &inner, 3, &root, &[leaf(2)]), Ok(()));
    let files = export_tiles(&entries);
    vec![
        ("empty root", empty_root().to_string()),
        ("entry 0", entries[0].to_string()),
        ("leaf input", format!("00{}", entries[0])),
        ("leaf 0", leaf(0).to_string()),
        ("leaf 1", leaf(1).to_string()),
        ("leaf 2", leaf(2).to_string()),
        ("node input", format!("01{}\n  {}", leaf(0), leaf(1))),
        ("node", inner.to_string()),
        ("root", root.to_string()),
        ("tile", lines(&files["tile/0/000.p/3"])),
        (
            "bundle",
            files["tile/entries/000.p/3"]
                .chunks(34)
                .map(hex::encode)
                .collect::<Vec<_>>()
                .join("\n"),
        ),
    ]
}

fn of_the_signatures() -> Vec<Example> {
    let log = tree(&entries(3));
    let mut checkpoint = signed(&log, 3);
    let unsigned = String::from_utf8(checkpoint.encode()).unwrap();
    let (name, key, vkey) = witness(1);
    let time = Time::parse("2026-01-01T00:00:00Z").unwrap();
    let cosignature = Cosignature::sign(&name, &key, checkpoint.checkpoint(), time).unwrap();
    let blob = cosignature.to_line().signature;
    let text =
        format!("cosignature/v1\ntime {}\n{}", time.unix(), checkpoint.checkpoint().encode());
    checkpoint.add(cosignature, &vkey).unwrap();
    let key_hash = |vkey: &Vkey| hex::encode(&vkey.key_hash());
    vec![
        ("log vkey", log_vkey().to_string()),
        ("log key", hex::encode(log_vkey().key().as_bytes())),
        ("log key hash", format!("= {}", key_hash(&log_vkey()))),
        ("witness vkey", vkey.to_string()),
        ("witness key hash", format!("= {}", key_hash(&vkey))),
        ("checkpoint", unsigned.clone()),
        ("checkpoint, first bytes", lines(unsigned.as_bytes()).lines().next().unwrap().to_owned()),
        ("cosignature text", text),
        ("cosignature time", hex::encode(&blob[..8])),
        ("cosignature signature", lines(&blob[8..])),
        ("cosigned checkpoint", String::from_utf8(checkpoint.encode()).unwrap()),
    ]
}

#[test]
fn the_page_about_the_log_format_shows_what_this_crate_makes() {
    let missing: Vec<String> = [of_the_tree(), of_the_signatures()]
        .concat()
        .into_iter()
        .filter(|(_, text)| !PAGE.contains(text.as_str()))
        .map(|(name, text)| format!("{name}:\n{text}\n"))
        .collect();
    assert!(missing.is_empty(), "not on the page:\n\n{}", missing.join("\n"));
}

#[test]
fn the_tile_paths_on_the_page_are_tile_paths() {
    let paths: Vec<&str> =
        PAGE.split('`').filter(|text| text.starts_with("tile/") && !text.contains('<')).collect();
    assert!(4 <= paths.len(), "examples went missing: {paths:?}");
    for path in paths {
        assert!(path.parse::<TilePath>().is_ok(), "{path}");
    }
}
