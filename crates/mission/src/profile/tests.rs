use std::collections::BTreeSet;

use comity_constitution::{MethodType, RiskTier};
use comity_wire::KeyId;
use proptest::prelude::{prop_assert_eq, proptest};

use super::{ActorInfo, Conflict, Independence, Label, Party, ProfileError, ReviewerProfile, Role};
use crate::limits::LABEL_BYTES_MAX;

fn key(name: &str) -> KeyId {
    KeyId::parse(&format!("did:key:z6Mk{name}")).unwrap()
}

fn machine() -> ActorInfo {
    ActorInfo {
        key: key("rev"),
        name: "Reviewer One".to_owned(),
        is_human: false,
        model_family: "Claude ".to_owned(),
        method_type: "reasoning_model".to_owned(),
        region: "EU West".to_owned(),
        organisation: "House & Sons".to_owned(),
        roles: BTreeSet::from([Role::Reviewer]),
    }
}

fn label(text: &str) -> Option<String> {
    Label::parse(text).map(|label| label.as_str().to_owned())
}

#[test]
fn spellings_of_one_name_are_one_label() {
    for text in ["claude 3", "Claude-3", " CLAUDE_3 ", "claude -_ 3", "\tclaude\t3"] {
        assert_eq!(label(text).as_deref(), Some("claude-3"), "{text:?}");
    }
    assert_eq!(label("\u{c9}cole"), label("\u{e9}cole"));
    assert_eq!(label("\u{130}zmir").as_deref(), Some("izmir"), "a lower case of two characters");
}

#[test]
fn blank_long_and_invisible_names_are_no_labels() {
    let long = "x".repeat(LABEL_BYTES_MAX + 1);
    for text in ["", " ", "-", "_ _", "claude\u{200b}", "claude\0", "a\nb", &long] {
        assert_eq!(label(text), None, "{text:?}");
    }
    assert_eq!(label(&long[1..]).map(|text| text.len()), Some(LABEL_BYTES_MAX));
}

#[test]
fn a_profile_is_canonical() {
    let profile = ReviewerProfile::check(&machine()).unwrap();
    assert_eq!(profile.family().as_str(), "claude");
    assert_eq!(profile.region().as_str(), "eu-west");
    assert_eq!(profile.organisation().as_str(), "house-&-sons");
    assert_eq!((profile.method(), profile.is_human()), (MethodType::ReasoningModel, false));
}

#[test]
fn every_human_is_of_the_human_family() {
    for family in ["", "human", "Human_Reviewer", "claude"] {
        let human = ActorInfo {
            is_human: true,
            model_family: family.to_owned(),
            method_type: "human_reviewer".to_owned(),
            ..machine()
        };
        let profile = ReviewerProfile::check(&human).unwrap();
        assert_eq!(profile.family().as_str(), "human");
        assert!(profile.is_human());
    }
}

#[test]
fn no_kind_passes_for_the_other() {
    let refusal = |actor: ActorInfo| ReviewerProfile::check(&actor).unwrap_err();
    let of_kind = |field| ProfileError::NotOfItsKind { key: key("rev"), field };
    assert_eq!(refusal(ActorInfo { is_human: true, ..machine() }), of_kind("method_type"));
    let method_type = "human_reviewer".to_owned();
    assert_eq!(refusal(ActorInfo { method_type, ..machine() }), of_kind("method_type"));
    for family in ["HUMAN", "human reviewer"] {
        let model_family = family.to_owned();
        assert_eq!(refusal(ActorInfo { model_family, ..machine() }), of_kind("model_family"));
    }
}

#[test]
fn every_declared_field_is_needed() {
    let refusal = |change: fn(&mut ActorInfo)| {
        let mut actor = machine();
        change(&mut actor);
        ReviewerProfile::check(&actor).unwrap_err()
    };
    let bad = |field| ProfileError::BadLabel { key: key("rev"), field };
    assert_eq!(refusal(|actor| actor.name.clear()), bad("name"));
    assert_eq!(refusal(|actor| actor.model_family.clear()), bad("model_family"));
    assert_eq!(refusal(|actor| actor.region.clear()), bad("region"));
    assert_eq!(refusal(|actor| actor.organisation.clear()), bad("organisation"));
    let unknown = ProfileError::UnknownMethod { key: key("rev") };
    assert_eq!(refusal(|actor| actor.method_type.clear()), unknown);
    assert_eq!(refusal(|actor| actor.method_type.push(' ')), unknown);
}

#[test]
fn roles_read_their_own_names_and_no_others() {
    for role in [Role::Worker, Role::Reviewer, Role::Owner, Role::Gate, Role::Device] {
        assert_eq!(Role::parse(role.name()), Some(role));
    }
    assert_eq!(Role::parse("Reviewer"), None);
    assert_eq!(Role::parse(""), None);
}

#[test]
fn a_partys_organisation_conflicts_from_r1_up() {
    let profile = ReviewerProfile::check(&machine()).unwrap();
    let conflict = |tier, party: &str, organisation: &str| {
        let organisation = Label::parse(organisation).unwrap();
        let parties = vec![Party { key: key(party), organisation }];
        Independence { tier, parties }.conflict(&profile)
    };
    assert_eq!(conflict(RiskTier::R0, "rev", "elsewhere"), Some(Conflict::IsParty));
    assert_eq!(conflict(RiskTier::R0, "worker", "house & sons"), None);
    let shared = Some(Conflict::SharesOrganisation);
    assert_eq!(conflict(RiskTier::R1, "worker", "HOUSE & SONS"), shared);
    assert_eq!(conflict(RiskTier::R2, "worker", "House & Sons"), shared);
    assert_eq!(conflict(RiskTier::R2, "worker", "house"), None);
}

proptest! {
    /// A canonical text is its own canonical form.
    #[test]
    fn canonicalising_twice_changes_nothing(text in "\\PC{0,40}") {
        if let Some(once) = label(&text)
            && once.len() <= LABEL_BYTES_MAX
        {
            prop_assert_eq!(label(&once), Some(once));
        }
    }
}
