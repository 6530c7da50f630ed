//! Which room owns a kind of fact.

use comity_commitment::CommitmentFact;
use comity_constitution::{AppealFact, ConstitutionFact};
use comity_mesh::MeshFact;
use comity_mission::MissionFact;
use comity_mycel::MycelFact;
use comity_trust::TrustFact;

use super::World;
use super::record::Step;
use crate::refusal::Refusal;

impl World {
    pub(super) fn dispatch(&mut self, step: &Step<'_>) -> Result<(), Refusal> {
        let statement = step.statement();
        let (kind, body) = (statement.kind.as_str(), &statement.body);
        if let Some(fact) = MissionFact::decode(kind, body)? {
            return self.apply_mission(step, fact);
        }
        if let Some(fact) = MycelFact::decode(kind, body)? {
            return self.apply_mycel(step, fact);
        }
        if let Some(fact) = CommitmentFact::decode(kind, body)? {
            return self.apply_commitment(step, fact);
        }
        if let Some(fact) = TrustFact::decode(kind, body)? {
            return self.apply_trust(step, &fact);
        }
        if let Some(fact) = ConstitutionFact::decode(kind, body)? {
            return self.apply_constitution(step, &fact);
        }
        if let Some(fact) = AppealFact::decode(kind, body)? {
            return self.apply_appeal(step, &fact);
        }
        match MeshFact::decode(kind, body)? {
            Some(fact) => self.apply_mesh(step, &fact),
            None => Err(Refusal::UnknownKind),
        }
    }
}
