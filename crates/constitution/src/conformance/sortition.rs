//! Runs files of chamber draws, of the shape of `sortition.json`.
//!
//! Every case is run once per encoding that it has answers for. A pool is listed, or made by the
//! file's generator from a tag and three counts.

use std::collections::{BTreeMap, BTreeSet};

use comity_wire::{hex, sha256};
use serde_json::Value;

use super::{
    CaseResult,
    fields::{count, list, member, same, small, text, texts},
};
use crate::{
    limits::GENERATED_MAX,
    sortition::{Candidate, DrawError, Encoding, Panel, Quotas, Ranking, SeedInputs, Share},
};

/// The members that an answer may have.
const ANSWERS: [&str; 10] = [
    "members",
    "members_digest",
    "ok",
    "org_count_distinct",
    "ranked_head",
    "reason",
    "region_cap_count",
    "region_count",
    "seed_hex",
    "selected_count",
];

/// Runs every case of a parsed file, in both encodings.
///
/// Anything that cannot be read is a failed case that says so; nothing is skipped.
pub fn sortition(file: &Value) -> Vec<CaseResult> {
    let Some(cases) = file.get("cases").and_then(Value::as_array) else {
        return vec![CaseResult::fail("cases", "the file has no list of cases")];
    };
    let mut results = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let name = text(case, "name").map_or_else(|_| format!("case {index}"), str::to_owned);
        let pool = Owned::read(case);
        let mut answered = false;
        for encoding in Encoding::ALL {
            let Some(answer) = case.get(encoding.name()) else { continue };
            answered = true;
            let name = format!("{name}/{}", encoding.name());
            let outcome = pool.as_ref().map_err(Clone::clone);
            results.push(match outcome.and_then(|pool| run(case, pool, encoding, answer)) {
                Ok(complaints) => CaseResult::from_complaints(name, &complaints),
                Err(reason) => CaseResult::fail(name, reason),
            });
        }
        if !answered {
            results.push(CaseResult::fail(name, "the case has no answer for any encoding"));
        }
    }
    results
}

/// A candidate of a file.
struct Owned {
    id: String,
    region: String,
    organisation: String,
    is_conflicted: bool,
}

impl Owned {
    fn read(case: &Value) -> Result<Vec<Self>, String> {
        if let Some(generator) = case.get("pool_generator") {
            return Self::generate(generator);
        }
        list(case, "pool")?.iter().map(Self::listed).collect()
    }

    fn listed(actor: &Value) -> Result<Self, String> {
        let is_conflicted = match actor.get("conflict") {
            None => false,
            Some(flag) => flag.as_bool().ok_or("conflict is neither true nor false")?,
        };
        Ok(Self {
            id: text(actor, "id")?.to_owned(),
            region: text(actor, "region")?.to_owned(),
            organisation: text(actor, "org")?.to_owned(),
            is_conflicted,
        })
    }

    /// The generator that the file's `spec` describes.
    fn generate(generator: &Value) -> Result<Vec<Self>, String> {
        let tag = text(generator, "tag")?;
        let (n, regions, orgs) =
            (count(generator, "n")?, count(generator, "regions")?, count(generator, "orgs")?);
        if regions == 0 || orgs == 0 || GENERATED_MAX < n {
            return Err(format!("a pool of {n} in {regions} regions and {orgs} organisations"));
        }
        let actor = |i: u64| {
            let digest = sha256(format!("{tag}|{i}").as_bytes());
            let u = digest.as_bytes().iter().take(8).fold(0, |sum, b| sum << 8 | u64::from(*b));
            Self {
                id: format!("{tag}-{i:06}"),
                region: format!("R{:02}", u % regions),
                organisation: format!("O{:03}", (u >> 16) % orgs),
                is_conflicted: false,
            }
        };
        Ok((0..n).map(actor).collect())
    }
}

/// Whatever the draw disagrees with; an error when the case cannot be read.
fn run(
    case: &Value,
    pool: &[Owned],
    encoding: Encoding,
    answer: &Value,
) -> Result<Vec<String>, String> {
    let members = answer.as_object().ok_or("the answer is not an object")?;
    if let Some(unknown) = members.keys().find(|name| !ANSWERS.contains(&name.as_str())) {
        return Err(format!("the answer has an unknown member {unknown}"));
    }
    let recused: BTreeSet<&str> = texts(case, "recusal_set")?.into_iter().collect();
    let quotas = quotas(case)?;
    let candidates: Vec<Candidate<'_>> = pool
        .iter()
        .map(|actor| Candidate {
            id: &actor.id,
            region: &actor.region,
            organisation: &actor.organisation,
            is_conflicted: actor.is_conflicted,
        })
        .collect();
    let inputs = match inputs(case)? {
        Ok(inputs) => inputs,
        Err(refusal) => return Ok(refused(answer, &refusal)),
    };
    let seed = inputs.seed(encoding);
    let mut complaints = Vec::new();
    let said = &mut complaints;
    if answer.get("seed_hex").is_some() {
        same(said, "seed_hex", text(answer, "seed_hex")?.to_owned(), seed.to_string());
    }
    if answer.get("region_cap_count").is_some() {
        let expected = count(answer, "region_cap_count")?;
        same(said, "region_cap_count", expected, quotas.region_cap().into());
    }
    let ranking = match Ranking::new(&seed, &candidates) {
        Ok(ranking) => ranking,
        Err(refusal) => {
            complaints.append(&mut refused(answer, &refusal));
            return Ok(complaints);
        }
    };
    if answer.get("ranked_head").is_some() {
        let expected = texts(answer, "ranked_head")?;
        let ids = ranking.iter().map(|candidate| candidate.id);
        let got = ids.filter(|id| !recused.contains(id)).take(expected.len()).collect();
        same(said, "ranked_head", expected, got);
    }
    match ranking.draw(&recused, &quotas) {
        Ok(panel) => drawn(said, answer, &panel)?,
        Err(refusal) => complaints.append(&mut refused(answer, &refusal)),
    }
    Ok(complaints)
}

