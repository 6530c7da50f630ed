use super::*;

#[test]
fn every_word_is_written_as_it_is_parsed() {
    for tier in RiskTier::ALL {
        assert_eq!(serde_json::to_string(&tier).unwrap(), format!("\"{tier}\""));
        assert_eq!(RiskTier::parse(tier.name()), Some(tier));
    }
    for domain in DomainType::ALL {
        assert_eq!(serde_json::to_string(&domain).unwrap(), format!("\"{domain}\""));
        assert_eq!(DomainType::parse(domain.name()), Some(domain));
    }
    for method in MethodType::ALL {
        assert_eq!(serde_json::to_string(&method).unwrap(), format!("\"{method}\""));
        assert_eq!(MethodType::parse(method.name()), Some(method));
    }
    for kind in [ActorKind::Human, ActorKind::Machine] {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
    }
}

#[test]
fn words_outside_the_canonical_sets_are_not_words() {
    for name in ["", "vibes", "Human_Reviewer", "human_reviewer "] {
        assert_eq!(MethodType::parse(name), None, "{name:?}");
    }
    assert_eq!(RiskTier::parse("r1"), None);
    assert_eq!(DomainType::parse("Objective"), None);
}

#[test]
fn only_objective_questions_can_be_closed_by_machines() {
    assert!(!DomainType::Objective.needs_people());
    assert!(DomainType::Normative.needs_people());
    assert!(DomainType::Mixed.needs_people());
}
