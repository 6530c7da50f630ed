//! A mission that people judge: machines may do the work and review it, and cannot close it.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use comity_constitution::{DomainType, RiskTier};
use comity_mission::facts::{Decision, Judgement};
use comity_mission::{Panel, People, Phase, ReviewerProfile};
use comity_node::{Command, Undertaking};
use comity_wire::{KeyId, StatementId, sha256};

use super::story::brief;
use super::undertaking::Work;
use super::{Senate, cast};

/// What one of those who sit thinks, against the others.
const DISSENT: &str = "households on wells would wait longest (simulated human)";

impl Senate {
    /// From the work to what the panel says, with the dissent.
    pub(super) fn judge(&mut self) -> anyhow::Result<()> {
        self.story.chapter("A mission that people judge");
        let mission = self.undertake_work(&Work {
            title: "who gets water first in a drought",
            class: "internal_operations_change",
            tier: RiskTier::R1,
            domain: DomainType::Normative,
            scope: "the order of households and fields",
            task: ("order", "write the order down"),
            made: sha256(b"households, hospitals, fields"),
        })?;
        let worker = cast::WORKER;
        self.story.tell(format!("{worker} writes down who gets water first: {}", brief(mission)));
        self.review(mission)?;
        let seated: Vec<KeyId> = self.people(mission)?.assigned.keys().cloned().collect();
        let names = self.names(&seated)?;
        self.tell_panel(mission, &names)?;
        self.speak(mission, &names)?;
        self.tell_outcome(mission)
    }

    /// Both reviewers approve, which closes nothing.
    fn review(&mut self, mission: StatementId) -> anyhow::Result<()> {
        let reviewers: Vec<KeyId> = self.panel_of(mission)?.assigned.keys().cloned().collect();
        for reviewer in reviewers.iter().cloned() {
            let (decision, reason) = (Decision::Approve, "the list is whole".to_owned());
            self.undertake(Undertaking::Review {
                mission,
                reviewer,
                decision,
                reason,
                flag: None,
            })?;
        }
        let phase = self.world()?.mission(mission)?.mission.phase();
        ensure!(matches!(phase, Phase::UnderReview { .. }), "reviewers alone have closed it");
        let needs = self.panel_of(mission)?.needs_people().context("nobody asks for people")?;
        let names = self.names(&reviewers)?.join(" and ");
        self.story.tell(format!("{names} approve it and cannot close it: {needs}"));
        Ok(())
    }

    /// Everybody who was drawn says why; the last one thinks otherwise.
    fn speak(&mut self, mission: StatementId, names: &[String]) -> anyhow::Result<()> {
        let (last, others) = names.split_last().context("nobody was drawn")?;
        let against = |reason: &str| (Judgement::Reject, reason.to_owned());
        let silent = self.judgement(mission, last, against(" "))?;
        let code = self.refused_command(silent)?;
        self.story.tell(format!("a judgement without a reason is refused by name: {code}"));
        for name in others {
            let reason = "who cannot wait comes first (simulated human)".to_owned();
            let command = self.judgement(mission, name, (Judgement::Approve, reason))?;
            self.command(command)?;
        }
        let command = self.judgement(mission, last, against(DISSENT))?;
        self.command(command)?;
        Ok(())
    }

    fn judgement(
        &self,
        mission: StatementId,
        name: &str,
        (judgement, reason): (Judgement, String),
    ) -> anyhow::Result<Command> {
        Ok(Command::Judge { mission, panellist: self.key(name)?, judgement, reason })
    }

    fn tell_panel(&mut self, mission: StatementId, names: &[String]) -> anyhow::Result<()> {
        let people = self.people(mission)?;
        ensure!(people.assigned.values().all(ReviewerProfile::is_human), "a machine sits");
        let distinct = |of: fn(&ReviewerProfile) -> &str| {
            people.assigned.values().map(of).collect::<BTreeSet<_>>().len()
        };
        let regions = distinct(|who| who.region().as_str());
        let organisations = distinct(|who| who.organisation().as_str());
        self.story.tell(format!(
            "{} are drawn to judge it: {} people, {regions} regions, {organisations} organisations",
            names.join(", "),
            names.len(),
        ));
        Ok(())
    }

    /// What the record says about the panel, once everybody has spoken.
    fn tell_outcome(&mut self, mission: StatementId) -> anyhow::Result<()> {
        let people = self.people(mission)?;
        let outcome = people.outcome().context("somebody has not spoken")?;
        let (seats, dissents) = (people.assigned.len(), people.dissents().count());
        let against: Vec<(KeyId, String)> =
            people.dissents().map(|(who, said)| (who.clone(), said.reason.clone())).collect();
        ensure!(outcome == Judgement::Approve, "the panel said {outcome:?}");
        self.story.tell(format!(
            "{} approve and {dissents} rejects: the panel says {outcome:?}",
            seats - dissents
        ));
        for (who, reason) in against {
            let name = self.names(std::slice::from_ref(&who))?.join("");
            self.story.tell(format!("{name}'s dissent stays in the record: {reason}"));
        }
        let phase = self.world()?.mission(mission)?.mission.phase();
        ensure!(phase.is_completed(), "it is {}", phase.name());
        self.story.tell(format!("the mission is {}: people decided", phase.name()));
        self.rest()
    }

    fn panel_of(&self, mission: StatementId) -> anyhow::Result<&Panel> {
        self.world()?.mission(mission)?.panel().context("nobody was drawn")
    }

    fn people(&self, mission: StatementId) -> anyhow::Result<&People> {
        self.panel_of(mission)?.people.as_ref().context("no people were drawn")
    }
}
