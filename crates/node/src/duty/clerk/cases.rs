//! Panels of appeals and disputes.

use comity_constitution::AppealFact;
use comity_constitution::appeal::facts::PanelSeated;
use comity_constitution::appeal::{Case, Standing};
use comity_wire::{SovereignId, StatementId, Time};

use super::super::{Acts, Draft, state};
use crate::node::Node;

impl Node {
    /// The next step of every case that waits for the clerk.
    pub(super) fn cases(&self, me: SovereignId, at: Time, acts: &mut Acts) {
        let Some(appeals) = self.world.appeals(me) else { return };
        for (id, case) in appeals.cases() {
            if let Some(fact) = self.case_step(me, at, id, case)
                && self.world.try_appeal(me, &fact, at).is_ok()
            {
                state(acts, Draft::appeal(&fact, ("case", id.digest())));
            }
        }
    }

    fn case_step(
        &self,
        me: SovereignId,
        at: Time,
        id: StatementId,
        case: &Case,
    ) -> Option<AppealFact> {
        match case.standing() {
            Standing::Responding => self.panel_call(me, at, id),
            Standing::Called => match self.world.appeal_panel_for(me, id) {
                Ok(members) => Some(PanelSeated { case: id, members }.into()),
                Err(_) => self.panel_call(me, at, id),
            },
            Standing::Deliberating => case.count(id, at).ok().map(AppealFact::from),
            Standing::Decided => None,
        }
    }

    fn panel_call(&self, me: SovereignId, at: Time, id: StatementId) -> Option<AppealFact> {
        let round = self.round_ahead(me, at)?;
        self.world.panel_call_for(me, id, round, at).ok().map(AppealFact::from)
    }
}
