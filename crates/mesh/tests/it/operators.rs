//! Operator life: every file under `vectors/operators`, and what no file shows.
//!
//! The files were made by a second program, in another language, from the rules in `docs/rfcs`. Add cases, never edit them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use comity_mesh::case_file::{
    CaseError, CaseFile, CaseReason, Content, Draft, EvidenceContent, EvidenceItem,
    IdentityContent, RedactionRule, Step,
};
use comity_mesh::conformance::{is_vectors, run, suite_key, verify};
use comity_mesh::continuity::{
    FindingCode, HeartbeatReason, OfflineReason, OperatorHeartbeat, Received, assess,
};
use comity_mesh::keys::MeshKey;
use comity_mesh::managing_partner::{
    ControlAct, EndReason, NoteReason, PartnerDuty, PartnerReason,
};
use comity_mesh::operator::assets::AssetReason;
use comity_mesh::operator::checks::CheckReason;
use comity_mesh::operator::onboarding::{self, OnboardingReason, OnboardingStatement};
use comity_mesh::operator::package::PackageReason;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value, parse};
use comity_wire::sha256;

fn file(suite: &str) -> Value {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/operators");
    parse(&std::fs::read(dir.join(format!("{suite}.json"))).unwrap()).unwrap()
}

/// All cases of a suite pass, there are `count`, and each of `reasons` is expected by one of them.
fn all_pass(suite: &str, count: usize, reasons: &[&str]) {
    let file = file(suite);
    assert!(is_vectors(&file), "{suite}");
    let results = run(&file);
    let failed: Vec<_> = results.iter().filter(|case| !case.passed).collect();
    assert!(failed.is_empty(), "{} of {}: {failed:#?}", failed.len(), results.len());
    assert_eq!(results.len(), count, "{suite}");
    let cases = file.get("vectors").unwrap().items();
    let expected: BTreeSet<&str> =
        cases.iter().filter_map(|case| case.get("expected")?.get("reason")?.as_str()).collect();
    for reason in reasons {
        assert!(expected.contains(reason), "{suite}: no case expects {reason}");
    }
}

macro_rules! names {
    ($reason:ty) => {
        &<$reason>::ALL.iter().map(|reason| reason.as_str()).collect::<Vec<_>>()
    };
}

#[test]
fn heartbeats_and_notices_are_refused_for_every_reason() {
    all_pass("operator_heartbeat", 18, names!(HeartbeatReason));
    all_pass("offline_notice", 10, names!(OfflineReason));
}

#[test]
fn continuity_is_what_the_vectors_say_and_every_finding_is_found() {
    all_pass("continuity", 29, &[]);
    let mut found = BTreeSet::new();
    for case in file("continuity").get("vectors").unwrap().items() {
        let expected = case.get("expected").unwrap();
        for finding in expected.get("findings").map(Value::items).unwrap_or_default() {
            found.insert(finding.get("code").unwrap().as_str().unwrap().to_owned());
        }
    }
    for code in FindingCode::ALL {
        assert!(found.contains(code.as_str()), "no case expects {code}");
    }
}

#[test]
fn case_files_are_refused_for_every_reason() {
    all_pass("case_file", 52, names!(CaseReason));
}

#[test]
fn partners_are_refused_for_every_reason() {
    all_pass("managing_partner", 40, names!(PartnerReason));
    all_pass("managing_partner", 40, names!(NoteReason));
    all_pass("delegation_end", 5, names!(EndReason));
}

#[test]
fn the_operator_network_is_refused_for_every_reason() {
    // A statement without evidence cannot be read; in memory it is refused by the test below.
    let onboarding = OnboardingReason::ALL.iter().map(|reason| reason.as_str());
    let readable: Vec<_> = onboarding.filter(|reason| *reason != "missing_evidence").collect();
    all_pass("onboarding", 15, &readable);
    all_pass("check_report", 10, names!(CheckReason));
    all_pass("asset_manifest", 14, names!(AssetReason));
    all_pass("client_package", 21, names!(PackageReason));
    all_pass("recognition_map", 3, &[]);
}

#[test]
fn a_step_that_nothing_shows_is_refused() {
    let file = file("onboarding");
    let input = file.get("vectors").unwrap().items()[0].get("input").unwrap();
    let mut statements: Vec<OnboardingStatement> = input
        .get("statements")
        .unwrap()
        .items()
        .iter()
        .map(|it| OnboardingStatement::read(it).unwrap())
        .collect();
    statements[0].evidence.clear();
    let keys = [MeshKey::from(suite_key("a").unwrap().public())];
    let refusal = onboarding::verify("USG-NB", &statements, &keys, at("2026-01-01T00:00:00Z"));
    assert_eq!(refusal, Err(OnboardingReason::MissingEvidence));
}

#[test]
fn no_control_act_is_a_duty() {
    for act in ControlAct::ALL {
        assert_eq!(PartnerDuty::parse(act.as_str()), None);
    }
}

#[test]
fn continuity_does_not_depend_on_the_order_of_arrival() {
    let keys = [MeshKey::from(suite_key("a").unwrap().public())];
    for case in file("continuity").get("vectors").unwrap().items() {
        let input = case.get("input").unwrap();
        let mut heartbeats: Vec<OperatorHeartbeat> =
            Vec::read(input.get("heartbeats").unwrap()).unwrap();
        let mut notices = Vec::read(input.get("notices").unwrap()).unwrap();
        let now = Datetime::from_value(input.get("at").unwrap()).unwrap();
        let feed_issued_at = Option::read(input.get("feed_issued_at").unwrap()).unwrap();
        let answer = |heartbeats: &[OperatorHeartbeat], notices: &[_]| {
            let received = Received {
                sovereign_id: "USG-NB",
                keys: &keys,
                heartbeats,
                notices,
                feed_issued_at,
            };
            assess(&received, now)
        };
        let before = answer(&heartbeats, &notices);
        heartbeats.reverse();
        notices.reverse();
        assert_eq!(answer(&heartbeats, &notices), before);
    }
}

