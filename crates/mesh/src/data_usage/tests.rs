use super::*;
use crate::conformance::suite_key;

fn at(time: &str) -> Datetime {
    Datetime::parse(&format!("2026-01-01T{time}Z")).unwrap()
}

fn key(name: &str) -> MeshKey {
    suite_key(name).unwrap().public().into()
}

fn source(id: &str, tags: &[&str]) -> DataSourceDescriptor {
    DataSourceDescriptor {
        source_id: id.into(),
        source_type: "public".into(),
        owner_sovereign_id: "a".into(),
        classification_tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
    }
}

fn intent() -> DataAccessIntent {
    let intent = DataAccessIntent {
        intent_id: "i".into(),
        agent_sovereign_id: "b".into(),
        decision_id: "d".into(),
        declared_sources: vec![source("s", &["open"])],
        declared_access_types: vec!["read".into()],
        estimated_volume_bytes: Some(100),
        declared_at: at("12:00:00"),
        expires_at: at("12:00:00"),
        signature: None,
    };
    intent.declare(&suite_key("b").unwrap())
}

fn record() -> DataAccessRecord {
    let mut record = DataAccessRecord {
        record_id: "r".into(),
        intent_id: "i".into(),
        agent_sovereign_id: "b".into(),
        decision_id: "d".into(),
        accessed_sources: vec![source("s", &["open"])],
        access_types_used: vec!["read".into()],
        actual_volume_bytes: None,
        accessed_at: at("12:01:00"),
        completed_at: None,
        signature: None,
    };
    record.sign(&suite_key("b").unwrap(), "b");
    record
}

/// A licence of `a`, signed by whom.
fn policy(signer: &str, change: fn(&mut DataLicensePolicy)) -> DataLicensePolicy {
    let mut policy = DataLicensePolicy {
        policy_id: "p".into(),
        licensor_sovereign_id: "a".into(),
        licensee_sovereign_id: "b".into(),
        allowed_source_ids: vec!["s".into(), "t".into()],
        allowed_access_types: Vec::new(),
        max_volume_bytes_per_session: Some(100),
        prohibited_classification_tags: vec!["pii".into(), "health".into()],
        valid_from: at("11:00:00"),
        valid_until: at("12:04:00"),
        signature: None,
    };
    change(&mut policy);
    policy.sign(&suite_key(signer).unwrap(), signer);
    policy
}

fn verify(intent: &DataAccessIntent, policy: &DataLicensePolicy, time: &str) -> Vec<Violation> {
    let (agent_keys, licensor_keys) = ([key("b")], [key("a")]);
    let demand =
        DataDemand { policy, agent_keys: &agent_keys, licensor_keys: Some(&licensor_keys) };
    intent.verify(&demand, at(time))
}

fn verify_record(record: &DataAccessRecord, intent: &DataAccessIntent) -> Vec<Violation> {
    let (policy, agent_keys) = (policy("a", |_| ()), [key("b")]);
    let licensor_keys = [key("a")];
    let demand = DataDemand {
        policy: &policy,
        agent_keys: &agent_keys,
        licensor_keys: Some(&licensor_keys),
    };
    record.verify(intent, &demand, record.ended_at())
}

fn reasons(violations: &[Violation]) -> Vec<DataUsageReason> {
    violations.iter().map(|violation| violation.reason).collect()
}

#[test]
fn what_the_licence_covers_has_no_violation() {
    assert_eq!(verify(&intent(), &policy("a", |_| ()), "12:00:00"), []);
    assert_eq!(verify_record(&record(), &intent()), []);
}

