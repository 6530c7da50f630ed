use comity_mesh::operator::checks::{CheckKind, CheckResult};
use comity_wire::mesh_json::Value;

use super::look;
use crate::Remote;
use crate::memory::{ALPHA, Memory, at};

/// Results by kind, with their details.
fn seen(memory: &Memory) -> Vec<(CheckKind, CheckResult, String)> {
    let endpoint = ALPHA.endpoint();
    let looked = look(&Remote::new(&endpoint, memory), None, at());
    looked.checks.into_iter().map(|it| (it.kind, it.result, it.detail)).collect()
}

#[test]
fn what_is_not_there_fails_and_what_hangs_on_it_is_skipped() {
    let all = seen(&Memory::default());
    let kinds: Vec<CheckKind> = all.iter().map(|it| it.0).collect();
    assert_eq!(kinds, CheckKind::ALL[..9]);
    for (kind, result, detail) in all {
        let needs_identity = [CheckKind::RevocationFeed, CheckKind::Continuity];
        let wanted = if needs_identity.contains(&kind) {
            (CheckResult::Skipped, "no_identity")
        } else if kind == CheckKind::Tls {
            (CheckResult::Skipped, "plain_http")
        } else {
            (CheckResult::Failed, "client.not_there")
        };
        assert_eq!((result, detail.as_str()), wanted, "{kind}");
    }
}

#[test]
fn each_finding_has_its_reason() {
    let mut memory = Memory::default();
    ALPHA.answer(&mut memory);
    let status = |word: &str| Value::from([("status", Value::from(word))]);
    memory.answer(&format!("GET {}", ALPHA.url("/healthz")), 200, &status("tired"));
    memory.answer(&format!("GET {}", ALPHA.url("/recognition-graph")), 200, &Value::from("x"));
    let all = seen(&memory);
    let of = |kind: CheckKind| all.iter().find(|it| it.0 == kind).unwrap().2.clone();
    assert_eq!(of(CheckKind::Healthz), "wrong_status");
    assert_eq!(of(CheckKind::RecognitionGraph), "client.wrong_shape");
    assert_eq!(of(CheckKind::Genesis), "");
    assert_eq!(of(CheckKind::Continuity), "not_served");
    assert_eq!(of(CheckKind::Tls), "plain_http");
}
