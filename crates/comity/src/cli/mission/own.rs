//! A mission that its record has undertaken for itself, as `comity mission show` prints it.

use std::fmt::Write as _;

use comity_replay::{MissionView, World};
use comity_wire::StatementId;
use serde_json::{Value, json};

use super::{actor, judges, mission_json, name};
use crate::fail::one_line;

/// Every mission without an order, by id.
pub(super) fn all(world: &World) -> impl Iterator<Item = (StatementId, &MissionView)> {
    world.missions().filter(|(_, view)| view.mission.order().is_none())
}

pub(super) fn write(
    out: &mut String,
    world: &World,
    (id, view): (StatementId, &MissionView),
    is_full: bool,
) -> std::fmt::Result {
    let (phase, attempts) = (view.mission.phase(), view.mission.attempts());
    writeln!(out, "{}: {}", one_line(view.mission.title()), phase.name())?;
    writeln!(out, "  mission  {id}")?;
    writeln!(out, "  record   {}, attempt {attempts}", name(world, view.record))?;
    if !is_full {
        return Ok(());
    }
    if let Some(scope) = phase.scope() {
        let (class, tier) = (one_line(&scope.mission_class), scope.tier.name());
        writeln!(out, "  class    {class}, tier {tier}, {}", scope.domain_type)?;
        writeln!(out, "  scope    {}", one_line(&scope.text))?;
    }
    writeln!(out, "  owner    {}", actor(world, view.mission.owner()))?;
    judges(out, world, view)
}

pub(super) fn to_json(world: &World, (id, view): (StatementId, &MissionView)) -> Value {
    let scope = view.mission.phase().scope();
    json!({
        "class": scope.map(|scope| &scope.mission_class),
        "domain": scope.map(|scope| scope.domain_type.to_string()),
        "mission": mission_json(world, id, view),
        "record": { "id": view.record.to_string(), "name": name(world, view.record) },
        "tier": scope.map(|scope| scope.tier.name()),
        "title": view.mission.title(),
    })
}
