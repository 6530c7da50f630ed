//! `merkle.json`: lists of records with leaves, roots and proofs, or of leaves alone. The profile is `recommended`;
//! roots of the other two profiles in such a file are not ours to reproduce.

use comity_wire::{Digest, json, sha256};
use serde_json::Value;

use super::CaseResult;
use crate::merkle::{EventTree, Leaf, OrderKey, Proof, Root, Side, root_of};

/// Runs every case of the `recommended` profile, and `must_differ` if the file has it.
pub fn merkle(file: &Value) -> Vec<CaseResult> {
    let mut results = Vec::new();
    match file.get("cases").and_then(Value::as_array) {
        Some(cases) => results.extend(cases.iter().enumerate().map(|(index, case)| {
            let size = case.get("n").and_then(Value::as_u64);
            let name = size.map_or_else(|| format!("case {index}"), |size| format!("n = {size}"));
            settle(name, check_case(case))
        })),
        None => results.push(CaseResult::fail("cases", "the file has no list of cases")),
    }
    if let Some(pair) = file.get("must_differ") {
        results.push(settle("must_differ".to_owned(), check_pair(pair)));
    }
    results
}

fn settle(name: String, outcome: Result<Vec<String>, String>) -> CaseResult {
    match outcome {
        Ok(complaints) => CaseResult::from_complaints(name, &complaints),
        Err(reason) => CaseResult::fail(name, reason),
    }
}

fn check_case(case: &Value) -> Result<Vec<String>, String> {
    let sorted = digests(list(case, "leaf_hashes_sorted_order")?)?;
    // A large case may give its leaves alone; then there is nothing to hash and to sort.
    let leaves: Vec<_> = match case.get("records_in_arrival_order") {
        Some(_) => {
            let records = list(case, "records_in_arrival_order")?;
            records.iter().map(leaf).collect::<Result<_, _>>()?
        }
        None => sorted.iter().enumerate().map(|(at, hash)| placed(at, *hash)).collect(),
    };
    let tree = EventTree::new(leaves).map_err(|error| error.to_string())?;
    let root = tree.root();
    let mut complaints = Vec::new();
    let expected = digest(member(case, "root_recommended_sep")?)?;
    if root.hash != expected {
        complaints.push(format!("root: expected {expected}, got {}", root.hash));
    }
    let size = member(case, "n")?.as_u64().ok_or("n is not a count")?;
    if root.count != size {
        complaints.push(format!("n: expected {size}, got {} records", root.count));
    }
    if tree.leaves() != sorted {
        complaints.push("leaf_hashes_sorted_order differs".to_owned());
    }
    if case.get("proofs_recommended_sep").is_some() {
        for proof in list(case, "proofs_recommended_sep")? {
            complaints.extend(check_proof(&tree, &root, proof)?);
        }
    }
    Ok(complaints)
}

/// The given proof holds, is the one we make, and does not hold for anything else.
fn check_proof(tree: &EventTree, root: &Root, given: &Value) -> Result<Vec<String>, String> {
    let index = member(given, "leaf_index")?.as_u64().ok_or("leaf_index is not a count")?;
    let leaf = digest(member(given, "leaf")?)?;
    let steps = list(given, "path")?;
    let path: Vec<_> =
        steps.iter().map(|step| digest(member(step, "hash")?)).collect::<Result<_, String>>()?;
    let sides: Vec<_> = steps.iter().map(side).collect::<Result<_, _>>()?;
    let proof = Proof { count: root.count, index, path };

    let mut complaints = Vec::new();
    let mut expect = |holds: bool, what: &str| {
        if !holds {
            complaints.push(format!("proof of leaf {index}: {what}"));
        }
    };
    expect(proof.verify(&leaf, root).is_ok(), "the given path does not hold");
    expect(proof.sides() == sides, "the sides differ");
    expect(tree.prove(index).as_ref() == Ok(&proof), "the computed path differs");
    expect(proof.verify(&sha256(leaf.as_bytes()), root).is_err(), "it holds for another leaf");
    let other = Proof { count: root.count + 1, ..proof.clone() };
    expect(other.verify(&leaf, root).is_err(), "it holds for another leaf count");
    let longer = Proof { path: [proof.path.as_slice(), &[leaf]].concat(), ..proof };
    expect(longer.verify(&leaf, root).is_err(), "it holds with one step more");
    Ok(complaints)
}

/// Two leaf lists whose roots are equal only if the file says so for this profile.
fn check_pair(pair: &Value) -> Result<Vec<String>, String> {
    let root = |name| Ok::<_, String>(root_of(&digests(list(pair, name)?)?).hash);
    let expected = member(pair, "sep_equal")?.as_bool().ok_or("sep_equal is no flag")?;
    let equal = root("a")? == root("b")?;
    Ok(if equal == expected {
        Vec::new()
    } else {
        vec![format!("sep_equal: expected {expected}, got {equal}")]
    })
}

/// A leaf that stands at `at`, whatever its record was.
fn placed(at: usize, hash: Digest) -> Leaf {
    let order = OrderKey {
        event_type: String::new(),
        event_id: format!("{at:020}"),
        event_timestamp: String::new(),
        actor_id: String::new(),
    };
    Leaf { order, hash }
}

/// Records of such files may contain fractions, so they are hashed as outside JSON.
fn leaf(record: &Value) -> Result<Leaf, String> {
    let text = |name| {
        let value = member(record, name)?.as_str().map(str::to_owned);
        value.ok_or_else(|| format!("{name} is not a text"))
    };
    let order = OrderKey {
        event_type: text("event_type")?,
        event_id: text("event_id")?,
        event_timestamp: text("event_timestamp")?,
        actor_id: text("actor_id")?,
    };
    let bytes = json::canonicalize(record).map_err(|error| error.to_string())?;
    Ok(Leaf { order, hash: sha256(&bytes) })
}

fn side(step: &Value) -> Result<Side, String> {
    match member(step, "side")?.as_str() {
        Some("L") => Ok(Side::Left),
        Some("R") => Ok(Side::Right),
        Some(_) | None => Err("side is neither L nor R".to_owned()),
    }
}

fn member<'a>(object: &'a Value, name: &str) -> Result<&'a Value, String> {
    object.get(name).ok_or_else(|| format!("{name} is missing"))
}

fn list<'a>(object: &'a Value, name: &str) -> Result<&'a [Value], String> {
    let list = member(object, name)?.as_array().map(Vec::as_slice);
    list.ok_or_else(|| format!("{name} is not a list"))
}

fn digest(value: &Value) -> Result<Digest, String> {
    let digest = value.as_str().and_then(|text| text.parse().ok());
    digest.ok_or_else(|| "a hash is not 64 lower-case hexadecimal digits".to_owned())
}

fn digests(values: &[Value]) -> Result<Vec<Digest>, String> {
    values.iter().map(digest).collect()
}
