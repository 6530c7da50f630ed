//! Operator life: continuity, case files, managing partners, onboarding, checks, assets, packages, maps.
//!
//! Every suite answers `valid` and `reason` (`accepted` if there is none), and what else the object gives away. The time is
//! `at` in the input, or [`SUITE_TIME`].

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Value};

use super::{CaseError, Keys, suite_time};
use crate::case_file::CaseFile;
use crate::continuity::{OfflineNotice, OperatorHeartbeat, Received, assess};
use crate::keys::MeshKey;
use crate::managing_partner::{AssistanceNote, DelegationEnd, Engagement, PartnerDelegation};
use crate::operator::assets::AssetManifest;
use crate::operator::checks::CheckReport;
use crate::operator::map;
use crate::operator::onboarding::{self, OnboardingStatement};
use crate::operator::package::ClientPackage;
use crate::schema::{Field, SchemaError, member, members};

/// What [`super::verify`] can judge.
pub(super) const SUITES: &[(&str, super::Operation)] = &[
    ("asset_manifest", asset_manifest),
    ("case_file", case_file),
    ("check_report", check_report),
    ("client_package", client_package),
    ("delegation_end", delegation_end),
    ("managing_partner", managing_partner),
    ("offline_notice", offline_notice),
    ("onboarding", onboarding),
    ("operator_heartbeat", heartbeat),
];

/// Suites of one object that names its sovereign, and the member of the input that holds it.
const DOCUMENTS: &[(&str, &str)] = &[
    ("asset_manifest", "manifest"),
    ("case_file", "case_file"),
    ("check_report", "report"),
    ("delegation_end", "end"),
    ("managing_partner", "delegation"),
    ("offline_notice", "notice"),
    ("operator_heartbeat", "heartbeat"),
];

/// The input of a suite for a document as it lies on disk: either the object alone, which then speaks for the sovereign
/// that it names, or the members of the input (what a client's package or a partner's note needs beside it).
pub(super) fn input_of(suite: &str, document: &Value, keys: &[String], at: Datetime) -> Value {
    let object = DOCUMENTS.iter().find(|(name, _)| *name == suite).map(|(_, member)| *member);
    let is_alone = document.get("object_type").is_some();
    let mut input = match object {
        Some(member) if is_alone => {
            let about =
                |name: &str| document.get(name).map(|value| (name.to_owned(), value.clone()));
            let named = [about("sovereign_id"), about("delegation_id")].into_iter().flatten();
            named.chain([(member.to_owned(), document.clone())]).collect()
        }
        Some(_) | None => document.members().cloned().unwrap_or_default(),
    };
    input.insert("public_keys".to_owned(), keys.to_vec().write());
    input.insert("at".to_owned(), at.write());
    Value::Map(input)
}

/// One member of the input.
fn part<T: Field>(input: &Value, name: &str) -> Result<T, SchemaError> {
    member(members(input)?, name, None)
}

/// One member of the input that may be absent.
fn part_or<T: Field>(input: &Value, name: &str, default: T) -> Result<T, SchemaError> {
    member(members(input)?, name, Some(default))
}

fn at(input: &Value) -> Result<Datetime, CaseError> {
    let time = suite_time(input)?;
    Ok(part_or(input, "at", time)?)
}

fn keys(input: &Value, name: &str) -> Result<Vec<MeshKey>, CaseError> {
    let texts: Vec<String> = part_or(input, name, Vec::new())?;
    MeshKey::parse_all(&texts).map_err(|_| CaseError::Other("a public key is none"))
}

