use std::cmp::Ordering;

use comity_wire::mesh_json::parse;

use super::*;
use crate::conformance::suite_key;
use crate::keys::MeshKey;

fn at(time: &str) -> Datetime {
    Datetime::parse(&format!("2026-01-01T{time}Z")).unwrap()
}

fn json(text: &str) -> Value {
    parse(text.as_bytes()).unwrap()
}

fn policy() -> HumanOversightPolicy {
    HumanOversightPolicy::read(&json(
        r#"{"policy_id":"p","agreement_id":"g","human_sovereign_id":"h",
        "allowed_capabilities":["pay"],"counterparty_allowlist":["b"],"value_threshold":100,
        "allowed_hours":[8,18],"frequency_limit":[3,60],"created_at":"2026-01-01T00:00:00Z"}"#,
    ))
    .unwrap()
}

fn proposed(text: &str) -> BTreeMap<String, Value> {
    json(text).members().unwrap().clone()
}

fn action(proposed: &BTreeMap<String, Value>) -> Action<'_> {
    let requesting_sovereign_id = "b";
    Action { proposed, requesting_sovereign_id, recent_action_count: 0, anomaly: false }
}

#[test]
fn each_check_has_its_outcome_and_its_words() {
    let fine = proposed(r#"{"capability":"pay","value":100}"#);
    let quiet = policy().evaluate(&action(&fine), at("12:00:00"));
    assert_eq!(quiet.result, Escalation::Automatic);
    assert!(quiet.checks.iter().all(|(_, outcome)| *outcome == CheckOutcome::Pass));
    let names: Vec<&str> = quiet.checks.iter().map(|(name, _)| *name).collect();
    let base = action(&fine);
    let stranger = Action { requesting_sovereign_id: "c", ..base };
    let often = Action { recent_action_count: 3, ..base };
    let odd = Action { anomaly: true, ..base };
    let [other, dear, final_, novel] = [
        r#"{"capability":"it's"}"#,
        r#"{"capability":"pay","value":100.5}"#,
        r#"{"capability":"pay","irreversible":1}"#,
        r#"{"capability":"pay","novel_counterparty":"yes"}"#,
    ]
    .map(proposed);
    let cases = [
        ("capability_scope", action(&other), "capability \"it's\" not in policy allowed list"),
        ("counterparty_allowlist", stranger, "requester 'c' not in counterparty allowlist"),
        ("value_threshold", action(&dear), "action value 100.5 > threshold 100.0"),
        ("time_window", base, "request hour 18 UTC outside allowed window [8, 18)"),
        ("frequency_limit", often, "recent_action_count 3 >= limit 3"),
        ("irreversibility", action(&final_), "action is tagged as irreversible"),
        ("novel_counterparty", action(&novel), "first interaction with this counterparty"),
        ("anomaly_flag", odd, "anomaly flag raised by caller"),
    ];
    assert_eq!(names, cases.map(|(name, ..)| name));
    for (name, action, reason) in cases {
        let time = if name == "time_window" { "18:00:00" } else { "12:00:00" };
        let found = policy().evaluate(&action, at(time));
        let is_block = matches!(name, "capability_scope" | "anomaly_flag");
        let (outcome, result) = if is_block {
            (CheckOutcome::Block, Escalation::Block)
        } else {
            (CheckOutcome::Escalate, Escalation::HumanApprove)
        };
        assert_eq!(found.result, result, "{name}");
        assert_eq!(found.escalation_reasons, [reason]);
        for (checked, came) in found.checks {
            let expected = if checked == name { outcome } else { CheckOutcome::Pass };
            assert_eq!((checked, came.as_str()), (checked, expected.as_str()));
        }
    }
}

#[test]
fn hours_may_wrap_around_midnight_and_are_those_of_utc() {
    let fine = proposed(r#"{"capability":"pay"}"#);
    let night = HumanOversightPolicy { allowed_hours: Some((22, 6)), ..policy() };
    let result = |policy: &HumanOversightPolicy, time: Datetime| {
        policy.evaluate(&action(&fine), time).result
    };
    assert_eq!(result(&night, at("23:00:00")), Escalation::Automatic);
    assert_eq!(result(&night, at("05:59:59")), Escalation::Automatic);
    assert_eq!(result(&night, at("06:00:00")), Escalation::HumanApprove);
    let elsewhere = Datetime::parse("2026-01-01T23:00:00+12:00").unwrap();
    assert_eq!(result(&policy(), elsewhere), Escalation::Automatic, "11:00 UTC");
}

#[test]
fn no_value_slips_under_the_threshold() {
    let result = |value: &str| {
        let proposed = proposed(&format!(r#"{{"capability":"pay","value":{value}}}"#));
        policy().evaluate(&action(&proposed), at("12:00:00")).result
    };
    for low in ["100", "100.0", "99.99999999999999", "-1e300", "-0.0"] {
        assert_eq!(result(low), Escalation::Automatic, "{low}");
    }
    let huge = "9".repeat(400);
    for high in ["101", "100.00000000000001", "1e300", &huge, r#""1000""#, "null", "[1]", "true"] {
        assert_eq!(result(high), Escalation::HumanApprove, "{high}");
    }
}

#[test]
fn numbers_are_compared_exactly() {
    let compare = |left: &str, right: &str| compare(&json(left), &json(right));
    for (left, right, order) in [
        ("9007199254740993", "9007199254740992.0", Ordering::Greater),
        ("0.1", "0.1", Ordering::Equal),
        ("0", "-0.0", Ordering::Equal),
        ("-2", "-1.5", Ordering::Less),
        ("5e-324", "0", Ordering::Greater),
        ("-1", "1", Ordering::Less),
        ("12", "9", Ordering::Greater),
    ] {
        assert_eq!(compare(left, right), Some(order), "{left} and {right}");
        assert_eq!(compare(right, left), Some(order.reverse()), "{right} and {left}");
    }
    assert_eq!(compare("true", "1"), None);
    assert_eq!(Real::read(&json("1")).unwrap().write(), json("1.0"));
    assert!(Real::read(&json(&"9".repeat(400))).is_err());
}

#[test]
fn policies_are_signed_in_the_layout_of_the_reference() {
    let mut policy = policy();
    policy.sign(&suite_key("a").unwrap(), "a");
    let text = String::from_utf8(policy.signed_bytes()).unwrap();
    assert!(text.contains(r#""value_threshold":100.0"#), "{text}");
    assert!(text.contains(r#""frequency_limit":[3,60]"#), "{text}");
    assert_eq!(HumanOversightPolicy::read(&policy.write()), Ok(policy));
    for level in [Escalation::Automatic, Escalation::HumanApprove, Escalation::Block] {
        assert_eq!(Escalation::read(&level.write()), Ok(level));
    }
    assert!(Escalation::read(&json(r#""maybe""#)).is_err());
    assert!(<(u64, u64)>::read(&json("[1,2,3]")).is_err());
}

/// What agent `b` and person `a` make of an action that needs approval.
struct Story {
    request: HumanApprovalRequest,
    response: HumanApprovalResponse,
    commitment: DualSignedCommitment,
}

fn approval() -> Approval {
    Approval { response_id: "s".into(), commitment_id: "c".into(), note: None }
}

fn request() -> HumanApprovalRequest {
    let dear = proposed(r#"{"capability":"pay","value":101}"#);
    let proposal = Proposal { request_id: "r".into(), action: action(&dear) };
    let secret = suite_key("b").unwrap();
    propose(&policy(), proposal, at("12:00:00"), (&secret, "b")).unwrap()
}

fn story() -> Story {
    let (request, secret) = (request(), suite_key("a").unwrap());
    let (response, commitment) =
        approve(&request, &policy(), approval(), at("12:01:00"), (&secret, "a")).unwrap();
    Story { request, response, commitment }
}

fn verify(story: &Story, human: &str, with_request: bool) -> Result<(), CommitmentReason> {
    let key = |name: &str| MeshKey::from(suite_key(name).unwrap().public());
    let (agent_keys, human_keys) = ([key("b")], [key(human)]);
    let demand = CommitmentDemand {
        agent_keys: &agent_keys,
        human_keys: &human_keys,
        request: with_request.then_some(&story.request),
        response: Some(&story.response),
    };
    story.commitment.verify(&demand, at("12:11:00"))
}

#[test]
fn every_reason_is_given() {
    assert_eq!(verify(&story(), "a", true), Ok(()));
    for reason in CommitmentReason::ALL {
        let (mut story, mut human, mut with_request) = (story(), "a", true);
        let commitment = &mut story.commitment;
        match reason {
            CommitmentReason::MissingAgentSignature => commitment.agent_signature = None,
            CommitmentReason::MissingHumanSignature => commitment.human_signature = None,
            CommitmentReason::RequestResponseMismatch => story.request.request_id = "x".into(),
            CommitmentReason::InvalidAgentSignature => story.request.policy_id = "x".into(),
            CommitmentReason::InvalidHumanSignature => commitment.agreement_id = "x".into(),
            CommitmentReason::Expired => commitment.expires_at = at("12:10:59"),
            CommitmentReason::RequestMissing => with_request = false,
            CommitmentReason::PartiesShareKey => human = "b",
            CommitmentReason::ActionMismatch => commitment.proposed_action.clear(),
            CommitmentReason::ApprovedTooLate => commitment.committed_at = at("12:05:01"),
            CommitmentReason::NotApproved => story.response.approved = false,
        }
        let is_changed_on_the_way = matches!(
            reason,
            CommitmentReason::MissingHumanSignature | CommitmentReason::InvalidHumanSignature
        );
        if !is_changed_on_the_way {
            story.commitment.sign(&suite_key(human).unwrap(), human);
            story.response.sign(&suite_key(human).unwrap(), human);
        }
        assert_eq!(verify(&story, human, with_request), Err(*reason));
    }
}

#[test]
fn an_agent_may_sign_the_commitment_itself() {
    let mut story = story();
    let mut by_agent = story.commitment.clone();
    by_agent.sign(&suite_key("b").unwrap(), "b");
    story.commitment.agent_signature = by_agent.human_signature;
    assert_eq!(verify(&story, "a", false), Ok(()));
    assert_eq!(verify(&story, "a", true), Err(CommitmentReason::InvalidAgentSignature));
}

#[test]
fn a_response_counts_only_under_the_persons_signature() {
    let mut story = story();
    story.response.response_note = Some("fine".into());
    assert_eq!(verify(&story, "a", true), Err(CommitmentReason::InvalidHumanSignature));
}

#[test]
fn asking_and_answering_are_refused_by_name() {
    let secret = suite_key("b").unwrap();
    let ask = |text: &str| {
        let proposed = proposed(text);
        let proposal = Proposal { request_id: "r".into(), action: action(&proposed) };
        propose(&policy(), proposal, at("12:00:00"), (&secret, "b")).unwrap_err()
    };
    assert_eq!(ask(r#"{"capability":"pay"}"#).code(), "mesh.oversight_automatic");
    let blocked = ask("{}");
    assert_eq!(blocked.code(), "mesh.oversight_blocked");
    assert!(blocked.to_string().contains("capability None not in policy"), "{blocked}");
    let answer = |policy: &HumanOversightPolicy, time: &str| {
        reject(&request(), policy, approval(), at(time), (&secret, "b"))
    };
    let rejected = answer(&policy(), "12:05:00").unwrap();
    assert!(!rejected.approved);
    let late = answer(&policy(), "12:05:01").unwrap_err();
    assert_eq!(late.code(), "mesh.oversight_request_expired");
    let other = HumanOversightPolicy { policy_id: "q".into(), ..policy() };
    assert_eq!(answer(&other, "12:05:00").unwrap_err().code(), "mesh.oversight_other_policy");
}
