//! What the cooperative undertakes for itself, up to the moment at which others have to judge it.

use comity_constitution::{DomainType, RiskTier};
use comity_mission::facts::{Decomposed, Scoped, Task, TaskId};
use comity_node::{Command, Undertaking};
use comity_wire::{Digest, StatementId};

use super::{Senate, cast};

/// A mission of one task.
pub(super) struct Work<'a> {
    pub(super) title: &'a str,
    pub(super) class: &'a str,
    pub(super) tier: RiskTier,
    pub(super) domain: DomainType,
    pub(super) scope: &'a str,
    /// Name and title of the task.
    pub(super) task: (&'a str, &'a str),
    /// Hash of what the worker makes.
    pub(super) made: Digest,
}

impl Senate {
    /// The founder owns it, the worker does it.
    pub(super) fn undertake_work(&mut self, work: &Work<'_>) -> anyhow::Result<StatementId> {
        let (title, owner) = (work.title.to_owned(), self.key(cast::FOUNDER)?);
        let mission = self.undertake(Undertaking::Draft { title, owner })?;
        let (domain_type, (name, title)) = (work.domain, work.task);
        let task = TaskId::new(name);
        self.undertake(Undertaking::Scope(Scoped {
            mission,
            mission_class: work.class.to_owned(),
            risk_tier: work.tier,
            domain_type,
            scope: work.scope.to_owned(),
        }))?;
        let (title, depends_on) = (title.to_owned(), Vec::new());
        let tasks = vec![Task { id: task.clone(), title, domain_type, depends_on }];
        self.undertake(Undertaking::Plan(Decomposed { mission, tasks }))?;
        let worker = self.key(cast::WORKER)?;
        self.undertake(Undertaking::Start { mission, worker })?;
        self.undertake(Undertaking::Work { mission, task, artifact: work.made })?;
        Ok(mission)
    }

    pub(super) fn undertake(&mut self, next: Undertaking) -> anyhow::Result<StatementId> {
        self.command(Command::Undertake(Box::new(next)))
    }
}