fn at(text: &str) -> Datetime {
    Datetime::parse(text).unwrap()
}

fn draft(when: &str, content: Content) -> Draft {
    Draft { issued_at: at(when), content, respond_by: None, outcome: None, seed: [7; 32] }
}

fn begun() -> CaseFile {
    let secret = suite_key("a").unwrap();
    let mut file = CaseFile::new("case-1", "USG-NB");
    let identity = IdentityContent {
        operator: "operator".into(),
        public_key: MeshKey::from(secret.public()).to_string(),
        genesis_sha256: sha256(b"genesis"),
        capacity: String::new(),
    };
    let item = EvidenceItem {
        evidence_id: "E1".into(),
        kind: "log".into(),
        sha256: sha256(b"log"),
        bytes: 3,
        collected_at: at("2025-12-01T00:00:00Z"),
        description: String::new(),
    };
    for (when, content) in [
        ("2025-12-02T00:00:00Z", Content::Identity(identity)),
        ("2025-12-03T00:00:00Z", Content::Evidence(EvidenceContent { items: vec![item] })),
    ] {
        file.append(&draft(when, content), &secret, "op-1").unwrap();
    }
    file
}

#[test]
fn a_case_is_built_exported_and_read_back() {
    let (file, keys) = (begun(), [MeshKey::from(suite_key("a").unwrap().public())]);
    let read = CaseFile::read(&parse(&file.export()).unwrap()).unwrap();
    assert_eq!(read, file);
    let standing = read.verify(&keys, at("2026-01-01T00:00:00Z")).unwrap();
    assert_eq!((standing.step, standing.entry_count), (Step::Evidence, 2));
    assert_eq!(Some(standing.head), file.head());
}

#[test]
fn a_refused_entry_changes_nothing() {
    let mut file = begun();
    let before = file.clone();
    let secret = suite_key("a").unwrap();
    let Content::Evidence(corpus) = content_of(&file, 1) else { panic!("evidence comes second") };
    let back = draft("2025-12-01T00:00:00Z", Content::Evidence(corpus));
    let refusal = file.append(&back, &secret, "op-1").unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.to_string().as_str()),
        ("mesh.case_refused", "entry 3: time_went_back")
    );
    let nothing =
        draft("2025-12-04T00:00:00Z", Content::Evidence(EvidenceContent { items: vec![] }));
    assert_eq!(file.append(&nothing, &secret, "op-1").unwrap_err().code(), "mesh.case_content");
    assert_eq!(file, before);
}

fn content_of(file: &CaseFile, position: usize) -> Content {
    let entry = &file.entries[position];
    let members = entry.content.iter().map(|(name, opened)| (name.clone(), opened.value.clone()));
    Content::read(entry.step, &Value::Map(members.collect())).unwrap()
}

#[test]
fn redaction_keeps_the_head_and_stops_the_case() {
    let rule = RedactionRule {
        rule_id: "R1".into(),
        steps: vec![Step::Evidence],
        members: vec![],
        reason: "confidential".into(),
    };
    let file = begun();
    let mut redacted = file.redacted(&rule);
    assert_eq!(redacted.head(), file.head());
    assert!(!String::from_utf8(redacted.export()).unwrap().contains("\"log\""));
    let keys = [MeshKey::from(suite_key("a").unwrap().public())];
    let standing = redacted.verify(&keys, at("2026-01-01T00:00:00Z")).unwrap();
    assert_eq!(standing.withheld_count, 1);
    let more = draft("2025-12-04T00:00:00Z", content_of(&file, 1));
    let refusal = redacted.append(&more, &suite_key("a").unwrap(), "op-1");
    assert_eq!(refusal, Err(CaseError::Redacted));
    assert_eq!(redacted.redacted(&rule), redacted);
}

#[test]
fn a_document_is_verified_alone_or_with_what_it_needs() {
    let key = MeshKey::from(suite_key("a").unwrap().public()).to_string();
    let now = at("2026-01-01T00:00:00Z");
    let reason = |suite: &str, document: &Value, keys: &[String]| {
        let verdict = verify(suite, document, keys, now, &BTreeMap::new());
        verdict.ok().map(|verdict| verdict.reason)
    };
    let keys = [key];
    for (suite, member) in [
        ("operator_heartbeat", "heartbeat"),
        ("offline_notice", "notice"),
        ("case_file", "case_file"),
        ("managing_partner", "delegation"),
        ("delegation_end", "end"),
        ("asset_manifest", "manifest"),
    ] {
        let file = file(suite);
        let input = file.get("vectors").unwrap().items()[0].get("input").unwrap();
        let accepted = Some("accepted".to_owned());
        assert_eq!(reason(suite, input.get(member).unwrap(), &keys), accepted, "{suite}");
        assert_eq!(reason(suite, input, &keys), accepted, "{suite}");
        assert_eq!(reason(suite, input, &["no key".to_owned()]), None, "{suite}");
    }
    assert_eq!(reason("no_suite", &Value::Null, &keys), None);
}
