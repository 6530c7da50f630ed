//! A case for each code but the operators' own.

#[macro_use]
mod objects;
mod checks;
mod feeds;
mod issuing;
mod nodes;
mod trust;

use comity_authority::Refusal;
use comity_wire::mesh_json::Value;

use crate::refusals::Case;

const BETA: &str = "{'subject_sovereign_id':'beta','subject_public_keys':['KEY12.']}";
const MEMBER: &str = "{'subject_id':'dora','roles':['role:client']}";

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    let parts = [
        issuing::asking(),
        issuing::issuing(),
        nodes::nodes(),
        nodes::agents(),
        feeds::feeds(),
        checks::checks(),
        trust::trust(),
        trust::data_and_atlas(),
    ];
    parts.into_iter().flatten().collect()
}

fn refused<T>(result: Result<T, Refusal>) -> Refusal {
    result.err().expect("it is refused")
}

fn put(body: &mut Value, name: &str, value: Value) {
    let Value::Map(body) = body else { panic!("an object") };
    body.insert(name.to_owned(), value);
}
