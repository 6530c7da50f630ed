//! Recognition graphs, paths through them, and decisions.

use comity_wire::mesh_json::{Datetime, Value};

use super::{CaseError, Keys};
use crate::connectome::{DecisionRules, EdgeIndex, RecognitionGraph, Scratch, graph_digest};
use crate::schema::{Field as _, member, members};

/// The paths that are asked for, the operator's view, and the digest. Both ways to find a path must agree.
pub(super) fn connectome(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let raw = input.get("graph").ok_or(CaseError::Other("no graph"))?;
    let graph = RecognitionGraph::read(raw)?;
    let (index, mut scratch) = (EdgeIndex::of(&graph), Scratch::new());
    let queries = input.get("queries").map(Value::items).unwrap_or_default();
    let paths = queries.iter().map(|query| {
        let (from, to): (String, String) =
            (member(members(query)?, "from", None)?, member(members(query)?, "to", None)?);
        let path = graph.explain(&from, &to);
        if path != index.explain(&mut scratch, &from, &to) {
            return Err(CaseError::Other("the index finds another path"));
        }
        Ok(path.to_value())
    });
    Ok(Value::from([
        ("paths", Value::List(paths.collect::<Result<_, _>>()?)),
        ("view", graph.clone().into_view().write()),
        ("graph_digest", Value::from(graph_digest(raw).to_string())),
    ]))
}

/// A decision by the rules of the reference, which the cases were made with.
pub(super) fn trust_decision(input: &Value, _: &Keys) -> Result<Value, CaseError> {
    let members = members(input)?;
    let graph: RecognitionGraph = member(members, "graph", None)?;
    let (from, to): (String, String) =
        (member(members, "from", None)?, member(members, "to", None)?);
    let roles: Vec<String> = member(members, "requested_roles", Some(Vec::new()))?;
    let at: Datetime = member(members, "at_time", None)?;
    Ok(graph.decide(&from, &to, roles, DecisionRules::Reference, at).to_value())
}
