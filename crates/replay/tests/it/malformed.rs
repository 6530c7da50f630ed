//! Bytes that were never an export.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};

use comity_replay::report::Outcome;
use comity_replay::verify::{
    Entry, EntryKind, Options, Source, SourceError, Unusable, verify_export,
};

use crate::scene::{Files, Scene};

fn first_refusal(files: &dyn Source) -> (String, &'static str) {
    let report = verify_export(files, &Options::default()).unwrap();
    let refusal = report.checks.into_iter().find_map(|check| match check.outcome {
        Outcome::Refused { place, code, .. } => Some((place, code)),
        Outcome::Passed { .. } | Outcome::Skipped { .. } => None,
    });
    refusal.unwrap()
}

fn with(path: &str, bytes: &[u8]) -> (String, &'static str) {
    let mut files = Scene::founded().export();
    files.insert(path.to_owned(), bytes.to_vec());
    first_refusal(&files)
}

const FIXED: [&str; 4] = ["checkpoint", "envelopes.jsonl", "keys.json", "parameters.json"];

#[test]
fn empty_binary_and_deep_files_are_refused_by_name() {
    let bomb = "[".repeat(1 << 20).into_bytes();
    let duplicate = br#"{"keys":[],"keys":[]}"#.to_vec();
    for content in [Vec::new(), vec![0xFF; 300], vec![0; 1 << 20], bomb, duplicate] {
        for name in FIXED {
            let path = format!("buyer/{name}");
            let (place, _) = with(&path, &content);
            assert!(place.starts_with(&path), "{place}");
        }
        let (place, code) = with("buyer/tile/0/000.p/1", &content);
        assert_eq!((place.as_str(), code), ("buyer/tile/0/000.p/1", "replay.export_other_bytes"));
    }
}

#[test]
fn lines_that_are_no_envelopes_are_refused_with_their_number() {
    let mut scene = Scene::founded();
    scene.credit("one");
    scene.credit("two");
    let files = scene.export();
    let path = "keeper/envelopes.jsonl";
    let lines: Vec<&[u8]> = files[path].split_inclusive(|byte| *byte == b'\n').collect();
    let long = vec![b'a'; 30_000_000];
    let code = |second: &[u8]| {
        let mut files = files.clone();
        files.insert(path.to_owned(), [lines[0], second, lines[2]].concat());
        let (place, code) = first_refusal(&files);
        assert_eq!(place, format!("{path} line 2"));
        code
    };
    assert_eq!(code(b"\n"), "replay.export_withheld");
    assert_eq!(code(b"{}\n"), "replay.export_line_too_short");
    assert_eq!(code(&long), "replay.export_line_too_long");
    assert_eq!(
        code(&[lines[1].trim_ascii_end(), b"\r\n"].concat()),
        "replay.export_other_envelope"
    );
    assert_eq!(code(&[&[0xFF; 200][..], b"\n"].concat()), "replay.export_other_envelope");
    assert_eq!(code(lines[2]), "replay.export_other_envelope");
    assert_eq!(code(&[]), "replay.export_other_envelope");

    let end = |bytes: Vec<u8>| {
        let mut files = files.clone();
        files.insert(path.to_owned(), bytes);
        first_refusal(&files)
    };
    let cut = end(files[path].trim_ascii_end().to_vec());
    assert_eq!(cut, (format!("{path} line 3"), "replay.export_no_final_newline"));
    let short = end([lines[0], lines[1]].concat());
    assert_eq!(short, (path.to_owned(), "replay.export_line_count"));
    let more = end([lines[0], lines[1], lines[2], lines[2]].concat());
    assert_eq!(more, (path.to_owned(), "replay.export_line_count"));
}

#[test]
fn what_is_no_export_is_unusable() {
    let options = Options::default();
    let empty = Files::new();
    assert_eq!(verify_export(&empty, &options), Err(Unusable::NoRecords));
    let other: Files = [("notes/readme.md".to_owned(), Vec::new())].into();
    assert_eq!(verify_export(&other, &options), Err(Unusable::NoRecords));
    let many: Files = (0..600).map(|n| (format!("{n}/checkpoint"), Vec::new())).collect();
    assert_eq!(verify_export(&many, &options).unwrap_err().code(), "replay.too_many_records");
}

#[test]
fn files_beside_the_records_are_refused() {
    assert_eq!(with("notes.txt", b""), ("notes.txt".to_owned(), "replay.export_unexpected_file"));
    let strange = with("buyer/tile/0/000.p/2", b"");
    assert_eq!(strange, ("buyer/tile/0/000.p/2".to_owned(), "replay.export_unexpected_file"));
}

/// A disk that fails after some bytes of every file.
struct Failing<'a> {
    files: &'a Files,
    after: u64,
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

impl Source for Failing<'_> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        self.files.list()
    }

    fn open<'a>(&'a self, path: &str) -> Result<Box<dyn BufRead + 'a>, SourceError> {
        let bytes = self.files.open(path)?;
        Ok(Box::new(BufReader::new(bytes.take(self.after).chain(Broken))))
    }
}

#[test]
fn a_failing_disk_is_nobodys_fault_and_never_a_verdict() {
    let files = Scene::founded().export();
    for after in [0, 1, 200, 1_000, 1_500] {
        let failing = Failing { files: &files, after };
        let error = verify_export(&failing, &Options::default()).unwrap_err();
        assert_eq!(error.code(), "replay.unreadable", "{after}");
    }
}

/// A source that lists what is no file.
struct Odd<'a>(&'a Files, Entry);

impl Source for Odd<'_> {
    fn list(&self) -> Result<Vec<Entry>, SourceError> {
        let mut entries = self.0.list()?;
        entries.retain(|entry| entry.path != self.1.path);
        entries.push(self.1.clone());
        Ok(entries)
    }

    fn open<'a>(&'a self, path: &str) -> Result<Box<dyn BufRead + 'a>, SourceError> {
        assert_ne!(path, self.1.path, "what is no file is never opened");
        self.0.open(path)
    }
}

#[test]
fn links_and_folders_are_refused_and_never_opened() {
    let files = Scene::founded().export();
    let paths: BTreeMap<&str, EntryKind> = [
        ("buyer/checkpoint", EntryKind::Other),
        ("buyer/envelopes.jsonl", EntryKind::Other),
        ("buyer/keys.json", EntryKind::Folder),
        ("buyer/tile/0/000.p/1", EntryKind::Other),
        ("buyer/mip", EntryKind::Folder),
        ("zoo", EntryKind::Folder),
        ("link", EntryKind::Other),
    ]
    .into();
    for (path, kind) in paths {
        let odd = Odd(&files, Entry { path: path.to_owned(), kind });
        assert_eq!(first_refusal(&odd), (path.to_owned(), "replay.export_not_a_file"));
    }
}