fn quotas(case: &Value) -> Result<Quotas, String> {
    let share = |name: &str| -> Result<Share, String> {
        let written = match member(case, name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err(format!("{name} is not a decimal"));
            }
        };
        Share::parse(&written).map_err(|error| format!("{name}: {error}"))
    };
    let cap = case.get("org_c_max").map(|_| share("org_c_max")).transpose()?;
    Ok(Quotas {
        seats: small(case, "chamber_size")?,
        region_share_max: share("c_max")?,
        organisation_share_max: cap,
        regions_min: small(case, "min_regions")?,
        organisations_min: small(case, "min_orgs")?,
    })
}

fn inputs(case: &Value) -> Result<Result<SeedInputs, DrawError>, String> {
    let bytes = |name: &str| -> Result<Vec<u8>, String> {
        let written = text(case, name)?;
        let digits = written.strip_prefix("sha256:").unwrap_or(written);
        hex::decode(digits).map_err(|error| format!("{name}: {error}"))
    };
    let beacon = bytes("public_beacon_value_hex")?;
    let previous = bytes("previous_commitment_hash_hex")?;
    let nonce = bytes("chamber_nonce_hex")?;
    Ok(SeedInputs::from_slices(&beacon, &previous, &nonce))
}

/// What a drawn panel disagrees with.
fn drawn(said: &mut Vec<String>, answer: &Value, panel: &Panel<'_>) -> Result<(), String> {
    same(said, "ok", member(answer, "ok")?, &Value::Bool(true));
    if let Some(reason) = answer.get("reason").filter(|reason| !reason.is_null()) {
        said.push(format!("expected {reason}, a panel was drawn"));
        return Ok(());
    }
    let has = |name: &str| answer.get(name).is_some();
    let ids: Vec<&str> = panel.members().iter().map(|member| member.id).collect();
    if !has("members") && !has("members_digest") {
        return Err("the answer has neither members nor members_digest".to_owned());
    }
    if has("members") {
        same(said, "members", texts(answer, "members")?, ids.clone());
    }
    if has("members_digest") {
        let expected = text(answer, "members_digest")?.to_owned();
        same(said, "members_digest", expected, panel.digest().to_string());
    }
    if has("selected_count") {
        let got = u64::try_from(ids.len()).unwrap_or(u64::MAX);
        same(said, "selected_count", count(answer, "selected_count")?, got);
    }
    if has("org_count_distinct") {
        let got = u64::try_from(panel.organisations().len()).unwrap_or(u64::MAX);
        same(said, "org_count_distinct", count(answer, "org_count_distinct")?, got);
    }
    if let Some(expected) = answer.get("region_count") {
        let listed = expected.as_object().ok_or("region_count is not an object")?;
        let listed = listed.iter().map(|(region, count)| (region.as_str(), count.as_u64()));
        let got = panel.regions().iter().map(|(region, count)| (*region, Some(u64::from(*count))));
        let (listed, got) = (listed.collect::<BTreeMap<_, _>>(), got.collect());
        same(said, "region_count", listed, got);
    }
    Ok(())
}

/// What a refusal disagrees with. For a refused input no vector fixes the words: any reason will do
/// that is not one of the three of a failed draw.
fn refused(answer: &Value, refusal: &DrawError) -> Vec<String> {
    const OF_DRAWS: [&str; 3] = [
        "insufficient eligible participants",
        "region diversity constraint failed",
        "organization diversity constraint failed",
    ];
    let mut complaints = Vec::new();
    if answer.get("ok") != Some(&Value::Bool(false)) {
        complaints.push(format!("expected a panel: {refusal}"));
        return complaints;
    }
    let expected = answer.get("reason").and_then(Value::as_str);
    match (refusal.reason(), expected) {
        (Some(got), expected) => same(&mut complaints, "reason", expected, Some(got)),
        (None, Some(expected)) if OF_DRAWS.contains(&expected) => {
            complaints.push(format!("reason: expected {expected:?}, got {refusal}"));
        }
        (None, Some(_) | None) => {}
    }
    if let (Some(expected), Some(got)) = (answer.get("selected_count"), refusal.selected()) {
        same(&mut complaints, "selected_count", expected.as_u64(), Some(got.into()));
    }
    complaints
}