/// `valid` and `reason`, and other members.
fn answer<R: std::fmt::Display, const N: usize>(
    result: Result<(), R>,
    others: [(&str, Value); N],
) -> Value {
    let reason = result.err().map(|reason| reason.to_string());
    let is_valid = reason.is_none();
    let reason = reason.unwrap_or_else(|| "accepted".to_owned());
    let verdict = [("valid", Value::from(is_valid)), ("reason", Value::from(reason))];
    let members = verdict.into_iter().chain(others);
    Value::Map(members.map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A document that cannot be read is no vector's fault: `reason` is `malformed`, `path` the place.
fn malformed(error: &SchemaError) -> Value {
    answer(Err("malformed"), [("path", Value::from(error.path.as_str()))])
}

/// Reads the object of a suite, or says why it is none.
macro_rules! read_or_answer {
    ($input:expr, $name:literal) => {
        match part($input, $name) {
            Ok(object) => object,
            Err(error) => return Ok(malformed(&error)),
        }
    };
}

pub(super) fn heartbeat(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let heartbeat: OperatorHeartbeat = read_or_answer!(input, "heartbeat");
    let sovereign: String = part(input, "sovereign_id")?;
    let min: Option<u64> = part_or(input, "min_sequence", None)?;
    let keys = keys(input, "public_keys")?;
    Ok(answer(heartbeat.verify(&sovereign, &keys, min, at(input)?), []))
}

pub(super) fn offline_notice(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let notice: OfflineNotice = read_or_answer!(input, "notice");
    let sovereign: String = part(input, "sovereign_id")?;
    Ok(answer(notice.verify(&sovereign, &keys(input, "public_keys")?, at(input)?), []))
}

pub(super) fn continuity(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let sovereign: String = part(input, "sovereign_id")?;
    let received = Received {
        sovereign_id: &sovereign,
        keys: &keys(input, "public_keys")?,
        heartbeats: &part_or::<Vec<OperatorHeartbeat>>(input, "heartbeats", Vec::new())?,
        notices: &part_or::<Vec<OfflineNotice>>(input, "notices", Vec::new())?,
        feed_issued_at: part_or(input, "feed_issued_at", None)?,
    };
    Ok(assess(&received, at(input)?).write())
}

pub(super) fn case_file(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let file: CaseFile = read_or_answer!(input, "case_file");
    match file.verify(&keys(input, "public_keys")?, at(input)?) {
        Ok(standing) => Ok(answer(
            Ok::<(), &str>(()),
            [
                ("step", Value::from(standing.step.as_str())),
                ("head", standing.head.write()),
                ("withheld_count", Value::from(standing.withheld_count as u64)),
                ("escalation_ready", Value::from(standing.is_escalation_ready)),
            ],
        )),
        Err(fault) => Ok(answer(Err(fault.reason), [("sequence", Value::from(fault.sequence))])),
    }
}

pub(super) fn managing_partner(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let delegation: PartnerDelegation = read_or_answer!(input, "delegation");
    let sovereign: String = part(input, "sovereign_id")?;
    let engagement = Engagement {
        sovereign_id: &sovereign,
        operator_keys: &keys(input, "public_keys")?,
        delegation: &delegation,
        ends: &part_or::<Vec<DelegationEnd>>(input, "ends", Vec::new())?,
    };
    let note: Option<AssistanceNote> = part_or(input, "note", None)?;
    let at = at(input)?;
    Ok(match note {
        Some(note) => answer(engagement.verify_note(&note, at), []),
        None => answer(engagement.verify(at), []),
    })
}

pub(super) fn delegation_end(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let end: DelegationEnd = read_or_answer!(input, "end");
    let sovereign: String = part(input, "sovereign_id")?;
    let delegation: String = part(input, "delegation_id")?;
    Ok(answer(end.verify(&sovereign, &delegation, &keys(input, "public_keys")?), []))
}

pub(super) fn onboarding(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let statements: Vec<OnboardingStatement> = read_or_answer!(input, "statements");
    let sovereign: String = part(input, "sovereign_id")?;
    let keys = keys(input, "public_keys")?;
    match onboarding::verify(&sovereign, &statements, &keys, at(input)?) {
        Ok(list) => Ok(answer(Ok::<(), &str>(()), [("checklist", list.write())])),
        Err(reason) => Ok(answer(Err(reason), [])),
    }
}

pub(super) fn check_report(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let report: CheckReport = read_or_answer!(input, "report");
    let sovereign: String = part(input, "sovereign_id")?;
    let result = report.verify(&sovereign, &keys(input, "public_keys")?, at(input)?);
    Ok(answer(result, [("good", Value::from(report.is_good()))]))
}

pub(super) fn asset_manifest(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let manifest: AssetManifest = read_or_answer!(input, "manifest");
    let sovereign: String = part(input, "sovereign_id")?;
    let min: Option<u64> = part_or(input, "min_sequence", None)?;
    let keys = keys(input, "public_keys")?;
    Ok(answer(manifest.verify(&sovereign, &keys, min, at(input)?), []))
}

pub(super) fn client_package(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let package: ClientPackage = read_or_answer!(input, "package");
    let sovereign: String = part(input, "sovereign_id")?;
    let named: BTreeMap<String, Vec<String>> = part_or(input, "issuers", BTreeMap::new())?;
    let mut issuers = BTreeMap::new();
    for (name, texts) in named {
        let keys = MeshKey::parse_all(&texts);
        issuers.insert(name, keys.map_err(|_| CaseError::Other("a public key is none"))?);
    }
    let keys = keys(input, "public_keys")?;
    Ok(answer(package.verify(&sovereign, &keys, &issuers, at(input)?), []))
}

pub(super) fn recognition_map(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let export: Value = part(input, "export")?;
    let sovereign: String = part(input, "sovereign_id")?;
    Ok(map::summarise(&export, &sovereign)?.write())
}
