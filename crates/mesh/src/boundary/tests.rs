use comity_wire::mesh_json::parse;

use super::*;
use crate::agreement::AgreementRecord;
use crate::conformance::suite_key;
use crate::data_usage::{DataAccessIntent, DataDemand, DataLicensePolicy};
use crate::delegation::DelegatedAgreementRecord;
use crate::freshness::FeedState;
use crate::justification::{JustificationProof, JustificationReason};
use crate::model::{AttestationPolicy, Configuration, ModelAttestation, ModelDemand};
use crate::schema::Field as _;

fn at(time: &str) -> Datetime {
    Datetime::parse(&format!("2026-01-01T{time}Z")).unwrap()
}

fn key(name: &str) -> MeshKey {
    suite_key(name).unwrap().public().into()
}

fn context(change: fn(&mut ContextRecord)) -> ContextRecord {
    let mut context = ContextRecord {
        context_id: "ctx".into(),
        agreement_id: "agr".into(),
        parent_kind: "agreement".into(),
        requester_sovereign_id: "b".into(),
        provider_sovereign_id: "a".into(),
        requested_capability: "read".into(),
        request_parameters: BTreeMap::new(),
        requested_at: at("12:00:00"),
        context_freshness_seq: 7,
    };
    change(&mut context);
    context
}

