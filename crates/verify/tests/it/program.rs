use std::fs;
use std::path::Path;

use comity_verify::{Answer, HELP, run};
use tempfile::TempDir;

use crate::scene::{Files, Scene, Who};

fn write(files: &Files) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

fn verify(dir: &Path, options: &[&str]) -> Answer {
    let options = options.iter().map(Into::into);
    run(std::iter::once(dir.as_os_str().to_owned()).chain(options))
}

#[test]
fn a_valid_export_prints_what_is_proven_and_what_is_not_in_80_columns() {
    let scene = Scene::complete();
    let dir = write(&scene.export());
    let answer = verify(dir.path(), &["--threads", "2"]);
    assert_eq!((answer.status, answer.stderr.as_str()), (0, ""), "{}", answer.stdout);
    let text = &answer.stdout;
    for line in text.lines().skip(1) {
        assert!(line.chars().count() <= 80, "{line}");
        assert!(line.is_ascii(), "{line}");
    }
    for words in [
        "order ",
        "A3 replayer",
        "59 of 22695 leaves drawn",
        "95.1 %",
        "1000 EUR-cent paid to operator, once",
        "trust: watcher (operator) 0.1",
        "they sum to zero",
        "What this does not prove",
        "simulated",
        "4 of 4 ids were not given by --expect",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("valid: 4 records, "), "{last}");
    assert_eq!(verify(dir.path(), &["--quiet"]).stdout, format!("{last}\n"));
}

#[test]
fn the_json_is_one_document_with_the_same_verdict() {
    let scene = Scene::complete();
    let dir = write(&scene.export());
    let all: Vec<String> =
        scene.houses.iter().flat_map(|h| ["--expect".into(), h.id.to_string()]).collect();
    let mut options: Vec<&str> = all.iter().map(String::as_str).collect();
    options.push("--json");
    let answer = verify(dir.path(), &options);
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((answer.status, &document["valid"]), (0, &true.into()));
    let export = &document["exports"][0];
    assert_eq!(export["proven"]["orders"][0]["money"], "paid");
    assert_eq!(export["proven"]["orders"][0]["reports"].as_array().unwrap().len(), 2);
    let text = export["not_proven"].to_string();
    assert!(!text.contains("--expect"), "{text}");
}

#[test]
fn a_refused_export_names_code_and_place() {
    let scene = Scene::complete();
    let mut files = scene.export();
    files.get_mut("operator/keys.json").unwrap()[20] ^= 1;
    let dir = write(&files);
    let answer = verify(dir.path(), &[]);
    assert_eq!(answer.status, 1);
    let last = answer.stdout.lines().last().unwrap();
    assert_eq!(last, "refused: replay.export_other_bytes at operator/keys.json");
    assert!(answer.stdout.contains("Nothing is shown as proven"));
    let answer = verify(dir.path(), &["--json"]);
    let document: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(document["refusal"]["place"], "operator/keys.json");
    assert_eq!(document["exports"][0]["proven"], serde_json::Value::Null);
}

#[test]
fn the_contract_has_twelve_lines_with_a_standing_and_a_reason_each() {
    let scene = Scene::complete();
    let mut files = scene.export();
    let dir = write(&files);
    let answer = verify(dir.path(), &["--contract"]);
    assert_eq!(answer.status, 0, "{}", answer.stdout);
    assert!(answer.stdout.lines().skip(1).all(|line| line.chars().count() <= 80));
    let standing = |document: &serde_json::Value, number: usize| {
        document["exports"][0]["contract"][number - 1]["standing"].as_str().unwrap().to_owned()
    };
    let read = |answer: &Answer| serde_json::from_str(&answer.stdout).unwrap();
    let document: serde_json::Value = read(&verify(dir.path(), &["--contract", "--json"]));
    let lines = document["exports"][0]["contract"].as_array().unwrap();
    assert_eq!(lines.len(), 12);
    for line in lines {
        let words = line["text"].as_str().unwrap().split(' ').next().unwrap();
        assert!(answer.stdout.contains(words), "{words} is not in\n{}", answer.stdout);
        assert!(!line["why"].as_str().unwrap().is_empty());
    }
    // Reviewers were drawn and trust moved; there is no constitution, and no mission of high risk.
    for (number, expected) in [
        (2, "not proven"),
        (3, "proven"),
        (5, "proven"),
        (7, "not proven"),
        (8, "proven"),
        (12, "not proven"),
    ] {
        assert_eq!(standing(&document, number), expected, "line {number}");
    }

    files.get_mut("operator/keys.json").unwrap()[20] ^= 1;
    let dir = write(&files);
    let answer = verify(dir.path(), &["--contract", "--json"]);
    assert_eq!(answer.status, 1);
    let document: serde_json::Value = read(&answer);
    for (number, expected) in [(1, "not proven"), (4, "violated"), (5, "violated")] {
        assert_eq!(standing(&document, number), expected, "line {number}");
    }
}

