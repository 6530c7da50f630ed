//! The trust API: agreements, decisions, disclosures, consensus, use of data.

use comity_mesh::agreement::{AgreementRecord, CapabilityOffer, PartyKeys};
use comity_mesh::boundary::BoundaryDecision;
use comity_mesh::disclosure::{CapabilityCommitment, CapabilityNullifier};
use comity_mesh::keys::MeshKey;
use comity_mesh::schema::Field;
use comity_wire::mesh_json::Value;

use crate::client::Answer;
use crate::fixture::{Na, genesis, key, now, public};

fn object<const N: usize>(members: [(&'static str, Value); N]) -> Value {
    Value::from(members)
}

fn texts(texts: &[&str]) -> Value {
    Value::List(texts.iter().map(|it| Value::from(*it)).collect())
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    if let Value::Map(members) = &mut body {
        members.insert(name.to_owned(), value);
    }
    body
}

fn read<T: Field>(answer: &Answer) -> T {
    T::read(&answer.json()).unwrap_or_else(|error| panic!("{error} in {answer:?}"))
}

fn reason(answer: &Answer) -> (u16, String, String) {
    let value = answer.json();
    let details = value.get("error").and_then(|it| it.get("details").cloned()).unwrap();
    let reason = details.get("reason").and_then(Value::as_str).unwrap_or_default().to_owned();
    (answer.status, answer.code(), reason)
}

/// Another sovereign's authority, of keys 11 and 12; the operator is the same.
fn beta() -> Na {
    Na::with(|options| {
        options.config.genesis = genesis("beta", 11, 12);
        options.secret = key(12);
    })
}

/// Two authorities whose sovereigns recognise each other.
fn pair() -> (Na, Na) {
    let (alpha, beta) = (Na::start(), beta());
    alpha.recognise("beta", &public(12));
    beta.recognise("alpha", &public(2));
    (alpha, beta)
}

fn wish(responder: &str) -> Value {
    object([
        ("responder_sovereign_id", Value::from(responder)),
        ("capabilities", texts(&["read", "write"])),
        ("scope", Value::from([("n", Value::from(1_u64))])),
        ("valid_from", Value::from(now().plus(-60).isoformat())),
        ("valid_until", Value::from("2090-01-01T02:00:00+02:00")),
        ("expires_at", Value::from(now().plus(3600).isoformat())),
    ])
}

fn counter(offer: &Value, capabilities: &[&str]) -> Value {
    object([
        ("offer", offer.clone()),
        ("capabilities", texts(capabilities)),
        ("valid_from", Value::from(now().plus(-60).isoformat())),
        ("valid_until", Value::from(now().plus(7200).isoformat())),
    ])
}

/// An agreement of both, over a counter.
fn agreed(alpha: &Na, beta: &Na) -> Value {
    let offer = alpha.admin("POST", "/admin/agreements/offer", &wish("beta"));
    assert_eq!(offer.status, 201, "{offer:?}");
    let offer = offer.json();
    let made = beta.admin("POST", "/admin/agreements/counter", &counter(&offer, &["read"]));
    assert_eq!(made.status, 201, "{made:?}");
    let both = object([("counter", made.json()), ("original_offer", offer)]);
    let accepted = alpha.admin("POST", "/admin/agreements/accept", &both);
    assert_eq!(accepted.status, 201, "{accepted:?}");
    accepted.json()
}

#[test]
fn two_authorities_come_to_an_agreement() {
    let (alpha, beta) = pair();
    let agreement = agreed(&alpha, &beta);
    let record = AgreementRecord::read(&agreement).unwrap();
    let [offerer, responder] = [public(2), public(12)].map(|key| [MeshKey::parse(&key).unwrap()]);
    let keys = PartyKeys { offerer: &offerer, responder: &responder };
    assert_eq!(record.verify_in_force(keys, None, now()), Ok(()));
    assert_eq!(record.agreed_terms.capabilities, ["read"]);
    let body = object([
        ("agreement", agreement),
        ("offerer_public_keys", texts(&[&public(2)])),
        ("responder_public_keys", texts(&[&public(12)])),
    ]);
    assert_eq!(alpha.post("/agreements/verify", &body).text("reason"), "accepted");
}

#[test]
fn an_offer_is_accepted_as_it_stands_and_keeps_its_offsets() {
    let (alpha, beta) = pair();
    let offer = alpha.admin("POST", "/admin/agreements/offer", &wish("beta"));
    let signed: CapabilityOffer = read(&offer);
    let until = signed.requested_terms.valid_until.to_string();
    assert_eq!(until, "2090-01-01T02:00:00+02:00");
    let record: AgreementRecord =
        read(&beta.admin("POST", "/admin/agreements/accept", &object([("offer", offer.json())])));
    assert_eq!(record.expires_at.to_string(), until);
    let mut forged = signed;
    forged.requested_terms.capabilities.push("admin".to_owned());
    let refused = |na: &Na, offer: Value| {
        reason(&na.admin("POST", "/admin/agreements/accept", &object([("offer", offer)])))
    };
    let rejected = |why: &str| (422, "accept_rejected".to_owned(), why.to_owned());
    assert_eq!(refused(&beta, forged.write()), rejected("mesh.agreement_bad_signature"));
    assert_eq!(refused(&alpha, offer.json()), rejected("not_the_responder"));
    let wide = counter(&offer.json(), &["read", "admin"]);
    let wide = reason(&beta.admin("POST", "/admin/agreements/counter", &wide));
    assert_eq!(wide.2, "mesh.agreement_scope_exceeded");
}

/// The reference's own suite runs both sides on one authority, whose key a treaty names as the other sovereign's.
#[test]
fn an_authority_speaks_for_a_sovereign_that_a_treaty_gives_its_key() {
    let alpha = Na::start();
    alpha.recognise("sovereign-b", &public(2));
    let offer = alpha.admin("POST", "/admin/agreements/offer", &wish("sovereign-b")).json();
    let accepted = object([("offer", offer.clone())]);
    let accepted = alpha.admin("POST", "/admin/agreements/accept", &accepted);
    assert_eq!(accepted.status, 201, "{accepted:?}");
    let made = alpha.admin("POST", "/admin/agreements/counter", &counter(&offer, &["read"]));
    assert_eq!(made.status, 201, "{made:?}");
    let body = object([("agreement", accepted.json()), ("requested_capability", text("read"))]);
    let decision: BoundaryDecision = read(&alpha.admin("POST", "/admin/boundary/decide", &body));
    assert!(!decision.authorized, "one key signed for both");
    assert_eq!(
        decision.denial_reason.as_deref(),
        Some("gate 'agreement_signatures' failed: one_key_for_both")
    );
    let body = object([("decision", decision.write())]);
    let verified = alpha.post("/boundary/verify", &body);
    assert_eq!(verified.json().get("accepted"), Some(&Value::Bool(true)));
}

fn text(text: &str) -> Value {
    Value::from(text)
}

#[test]
fn a_request_under_an_agreement_is_decided() {
    let (alpha, beta) = pair();
    let body =
        object([("agreement", agreed(&alpha, &beta)), ("requested_capability", text("read"))]);
    let made = alpha.admin("POST", "/admin/boundary/decide", &body);
    let decision: BoundaryDecision = read(&made);
    assert!(decision.authorized, "{made:?}");
    let verified = alpha.post("/boundary/verify", &object([("decision", made.json())]));
    assert_eq!(verified.text("reason"), "authorized");
    let wide = with(body.clone(), "requested_capability", text("write"));
    let decision: BoundaryDecision = read(&alpha.admin("POST", "/admin/boundary/decide", &wide));
    assert_eq!(decision.denial_reason.as_deref(), Some("capability out of scope"));
    let stranger = object([("requester_sovereign_id", text("carol"))]);
    let stranger = with(body, "context", stranger);
    let refused = reason(&alpha.admin("POST", "/admin/boundary/decide", &stranger));
    assert_eq!(refused.2, "mesh.boundary_not_the_parties");
}

#[test]
fn one_capability_is_shown_without_the_others() {
    let (alpha, beta) = pair();
    let body = object([("agreement", agreed(&alpha, &beta)), ("capabilities", texts(&["read"]))]);
    let made = alpha.admin("POST", "/admin/disclosure/commit", &body);
    let commitment: CapabilityCommitment = read(&made);
    assert_eq!(commitment.issuer_sovereign_id, "alpha");
    let ask = object([
        ("capability", text("read")),
        ("capabilities", texts(&["read"])),
        ("commitment", made.json()),
        ("prover_sovereign_id", text("beta")),
    ]);
    let proof = beta.post("/disclosure/prove", &ask);
    assert_eq!(proof.status, 200, "{proof:?}");
    let shown = object([("proof", proof.json()), ("commitment", made.json())]);
    assert_eq!(alpha.post("/disclosure/verify", &shown).text("reason"), "valid");
    let others = beta.post("/disclosure/verify", &shown).text("reason");
    assert_eq!(others, "commitment_invalid_signature");
    let once = object([("proof", proof.json())]);
    let first = beta.admin("POST", "/admin/disclosure/nullifier", &once);
    let nullifier: CapabilityNullifier = read(&first);
    let second: CapabilityNullifier =
        read(&beta.admin("POST", "/admin/disclosure/nullifier", &once));
    assert_ne!(nullifier.nonce, second.nonce);
    assert_eq!(nullifier.prover_sovereign_id, "beta");
    let wide = with(body, "capabilities", texts(&["read", "admin"]));
    let refused = reason(&alpha.admin("POST", "/admin/disclosure/commit", &wide));
    assert_eq!(refused.2, "capability_not_agreed");
    let other = with(ask, "capabilities", texts(&["read", "write"]));
    let refused = reason(&beta.post("/disclosure/prove", &other));
    assert_eq!(refused, (422, "prove_failed".into(), "mesh.disclosure_other_commitment".into()));
}

#[test]
fn votes_are_cast_and_put_together() {
    let (alpha, beta) = pair();
    let entry = object([
        ("gate_name", text("capability_check")),
        ("gate_type", text("CapabilityGate")),
        ("evaluated_at", Value::from(now())),
        ("result", Value::from(true)),
        ("reason", text("fine")),
    ]);
    let trace = object([
        ("trace_id", text("t1")),
        ("decision_id", text("d1")),
        ("agreement_id", text("a1")),
        ("operator_sovereign_id", text("carol")),
        ("traced_at", Value::from(now())),
        ("entries", Value::List(vec![entry])),
        ("final_authorized", Value::from(true)),
    ]);
    let justification = object([
        ("proof_id", text("p1")),
        ("decision_id", text("d1")),
        ("trace", trace),
        ("proof_issued_at", Value::from(now())),
        ("issuer_sovereign_id", text("carol")),
    ]);
    let ballot = object([("justification_proof", justification.clone()), ("vote", true.into())]);
    let votes: Vec<Value> = [&alpha, &beta]
        .map(|na| {
            let vote = na.admin("POST", "/admin/consensus/vote", &ballot);
            assert_eq!(vote.status, 201, "{vote:?}");
            vote.json()
        })
        .into();
    let body = object([
        ("justification_proof", justification),
        ("votes", Value::List(votes.clone())),
        ("required_threshold", Value::from(2_u64)),
        ("validator_sovereign_ids", texts(&["alpha", "beta"])),
    ]);
    let proof = alpha.admin("POST", "/admin/consensus/proof", &body);
    assert_eq!(proof.status, 201, "{proof:?}");
    let keys = object([("alpha", text(&public(2))), ("beta", text(&public(12)))]);
    let verify = object([("proof", proof.json()), ("validator_public_keys", keys)]);
    assert_eq!(alpha.post("/consensus/verify", &verify).text("reason"), "valid");
    let twice = with(body.clone(), "votes", Value::List(vec![votes[0].clone(), votes[0].clone()]));
    let refused = reason(&alpha.admin("POST", "/admin/consensus/proof", &twice));
    assert_eq!((refused.0, refused.1.as_str()), (422, "proof_assembly_failed"));
    let forged = with(votes[1].clone(), "reason", text("changed"));
    let forged = with(body, "votes", Value::List(vec![votes[0].clone(), forged]));
    let refused = reason(&alpha.admin("POST", "/admin/consensus/proof", &forged));
    assert_eq!(refused.2, "invalid_vote_signature");
}

fn license(licensee: &str) -> Value {
    object([
        ("licensee_sovereign_id", text(licensee)),
        ("allowed_source_ids", texts(&["src-1"])),
        ("allowed_access_types", texts(&["read"])),
        ("max_volume_bytes_per_session", Value::from(100_u64)),
        ("valid_from", Value::from(now().plus(-60).isoformat())),
        ("valid_until", Value::from(now().plus(3600).isoformat())),
    ])
}

#[test]
fn a_licence_stays_across_a_restart_and_intents_are_held_against_it() {
    let (alpha, beta) = pair();
    assert_eq!(alpha.get("/data-usage/policy").code(), "no_policy");
    let first = alpha.admin("POST", "/admin/data-usage/policy", &license("carol"));
    let licence = alpha.admin("POST", "/admin/data-usage/policy", &license("beta"));
    assert_eq!((first.status, licence.status), (201, 201));
    let alpha = alpha.restart();
    assert_eq!(alpha.get("/data-usage/policy").bytes, licence.bytes);
    let source = object([
        ("source_id", text("src-1")),
        ("source_type", text("public")),
        ("owner_sovereign_id", text("alpha")),
    ]);
    let intent = object([
        ("sources", Value::List(vec![source])),
        ("access_types", texts(&["read"])),
        ("estimated_volume_bytes", Value::from(100_u64)),
    ]);
    let verdict = |intent: &Value| {
        let made = beta.admin("POST", "/admin/data-usage/intent", intent);
        assert_eq!(made.status, 201, "{made:?}");
        let body = object([
            ("intent", made.json()),
            ("policy", licence.json()),
            ("agent_public_keys", texts(&[&public(12)])),
        ]);
        alpha.post("/data-usage/verify", &body).json()
    };
    let good = verdict(&intent);
    assert_eq!(good.get("valid"), Some(&Value::Bool(true)), "{good:?}");
    assert_eq!(good.get("violation_reason"), Some(&Value::Null));
    let wide = with(intent, "access_types", texts(&["train", "read"]));
    let bad = verdict(&wide);
    assert_eq!(bad.get("violation_reason"), Some(&text("access_type_not_permitted")));
    assert_eq!(bad.get("violation_count"), Some(&Value::from(1_u64)));
    let kept = bad.get("violations").unwrap().items()[0].clone();
    assert!(kept.get("violation_id").is_some() && kept.get("detected_at").is_some());
}

#[test]
fn the_licence_is_read_120_times_a_minute_and_each_check_counts_apart() {
    let alpha = Na::start();
    for _ in 0..120 {
        assert_eq!(alpha.get("/data-usage/policy").status, 404);
    }
    assert_eq!(alpha.get("/data-usage/policy").code(), "rate_limit_exceeded");
    for _ in 0..60 {
        assert_eq!(alpha.post("/data-usage/verify", &object([])).code(), "missing_verify_fields");
    }
    assert_eq!(alpha.post("/data-usage/verify", &object([])).status, 429);
    assert_eq!(alpha.post("/disclosure/verify", &object([])).code(), "missing_verify_fields");
}

#[test]
fn what_is_malformed_is_named_recorded_and_changes_nothing() {
    let (alpha, beta) = pair();
    let agreement = agreed(&alpha, &beta);
    let (licence, before) = (license("beta"), alpha.snapshot());
    let decide = object([("agreement", agreement), ("requested_capability", text("read"))]);
    let cases: Vec<(&str, &str, Value)> = vec![
        ("offer", "missing_offer_fields", object([])),
        ("offer", "missing_offer_fields", with(wish("b"), "capabilities", text("read"))),
        ("offer", "invalid_timestamps", with(wish("b"), "expires_at", text("2090-01-01T00:00:00"))),
        ("offer", "invalid_timestamps", with(wish("b"), "valid_from", Value::from(5_u64))),
        (
            "offer",
            "invalid_timestamp_order",
            with(wish("b"), "valid_until", text("2000-01-01T00:00:00Z")),
        ),
        ("offer", "invalid_scope", with(wish("b"), "scope", text("all"))),
        ("offer", "offer_rejected", wish("alpha")),
    ];
    for (route, code, body) in cases {
        let answer = alpha.admin("POST", &format!("/admin/agreements/{route}"), &body);
        assert_eq!(answer.code(), code);
        assert!((400..500).contains(&answer.status) && alpha.has_audited(code));
    }
    let keys = with(decide.clone(), "offerer_public_keys", texts(&["????"]));
    let refused = alpha.admin("POST", "/admin/boundary/decide", &keys);
    assert_eq!(refused.code(), "invalid_public_keys");
    let context = with(decide, "context", object([("context_freshness_seq", text("1"))]));
    let refused = alpha.admin("POST", "/admin/boundary/decide", &context);
    assert_eq!(refused.code(), "invalid_context");
    let volume = with(licence, "max_volume_bytes_per_session", text("many"));
    let refused = alpha.admin("POST", "/admin/data-usage/policy", &volume);
    assert_eq!(refused.code(), "invalid_volume");
    assert_eq!(alpha.post("/disclosure/prove", &object([])).code(), "missing_prove_fields");
    assert!(alpha.has_audited("missing_prove_fields"));
    assert_eq!(alpha.get("/data-usage/policy").code(), "no_policy");
    assert_eq!(alpha.snapshot(), before);
}