/// A gate that lets nothing, or everything, pass.
struct Wall(&'static str, bool);

impl Gate for Wall {
    fn name(&self) -> &str {
        self.0
    }

    fn check(&self, _: &ContextRecord, _: &Agreed<'_>, _: Datetime) -> Result<String, String> {
        if self.1 { Ok("open".into()) } else { Err("no capability left".into()) }
    }
}

fn proof(sequence: u64) -> FreshnessProof {
    let feed = FeedState { sovereign_id: "a".into(), sequence, digest: String::new() };
    let secret = suite_key("c").unwrap();
    FreshnessProof::issue("prf".into(), feed, "c".into(), at("11:58:00"), (&secret, "c"))
}

fn decide(
    context: &ContextRecord,
    gates: &[&dyn Gate],
    proof: Option<&FreshnessProof>,
    time: &str,
) -> Result<Evaluation, BoundaryError> {
    let capabilities = ["read".into(), "it's".into()];
    let agreed = Agreed {
        agreement_id: "agr",
        parties: ["a", "b"],
        capabilities: &capabilities,
        valid_from: at("11:00:00"),
        valid_until: at("12:02:00"),
        freshness_commitment: 7,
    };
    let keys = [key("c")];
    let freshness = proof.map(|_| FreshnessRule { issuer_keys: &keys, feed: Some("a") });
    let boundary = Boundary { gates, freshness, ..Boundary::new("a") };
    let ids = DecisionIds { decision_id: "dec".into(), trace_id: "trc".into() };
    let mut evaluation =
        boundary.evaluate(&Request { context, agreed: &agreed, proof }, ids, at(time))?;
    evaluation.decision.sign(&suite_key("a").unwrap(), "a");
    Ok(evaluation)
}

/// Names of the gates that were asked, the denial, and what the decision says.
fn outcome(evaluation: &Evaluation) -> (Vec<&str>, &str, BoundaryOutcome) {
    let decision = &evaluation.decision;
    let names = decision.gate_results.iter().map(|gate| gate.gate_name.as_str()).collect();
    let denial = decision.denial_reason.as_deref().unwrap_or_default();
    let made = decision.decision_made_at;
    (names, denial, decision.verify(&[key("a")], Some(&[key("c")]), made).unwrap())
}

#[test]
fn every_outcome_comes_from_its_gate_and_ends_the_walk() {
    let (fine, first) = (context(|_| ()), ["capability_check", "validity_window"]);
    for outcome_wanted in BoundaryOutcome::ALL {
        let (context, gates, names, denial): (_, &[&dyn Gate], Vec<&str>, &str) =
            match outcome_wanted {
                BoundaryOutcome::Authorized => (
                    fine.clone(),
                    &[&Wall("open", true)],
                    [&first[..], &["freshness_check", "open"]].concat(),
                    "",
                ),
                BoundaryOutcome::CapabilityOutOfScope => (
                    context(|context| context.requested_capability = "write".into()),
                    &[],
                    first[..1].to_vec(),
                    "capability out of scope",
                ),
                BoundaryOutcome::OutsideValidityWindow => (
                    context(|context| context.requested_at = at("10:59:59")),
                    &[],
                    first.to_vec(),
                    "outside validity window",
                ),
                BoundaryOutcome::InsufficientFreshness => (
                    context(|context| context.context_freshness_seq = 6),
                    &[&Wall("open", true)],
                    [&first[..], &["freshness_check"]].concat(),
                    "insufficient freshness",
                ),
                BoundaryOutcome::GateFailure => (
                    fine.clone(),
                    &[&Wall("shut", false), &Wall("open", true)],
                    [&first[..], &["freshness_check", "shut"]].concat(),
                    "gate 'shut' failed: no capability left",
                ),
            };
        let made = decide(&context, gates, None, "12:00:00").unwrap();
        assert_eq!(outcome(&made), (names, denial, *outcome_wanted));
        assert_eq!(made.decision.authorized, *outcome_wanted == BoundaryOutcome::Authorized);
        let secret = suite_key("a").unwrap();
        let Evaluation { decision, trace } = made;
        let proof =
            JustificationProof::issue("j".into(), trace, &decision, at("12:00:00"), (&secret, "a"))
                .unwrap();
        assert_eq!(proof.verify(&[key("a")], Some(&decision)), Ok(()));
        assert_eq!(
            proof.verify(&[key("b")], Some(&decision)),
            Err(JustificationReason::InvalidSignature)
        );
    }
}

#[test]
fn gates_explain_themselves_in_the_words_of_the_reference() {
    let detail = |context: &ContextRecord, time: &str| {
        let made = decide(context, &[], None, time).unwrap();
        made.decision.gate_results.last().unwrap().detail.clone()
    };
    assert_eq!(
        detail(&context(|context| context.requested_capability = "write".into()), "12:00:00"),
        r#"capability 'write' not in agreed scope ['read', "it's"]"#
    );
    assert_eq!(
        detail(&context(|context| context.requested_at = at("12:02:01")), "12:00:00"),
        "request at 2026-01-01T12:02:01+00:00 is after valid_until 2026-01-01T12:02:00+00:00"
    );
    assert_eq!(
        detail(&context(|_| ()), "12:02:01"),
        "decision at 2026-01-01T12:02:01+00:00 is after valid_until 2026-01-01T12:02:00+00:00"
    );
    assert_eq!(
        detail(&context(|context| context.context_freshness_seq = 6), "12:00:00"),
        "freshness seq 6 < commitment 7"
    );
    assert_eq!(detail(&context(|_| ()), "12:00:00"), "freshness seq 7 >= commitment 7");
}

#[test]
fn a_decision_ends_with_the_agreement_and_with_its_own_time() {
    let made = decide(&context(|_| ()), &[], None, "12:00:00").unwrap().decision;
    assert_eq!(made.decision_valid_until, at("12:02:00"));
    let keys = [key("a")];
    assert_eq!(made.verify(&keys, None, at("12:02:00")), Ok(BoundaryOutcome::Authorized));
    assert_eq!(made.verify(&keys, None, at("12:02:01")), Err(BoundaryReason::DecisionExpired));
    let early = decide(&context(|_| ()), &[], None, "11:50:00").unwrap().decision;
    assert_eq!(early.decision_valid_until, at("11:55:00"));
}

#[test]
fn a_proof_is_checked_before_it_is_embedded() {
    let proof_of = |sequence, time| {
        let proof = proof(sequence);
        let made = decide(&context(|_| ()), &[], Some(&proof), time).unwrap().decision;
        let detail = made.gate_results.last().unwrap().detail.clone();
        (made.freshness_proof.is_some(), made.denial_reason, detail)
    };
    let (embedded, denial, detail) = proof_of(7, "12:00:00");
    assert!(embedded && denial.is_none(), "{detail}");
    assert_eq!(
        detail,
        "freshness proof valid: seq=7 >= commitment=7, valid_until=2026-01-01T12:03:00+00:00"
    );
    let (embedded, denial, detail) = proof_of(6, "12:00:00");
    assert!(!embedded);
    assert_eq!(denial.as_deref(), Some("insufficient freshness"));
    assert_eq!(detail, "freshness proof sequence_insufficient: prf");
}

#[test]
fn every_reason_is_given() {
    let proof = proof(7);
    for reason in BoundaryReason::ALL {
        let made = decide(&context(|_| ()), &[], Some(&proof), "12:00:00").unwrap();
        let (mut decision, mut signer, mut time) = (made.decision, "a", "12:00:00");
        match reason {
            BoundaryReason::MissingSignature => {}
            BoundaryReason::DecisionExpired => time = "12:02:01",
            BoundaryReason::InvalidSignature => signer = "b",
            BoundaryReason::FreshnessProofInvalidSignature => {
                decision.freshness_proof.as_mut().unwrap().signature = None;
            }
            BoundaryReason::FreshnessProofExpired => decision.decision_made_at = at("12:03:01"),
            BoundaryReason::GateResultsInconsistent => decision.gate_results[1].passed = false,
        }
        decision.signature = None;
        if *reason != BoundaryReason::MissingSignature {
            decision.sign(&suite_key(signer).unwrap(), signer);
        }
        let verdict = decision.verify(&[key("a")], Some(&[key("c")]), at(time));
        assert_eq!(verdict, Err(*reason));
    }
}

#[test]
fn request_and_agreement_must_belong_together() {
    let code = |context: &ContextRecord| decide(context, &[], None, "12:00:00").unwrap_err().code();
    assert_eq!(
        code(&context(|context| context.agreement_id = "other".into())),
        "mesh.boundary_other_agreement"
    );
    for change in [
        |context: &mut ContextRecord| context.requester_sovereign_id = "c".into(),
        |context: &mut ContextRecord| context.provider_sovereign_id = "b".into(),
    ] {
        assert_eq!(code(&context(change)), "mesh.boundary_not_the_parties");
    }
    let back = context(|context| {
        std::mem::swap(&mut context.requester_sovereign_id, &mut context.provider_sovereign_id);
    });
    assert!(decide(&back, &[], None, "12:00:00").unwrap().decision.authorized);
}

#[test]
fn decisions_are_read_and_written_unchanged() {
    let proof = proof(7);
    let made = decide(&context(|_| ()), &[], Some(&proof), "12:00:00").unwrap().decision;
    assert_eq!(BoundaryDecision::read(&made.write()), Ok(made.clone()));
    let text = String::from_utf8(made.signed_bytes()).unwrap();
    assert!(text.contains(r#""freshness_proof":{"attested_at""#), "{text}");
    assert!(text.contains(r#""signature":{"key_id":"c""#), "{text}");
    assert_eq!(
        BoundaryDecision::read(&parse(br#"{"decision_id":1}"#).unwrap()).unwrap_err().path,
        "decision_id"
    );
}

#[test]
fn texts_are_shown_as_the_reference_shows_them() {
    for (text, repr) in
        [("a'b", r#""a'b""#), ("a'b\"", r#"'a\'b"'"#), ("\n\t\r\\\u{1}", r"'\n\t\r\\\x01'")]
    {
        assert_eq!(text::repr(text), repr);
    }
    assert_eq!(repr_list(&["a", "b"]), "['a', 'b']");
}

#[test]
fn further_gates_want_the_requesters_own_claims() {
    let made_of = Configuration {
        model_id: "m",
        model_version_tag: "1",
        system_prompt: "",
        tool_ids: &[],
        token_id: None,
    };
    let (secret, agent_keys) = (suite_key("b").unwrap(), [key("b")]);
    let attestation =
        ModelAttestation::issue("0123456789".into(), "b".into(), &made_of, at("12:00:00"), &secret);
    let policy = AttestationPolicy::read(
        &parse(
            br#"{"policy_id":"p","operator_sovereign_id":"a","valid_from":"2026-01-01T00:00:00Z",
            "valid_until":"2026-01-02T00:00:00Z"}"#,
        )
        .unwrap(),
    )
    .unwrap();
    let demand = ModelDemand { policy: &policy, agent_keys: &agent_keys, operator_keys: None };
    let model = ModelGate { attestation: &attestation, demand };
    let intent = DataAccessIntent::read(
        &parse(
            br#"{"intent_id":"i","agent_sovereign_id":"b","decision_id":"d","declared_sources":[],
            "declared_access_types":["read"],"declared_at":"2026-01-01T12:00:00Z",
            "expires_at":"2026-01-01T12:00:00Z"}"#,
        )
        .unwrap(),
    )
    .unwrap()
    .declare(&secret);
    let license = DataLicensePolicy::read(
        &parse(
            br#"{"policy_id":"p","licensor_sovereign_id":"a","licensee_sovereign_id":"b",
            "valid_from":"2026-01-01T00:00:00Z","valid_until":"2026-01-02T00:00:00Z"}"#,
        )
        .unwrap(),
    )
    .unwrap();
    let demand = DataDemand { policy: &license, agent_keys: &agent_keys, licensor_keys: None };
    let data = DataUsageGate { intent: &intent, demand };
    let last = |context: &ContextRecord, gate: &dyn Gate, time: &str| {
        let made = decide(context, &[gate], None, time).unwrap().decision;
        let last = made.gate_results.last().unwrap();
        (last.gate_name.clone(), last.passed, last.detail.clone())
    };
    let said = |name: &str, passed, detail: &str| (name.to_owned(), passed, detail.to_owned());
    let fine = context(|_| ());
    let passed = "attestation '01234567' verified for model 'm'";
    assert_eq!(last(&fine, &model, "12:00:00"), said("logic_attestation", true, passed));
    assert_eq!(last(&fine, &data, "12:00:00"), said("data_usage", true, "compliant"));
    let early = "11:54:59";
    assert_eq!(last(&fine, &model, early), said("logic_attestation", false, "not_yet_valid"));
    assert_eq!(last(&fine, &data, early), said("data_usage", false, "intent_not_yet_valid"));
    let other = context(|context| {
        context.requester_sovereign_id = "a".into();
        context.provider_sovereign_id = "b".into();
    });
    let mismatch = "agent_mismatch";
    assert_eq!(last(&other, &model, "12:00:00"), said("logic_attestation", false, mismatch));
    assert_eq!(last(&other, &data, "12:00:00"), said("data_usage", false, mismatch));
}

#[test]
fn agreements_and_delegations_say_what_is_agreed() {
    let terms = r#"{"capabilities":["read"],"valid_from":"2026-01-01T11:00:00Z",
        "valid_until":"2026-01-01T12:02:00Z","freshness_commitment":7}"#;
    let agreement = format!(
        r#"{{"agreement_id":"agr","offer_id":"o","offerer_sovereign_id":"a","graph_digest":"",
        "responder_sovereign_id":"b","agreed_terms":{terms},"offerer_evidence":{{}},
        "responder_evidence":{{}},"established_at":"2026-01-01T11:00:00Z",
        "expires_at":"2026-01-01T12:02:00Z"}}"#
    );
    let delegation = format!(
        r#"{{"delegation_id":"agr","parent_id":"o","parent_kind":"agreement","graph_digest":"",
        "parent_terms_digest":"","delegator_sovereign_id":"a","delegate_sovereign_id":"b",
        "delegated_terms":{terms},"delegator_evidence":{{}},"delegate_evidence":{{}},
        "established_at":"2026-01-01T11:00:00Z","expires_at":"2026-01-01T12:02:00Z"}}"#
    );
    let agreement = AgreementRecord::read(&parse(agreement.as_bytes()).unwrap()).unwrap();
    let delegation =
        DelegatedAgreementRecord::read(&parse(delegation.as_bytes()).unwrap()).unwrap();
    for agreed in [Agreed::from(&agreement), Agreed::from(&delegation)] {
        let (context, proof) = (&context(|_| ()), None);
        let ids = DecisionIds { decision_id: "dec".into(), trace_id: "trc".into() };
        let request = Request { context, agreed: &agreed, proof };
        let made = Boundary::new("a").evaluate(&request, ids, at("12:00:00")).unwrap();
        assert!(made.decision.authorized);
        assert_eq!(made.decision.decision_valid_until, at("12:02:00"));
    }
}
