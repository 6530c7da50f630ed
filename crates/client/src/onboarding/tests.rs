use std::collections::BTreeMap;

use comity_mesh::keys::SignedObject as _;
use comity_mesh::operator::onboarding::OnboardingStep;
use comity_mesh::operator::roster::OperatorRoster;
use comity_mesh::schema::Field as _;
use comity_sign::SigningKey;
use comity_wire::mesh_json::Value;

use super::{Given, NotShown, Sources};
use crate::Remote;
use crate::memory::{ALPHA, BETA, Memory, World, at};
use crate::review::Identity;

fn roster(world: &World, operator: String) -> Value {
    let mut roster = OperatorRoster {
        object_type: OperatorRoster::OBJECT_TYPE.to_owned(),
        sovereign_id: world.name.to_owned(),
        issued_at: at(),
        operators: BTreeMap::from([("op".to_owned(), operator)]),
        issued_by: "na-1".to_owned(),
        signature: None,
    };
    roster.sign(&world.authority(), "na-1");
    roster.write()
}

/// What is said about a step of alpha, with its peer if there is one.
fn said(
    memory: &Memory,
    peer: bool,
    given: &Given,
    step: OnboardingStep,
) -> Result<usize, NotShown> {
    let (endpoint, other) = (ALPHA.endpoint(), BETA.endpoint());
    let own = Remote::new(&endpoint, memory);
    let identity = Identity::read(&own, None, at()).unwrap();
    let secret = SigningKey::from_seed([3; 32]);
    let sources = Sources {
        own,
        identity: &identity,
        peer: peer.then(|| Remote::new(&other, memory)),
        given,
        signer: (&secret, "op"),
        report_id: "r",
    };
    sources.show(step, at()).map(|shown| shown.len())
}

fn world() -> Memory {
    let mut memory = Memory::default();
    ALPHA.answer(&mut memory);
    BETA.answer(&mut memory);
    memory
}

#[test]
fn what_is_not_given_is_asked_for() {
    let (memory, none) = (world(), Given::default());
    let code = |step| said(&memory, false, &none, step).unwrap_err().code();
    assert_eq!(code(OnboardingStep::BackupRestored), "client.step_needs_backup");
    assert_eq!(code(OnboardingStep::RevocationProven), "client.step_needs_proof");
    assert_eq!(code(OnboardingStep::BundleExported), "client.step_needs_bundle");
    assert_eq!(code(OnboardingStep::TreatyReceived), "client.step_needs_peer");
    assert_eq!(code(OnboardingStep::EndpointsOpen), "client.step_endpoint");
    assert_eq!(code(OnboardingStep::HeartbeatSent), "client.not_there");
    assert_eq!(said(&memory, false, &none, OnboardingStep::GenesisSigned), Ok(1));
}

#[test]
fn keys_that_serve_two_purposes_are_no_step() {
    let mut memory = world();
    let path = format!("GET {}", ALPHA.url("/operator/keys"));
    let step = OnboardingStep::KeysMade;
    memory.answer(&path, 200, &roster(&ALPHA, ALPHA.authority_key()));
    assert_eq!(said(&memory, false, &Given::default(), step), Err(NotShown::KeysNotApart));
    memory.answer(&path, 200, &roster(&ALPHA, BETA.authority_key()));
    assert_eq!(said(&memory, false, &Given::default(), step), Ok(1));
}

#[test]
fn a_treaty_counts_if_it_names_the_keys_of_both() {
    let mut memory = world();
    let rows = |treaty: Option<Value>| {
        let row = treaty
            .map(|treaty| Value::from([("treaty", treaty), ("status", Value::from("active"))]));
        Value::from([("recognition_treaties", Value::List(row.into_iter().collect()))])
    };
    let query = "?issuer_sovereign_id=beta&subject_sovereign_id=alpha&status=active";
    let path = format!("GET {}", BETA.url(&format!("/recognition-treaties{query}")));
    let (none, step) = (Given::default(), OnboardingStep::TreatyReceived);
    memory.answer(&path, 200, &rows(None));
    assert_eq!(said(&memory, true, &none, step), Err(NotShown::NoTreaty));
    // Beta recognises an alpha with another key.
    let mut other = BETA.treaty("t", &ALPHA);
    other.subject_public_keys = vec![BETA.authority_key()];
    memory.answer(&path, 200, &rows(Some(other.issue(&BETA.authority()).unwrap().write())));
    assert_eq!(said(&memory, true, &none, step), Err(NotShown::NoTreaty));
    memory.answer(&path, 200, &rows(Some(BETA.treaty("t", &ALPHA).write())));
    assert_eq!(said(&memory, true, &none, step), Ok(2));
}

#[test]
fn papers_that_do_not_hold_show_nothing() {
    let memory = world();
    let empty = || Some(Value::from([]));
    let given = Given { proof: empty(), bundle: empty(), receipt: empty(), backup: empty() };
    let proven = said(&memory, false, &given, OnboardingStep::RevocationProven);
    assert_eq!(proven, Err(NotShown::BadProof));
    let exported = said(&memory, false, &given, OnboardingStep::BundleExported);
    assert_eq!(exported, Err(NotShown::BadBundle));
    assert_eq!(said(&memory, false, &given, OnboardingStep::BackupRestored), Ok(1));
}
