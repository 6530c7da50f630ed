//! What a person tells a node about a mission that nobody has ordered, as a statement to be made.

use comity_mission::MissionFact;
use comity_mission::draw;
use comity_mission::facts::{Drafted, EvidenceOfWork, Reviewed, Started};
use comity_wire::{StatementId, sha256};

use super::Node;
use crate::duty::{Draft, Speaker};
use crate::error::NodeError;
use crate::io::Undertaking;

impl Node {
    pub(super) fn undertaking_of(&self, next: Undertaking) -> Result<Draft, NodeError> {
        match next {
            Undertaking::Draft { title, owner } => {
                let about = ("mission", sha256(title.as_bytes()));
                let body = Drafted { order: None, title, owner: owner.clone() };
                Ok(Draft::mission(&body.into(), about)?.spoken_by(Speaker::Actor(owner)))
            }
            Undertaking::Scope(body) => self.steered(body.mission, &body.into()),
            Undertaking::Plan(body) => self.steered(body.mission, &body.into()),
            Undertaking::Start { mission, worker } => {
                let view = self.world.mission(mission)?;
                let attempt = view.mission.attempts() + 1;
                let share = self.own_share(mission, attempt);
                let scope = view.mission.phase().scope();
                let is_drawn = scope.is_some_and(|scope| !scope.is_constitutional());
                let share = is_drawn.then(|| draw::commit(mission, attempt, &share));
                self.steered(mission, &Started { mission, worker, attempt, share }.into())
            }
            Undertaking::Work { mission, task, artifact } => {
                let work = self.world.mission(mission)?.mission.phase().work();
                let work = work.ok_or(NodeError::NotUnderWay { mission })?;
                let worker = work.worker.key.clone();
                let nonce = self.own_nonce(&worker, (mission, work.attempt), task.as_str());
                let nonce = nonce.ok_or_else(|| NodeError::NoSecret { key: worker.clone() })?;
                let body = EvidenceOfWork { mission, task, artifact, nonce };
                let draft = Draft::mission(&body.into(), ("artifact", artifact))?;
                Ok(draft.spoken_by(Speaker::Actor(worker)))
            }
            Undertaking::Review { mission, reviewer, decision, reason, flag } => {
                let claim = self.panel_of(mission)?.bundle.claim;
                let body = Reviewed { mission, claim, decision, report: None, reason, flag };
                let draft = Draft::mission(&body.into(), ("claim", claim.digest()))?;
                Ok(draft.spoken_by(Speaker::Actor(reviewer)))
            }
        }
    }

    /// A move of whoever drafted the mission.
    fn steered(&self, mission: StatementId, fact: &MissionFact) -> Result<Draft, NodeError> {
        let by = self.steward(self.world.mission(mission)?);
        Ok(Draft::mission(fact, ("mission", mission.digest()))?.spoken_by(by))
    }
}