#[test]
fn every_reason_is_given() {
    let declared = |change: fn(&mut DataAccessIntent)| {
        let mut intent = intent();
        change(&mut intent);
        intent.declare(&suite_key("b").unwrap())
    };
    let done = |change: fn(&mut DataAccessRecord)| {
        let mut record = record();
        change(&mut record);
        record.sign(&suite_key("b").unwrap(), "b");
        verify_record(&record, &intent())
    };
    for reason in DataUsageReason::ALL {
        let (mut said, mut held, mut time) = (intent(), policy("a", |_| ()), "12:00:00");
        let mut found = Vec::new();
        match reason {
            DataUsageReason::IntentExceedsLicense => said.signature = None,
            DataUsageReason::IntentExpired => {
                time = "12:05:01";
                held = policy("a", |policy| policy.valid_until = at("13:00:00"));
            }
            DataUsageReason::PolicyExpired => time = "12:04:01",
            DataUsageReason::SourceNotLicensed => {
                said = declared(|intent| intent.declared_sources = vec![source("u", &[])]);
            }
            DataUsageReason::ProhibitedClassification => {
                said = declared(|intent| intent.declared_sources = vec![source("s", &["pii"])]);
            }
            DataUsageReason::AccessTypeNotPermitted => {
                said = declared(|intent| intent.declared_access_types = vec!["train".into()]);
            }
            DataUsageReason::VolumeCapExceeded => {
                said = declared(|intent| intent.estimated_volume_bytes = Some(101));
            }
            DataUsageReason::LicenseeMismatch => {
                held = policy("a", |policy| policy.licensee_sovereign_id = "c".into());
            }
            DataUsageReason::PolicyMissingSignature => held.signature = None,
            DataUsageReason::PolicyInvalidSignature => held = policy("c", |_| ()),
            DataUsageReason::IntentNotYetValid => time = "11:54:59",
            DataUsageReason::RecordMismatch => found = done(|record| record.decision_id.clear()),
            DataUsageReason::SourceNotDeclared => {
                found = done(|record| record.accessed_sources.push(source("t", &[])));
            }
            DataUsageReason::AccessTypeNotDeclared => {
                found = done(|record| record.access_types_used = vec!["derive".into()]);
                assert_eq!(found.remove(0).reason, DataUsageReason::AccessTypeNotPermitted);
            }
        }
        if found.is_empty() {
            found = verify(&said, &held, time);
        }
        assert_eq!(reasons(&found), [*reason]);
    }
}

#[test]
fn violations_are_collected_in_order_and_in_words() {
    let mut said = intent();
    said.declared_sources = vec![source("u", &["pii", "health", "open", "pii"])];
    said.declared_access_types = vec!["write".into(), "read".into(), "train".into()];
    said.estimated_volume_bytes = Some(101);
    let said = said.declare(&suite_key("b").unwrap());
    let found =
        verify(&said, &policy("c", |policy| policy.licensee_sovereign_id.clear()), "12:05:01");
    let details: Vec<_> = found.iter().map(|violation| violation.detail.as_str()).collect();
    assert_eq!(
        details,
        [
            "Intent expired at 2026-01-01 12:05:00+00:00",
            "Policy not valid at 2026-01-01 12:05:01+00:00",
            "Source 'u' not in allowed_source_ids",
            "Source 'u' has prohibited tags: ['health', 'pii']",
            "Access type 'write' not in allowed_access_types",
            "Access type 'train' not in allowed_access_types",
            "Volume 101 > max 100",
            "Policy is for ''",
            "Invalid policy signature",
        ]
    );
    let kept = said.keep(&found[0], "v".into(), at("12:05:01"));
    assert_eq!(kept.violation_type, "intent_expired");
    assert_eq!(kept.intent_id.as_deref(), Some("i"));
}

#[test]
fn a_signed_licence_counts_only_under_a_known_key() {
    let agent_keys = [key("b")];
    let verify = |policy: &DataLicensePolicy| {
        let demand = DataDemand { policy, agent_keys: &agent_keys, licensor_keys: None };
        reasons(&intent().verify(&demand, at("12:00:00")))
    };
    let mut policy = policy("a", |policy| policy.licensee_sovereign_id = "c".into());
    assert_eq!(
        verify(&policy),
        [DataUsageReason::LicenseeMismatch, DataUsageReason::PolicyInvalidSignature]
    );
    policy.signature = None;
    assert_eq!(verify(&policy), [], "the caller's own");
}

#[test]
fn a_record_is_judged_under_a_signed_intent() {
    let mut forged = intent();
    forged.estimated_volume_bytes = Some(1);
    let found = verify_record(&record(), &forged);
    assert_eq!(reasons(&found), [DataUsageReason::IntentExceedsLicense]);
    assert_eq!(found[0].detail, "Invalid intent signature");
    let unsigned = DataAccessRecord { signature: None, ..record() };
    assert_eq!(verify_record(&unsigned, &intent())[0].detail, "Missing record signature");
}
