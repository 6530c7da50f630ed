//! The chapter on the canonical form says what the code does.

use comity_mesh::conformance::suite_key;
use comity_mesh::continuity::OfflineNotice;
use comity_mesh::keys::{MeshKey, SignedObject as _};
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, canonical, parse};
use comity_wire::sha256;

const CHAPTER: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rfcs/canonical-form.md"));

/// The examples: the JSON text, and the lines of the block behind it.
fn examples() -> Vec<(&'static str, Vec<&'static str>)> {
    let blocks: Vec<&str> = CHAPTER.split("```").skip(1).step_by(2).collect();
    let pairs = blocks.windows(2).filter_map(|pair| {
        let answer = pair[1].strip_prefix("text\n")?;
        Some((pair[0].strip_prefix("json\n")?.trim_end(), answer.trim_end().lines().collect()))
    });
    pairs.collect()
}

#[test]
fn every_example_of_the_chapter_is_right() {
    let examples = examples();
    assert_eq!(examples.len(), 6);
    for (text, answer) in examples {
        let value = parse(text.as_bytes()).unwrap();
        let bytes = if let Some(sig) = answer.get(2) {
            let notice = OfflineNotice::read(&value).unwrap();
            let key = MeshKey::from(suite_key("a").unwrap().public());
            assert!(key.has_signed(&notice.signed_bytes(), sig));
            notice.signed_bytes()
        } else {
            canonical(&value)
        };
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), answer[0]);
        assert_eq!(sha256(&bytes).to_string(), answer[1], "{text}");
    }
}

#[test]
fn every_datetime_of_the_chapter_is_right() {
    let rows = CHAPTER.lines().filter_map(|line| {
        let (read, written) = line.strip_prefix("| `")?.strip_suffix("` |")?.split_once("` | `")?;
        read.starts_with(|c: char| c.is_ascii_digit()).then_some((read, written))
    });
    let rows: Vec<_> = rows.collect();
    assert_eq!(rows.len(), 10);
    for (read, written) in rows {
        assert_eq!(Datetime::parse(read).unwrap().to_string(), written, "{read}");
    }
}