#[test]
fn an_expected_sovereign_that_is_not_there_is_refused() {
    let dir = write(&Scene::founded().export());
    let id = "ab".repeat(32);
    let answer = verify(dir.path(), &["--expect", &id, "-q"]);
    assert_eq!(answer.status, 1);
    assert_eq!(answer.stdout, format!("refused: replay.export_not_here at {id}\n"));
}

#[test]
fn unusable_input_has_a_status_of_its_own_and_a_hint() {
    let dir = write(&Scene::founded().export());
    let file = dir.path().join("buyer/checkpoint");
    for (path, words) in [
        (dir.path().join("nothing"), "no such directory"),
        (file, "not a directory"),
        (dir.path().join("buyer"), "directory above it"),
        (dir.path().join("buyer/tile"), "no record in it"),
        (tempfile::tempdir().unwrap().keep(), "no record in it"),
    ] {
        let answer = verify(&path, &[]);
        assert_eq!((answer.status, answer.stdout.as_str()), (2, ""), "{path:?}");
        assert!(answer.stderr.starts_with("error: "), "{}", answer.stderr);
        assert!(answer.stderr.contains("\nhint: "), "{}", answer.stderr);
        assert!(answer.stderr.contains(words), "{}", answer.stderr);
    }
    assert_eq!(run([]).status, 2);
    assert_eq!(
        run(["--help".into()]),
        Answer { status: 0, stdout: HELP.into(), stderr: String::new() }
    );
    assert!(HELP.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn links_and_empty_folders_are_refused() {
    let dir = write(&Scene::founded().export());
    let refused = |place: &str| {
        let answer = verify(dir.path(), &["-q"]);
        assert_eq!(answer.stdout, format!("refused: replay.export_not_a_file at {place}\n"));
        assert_eq!(answer.status, 1);
    };
    fs::create_dir(dir.path().join("buyer/mip")).unwrap();
    refused("buyer/mip");
    fs::remove_dir(dir.path().join("buyer/mip")).unwrap();
    fs::create_dir(dir.path().join("zebra")).unwrap();
    refused("zebra");
    fs::remove_dir(dir.path().join("zebra")).unwrap();
    #[cfg(unix)]
    {
        let keys = dir.path().join("keeper/keys.json");
        let elsewhere = tempfile::tempdir().unwrap();
        let copy = elsewhere.path().join("keys.json");
        fs::rename(&keys, &copy).unwrap();
        std::os::unix::fs::symlink(&copy, &keys).unwrap();
        refused("keeper/keys.json");
    }
}

#[test]
fn two_exports_of_one_history_agree_and_a_fork_is_reported_with_evidence() {
    let mut scene = Scene::founded();
    scene.credit("one");
    let early = write(&scene.export());
    let mut other = scene.split();
    scene.credit("two");
    other.credit("three");
    other.credit("four");
    let (late, fork) = (write(&scene.export()), write(&other.export()));
    let both = |a: &TempDir, b: &TempDir, options: &[&str]| {
        let mut all = vec![b.path().to_str().unwrap()];
        all.extend(options);
        verify(a.path(), &all)
    };
    let answer = both(&early, &late, &[]);
    assert_eq!(answer.status, 0, "{}", answer.stdout);
    assert!(answer.stdout.contains("one sovereign in two exports"));
    for (a, b) in [(&late, &fork), (&fork, &late)] {
        let answer = both(a, b, &[]);
        assert_eq!(answer.status, 1);
        let last = answer.stdout.lines().last().unwrap();
        assert!(last.starts_with("refused: replay.equivocation at "), "{last}");
    }
    let document: serde_json::Value =
        serde_json::from_str(&both(&late, &fork, &["--json"]).stdout).unwrap();
    let forked: Vec<_> = document["histories"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|history| history["relationship"] == "forked")
        .collect();
    let [forked] = forked.as_slice() else { panic!("one fork") };
    assert_eq!(forked["sovereign"], scene.id(Who::Keeper).to_string());
    let evidence = forked["evidence"].as_str().unwrap();
    let proof = comity_tlog::ForkProof::decode(evidence.as_bytes()).unwrap();
    let [smaller, larger] = proof.verify(&scene.log_key(Who::Keeper)).unwrap();
    assert_eq!((smaller.size(), larger.size()), (3, 4));
}
