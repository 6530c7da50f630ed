//! Every transition of the blueprint's state machine, and every refusal, in one match.

use comity_constitution::RiskTier;

use super::phase::Phase;
use super::roster::Roster;
use super::{History, Mission, Rules, gate, people, plan, review, seat, work};
use crate::MissionError;
use crate::event::MissionEvent;
use crate::facts::MissionFact;

impl Mission {
    #[expect(clippy::too_many_lines, reason = "the whole protocol in one match, one line per pair")]
    pub(super) fn step(
        &self,
        history: &mut History,
        event: &MissionEvent,
        roster: &Roster<'_>,
        rules: &Rules<'_>,
    ) -> Result<Phase, MissionError> {
        use MissionFact as F;
        use Phase as P;

        let context = &event.context;
        let steward = || self.check_steward(event);
        match (&self.phase, &event.fact) {
            // At any time: who will not judge says so. It moves nothing.
            (phase, F::Recused(body)) => {
                seat::recuse(history, context, body)?;
                Ok(phase.clone())
            }

            // Planning: scope and risk, then the task graph, then a worker.
            (P::Draft, F::Scoped(body)) => {
                steward()?;
                plan::scope(body, rules, self.order.is_some()).map(|scope| P::Scoped { scope })
            }
            (P::Scoped { scope }, F::Decomposed(body)) => {
                steward()?;
                plan::decompose(scope, body).map(|plan| P::Decomposed { plan })
            }
            (P::Rejected { output }, F::Decomposed(body)) => {
                steward()?;
                plan::decompose(output.scope(), body).map(|plan| P::Decomposed { plan })
            }
            (P::Decomposed { plan }, F::Started(body)) => {
                steward()?;
                let work = plan::start(plan, history, body, roster, self.order.is_some())?;
                Ok(P::InProgress { work })
            }
            (P::Rework { panel }, F::Started(body)) => {
                steward()?;
                let has_order = self.order.is_some();
                let work = plan::start(panel.plan(), history, body, roster, has_order)?;
                Ok(P::InProgress { work })
            }

            // Work: every task leaves evidence, then the bundle is complete.
            (P::InProgress { work }, F::EvidenceOfWork(body)) => {
                work::record(work, history, context, body).map(|work| P::InProgress { work })
            }
            (P::InProgress { work }, F::EvidenceAttached(body)) => {
                steward()?;
                let bundle = work::attach(work, history, context, body, self.order.is_some())?;
                Ok(P::EvidenceAttached { bundle })
            }

            // Review: independent and diverse, one decision each, then one of two ways out.
            (P::EvidenceAttached { bundle }, F::ReviewOpened(body)) => {
                steward()?;
                let independence = self.independence(bundle.scope().tier);
                let panel = review::open(bundle, history, context, body, &independence, roster)?;
                Ok(P::UnderReview { panel })
            }
            (P::UnderReview { panel }, F::Reviewed(body)) => {
                review::record(panel, history, context, body).map(|panel| P::UnderReview { panel })
            }
            (P::UnderReview { panel }, F::EvidenceOfTrust(body)) => {
                review::vouch(panel, context, body).map(|panel| P::UnderReview { panel })
            }
            (P::UnderReview { panel }, F::ReviewerSilent(body)) => {
                let panel = seat::fall_silent(panel, history, context, body)?;
                Ok(P::UnderReview { panel })
            }
            (P::UnderReview { panel }, F::ReviewerReplaced(body)) => {
                steward()?;
                let independence = self.independence(panel.scope().tier);
                let panel = seat::replace(panel, history, context, body, &independence, roster)?;
                Ok(P::UnderReview { panel })
            }
            (P::UnderReview { panel }, F::Escalated(body)) => {
                self.check_owner(event)?;
                people::escalate(panel, context, body).map(|panel| P::UnderReview { panel })
            }
            (P::UnderReview { panel }, F::PanelOpened(body)) => {
                steward()?;
                let independence = self.independence(panel.scope().tier.max(RiskTier::R1));
                let panel = people::open(panel, history, context, body, &independence, roster)?;
                Ok(P::UnderReview { panel })
            }
            (P::UnderReview { panel }, F::PanelDecided(body)) => {
                people::judge(panel, history, context, body).map(|panel| P::UnderReview { panel })
            }
            (P::UnderReview { panel }, F::ReworkRequired(body)) => {
                steward()?;
                review::fail(panel, body, rules)?;
                Ok(P::Rework { panel: panel.clone() })
            }
            (P::UnderReview { panel }, F::Integrated(body)) => {
                steward()?;
                review::integrate(panel, body, rules).map(|output| P::Integrated { output })
            }
            (P::Integrated { output }, F::EvidenceOfTrust(body)) => {
                let panel = review::vouch(&output.panel, context, body)?;
                Ok(P::Integrated { output: output.with_panel(panel) })
            }

            // The final gate: automatic below high risk, a human's at high risk.
            (P::Integrated { output }, F::GateOpened(_)) => {
                steward()?;
                Ok(P::FinalHumanGate { output: output.clone(), decision: None })
            }
            (P::FinalHumanGate { output, decision }, F::EvidenceOfTrust(body)) => {
                let panel = review::vouch(&output.panel, context, body)?;
                let output = output.with_panel(panel);
                Ok(P::FinalHumanGate { output, decision: decision.clone() })
            }
            (P::FinalHumanGate { output, decision }, F::GateDecided(body)) => {
                let record =
                    gate::decide(output, decision.as_ref(), history, context, body, roster)?;
                Ok(P::FinalHumanGate { output: output.clone(), decision: Some(record) })
            }
            (P::FinalHumanGate { output, decision }, F::Completed(body)) => {
                steward()?;
                gate::complete(output, decision.as_ref(), body, rules)?;
                Ok(P::Completed { output: output.clone(), decision: decision.clone() })
            }
            (P::FinalHumanGate { output, decision }, F::Rejected(body)) => {
                steward()?;
                gate::reject(output, decision.as_ref(), body, rules)?;
                Ok(P::Rejected { output: output.clone() })
            }

            // Everything else is refused by name. No `_` arm: a new state or event lands here first.
            (
                P::Draft,
                F::Drafted(_)
                | F::Decomposed(_)
                | F::Started(_)
                | F::EvidenceOfWork(_)
                | F::EvidenceAttached(_)
                | F::ReviewOpened(_)
                | F::ReviewerSilent(_)
                | F::ReviewerReplaced(_)
                | F::Escalated(_)
                | F::PanelOpened(_)
                | F::PanelDecided(_)
                | F::Reviewed(_)
                | F::EvidenceOfTrust(_)
                | F::ReworkRequired(_)
                | F::Integrated(_)
                | F::GateOpened(_)
                | F::GateDecided(_)
                | F::Completed(_)
                | F::Rejected(_),
            )
            | (
                P::Scoped { .. } | P::Rejected { .. },
                F::Drafted(_)
                | F::Scoped(_)
                | F::Started(_)
                | F::EvidenceOfWork(_)
                | F::EvidenceAttached(_)
                | F::ReviewOpened(_)
                | F::ReviewerSilent(_)
                | F::ReviewerReplaced(_)
                | F::Escalated(_)
                | F::PanelOpened(_)
                | F::PanelDecided(_)
                | F::Reviewed(_)
                | F::EvidenceOfTrust(_)
                | F::ReworkRequired(_)
                | F::Integrated(_)
                | F::GateOpened(_)
                | F::GateDecided(_)
                | F::Completed(_)
                | F::Rejected(_),
            )
            | (
                P::Decomposed { .. } | P::Rework { .. },
                F::Drafted(_)
                | F::Scoped(_)
                | F::Decomposed(_)
                | F::EvidenceOfWork(_)
                | F::EvidenceAttached(_)
                | F::ReviewOpened(_)
                | F::ReviewerSilent(_)
                | F::ReviewerReplaced(_)
                | F::Escalated(_)
                | F::PanelOpened(_)
                | F::PanelDecided(_)
                | F::Reviewed(_)
                | F::EvidenceOfTrust(_)
                | F::ReworkRequired(_)
                | F::Integrated(_)
                | F::GateOpened(_)
                | F::GateDecided(_)
                | F::Completed(_)
                | F::Rejected(_),
            )
            | (
                P::InProgress { .. },
                F::Drafted(_)
                | F::Scoped(_)
                | F::Decomposed(_)
                | F::Started(_)
                | F::ReviewOpened(_)
                | F::ReviewerSilent(_)
                | F::ReviewerReplaced(_)
                | F::Escalated(_)
                | F::PanelOpened(_)
                | F::PanelDecided(_)
                | F::Reviewed(_)
                | F::EvidenceOfTrust(_)
                | F::ReworkRequired(_)
                | F::Integrated(_)
                | F::GateOpened(_)
                | F::GateDecided(_)
                | F::Completed(_)
                | F::Rejected(_),
            )
            | (
                P::EvidenceAttached { .. },
                F::Drafted(_)
                | F::Scoped(_)
                | F::Decomposed(_)
                | F::Started(_)
                | F::EvidenceOfWork(_)
                | F::EvidenceAttached(_)
                | F::ReviewerSilent(_)
                | F::ReviewerReplaced(_)
                | F::Escalated(_)
                | F::PanelOpened(_)
                | F::PanelDecided(_)
                | F::Reviewed(_)
                | F::EvidenceOfTrust(_)
                | F::ReworkRequired(_)
                | F::Integrated(_)
                | F::GateOpened(_)
                | F::GateDecided(_)
                | F::Completed(_)
                | F::Rejected(_),
            )
            | (
                P::UnderReview { .. },
                F::Drafted(_)
                | F::Scoped(_)
                | F::Decomposed(_)
                | F::Started(_)
                | F::EvidenceOfWork(_)
                | F::EvidenceAttached(_)
                | F::ReviewOpened(_)
                | F::GateOpened(_)
                | F::GateDecided(_)
                | F::Completed(_)
                | F::Rejected(_),
            )
            | (
                P::Integrated { .. },
                F::Drafted(_)
                | F::Scoped(_)
                | F::Decomposed(_)
                | F::Started(_)
                | F::EvidenceOfWork(_)
                | F::EvidenceAttached(_)
                | F::ReviewOpened(_)
                | F::ReviewerSilent(_)
                | F::ReviewerReplaced(_)
                | F::Escalated(_)
                | F::PanelOpened(_)
                | F::PanelDecided(_)
                | F::Reviewed(_)
                | F::ReworkRequired(_)
                | F::Integrated(_)
                | F::GateDecided(_)
                | F::Completed(_)
                | F::Rejected(_),
            )
            | (
                P::FinalHumanGate { .. },
                F::Drafted(_)
                | F::Scoped(_)
                | F::Decomposed(_)
                | F::Started(_)
                | F::EvidenceOfWork(_)
                | F::EvidenceAttached(_)
                | F::ReviewOpened(_)
                | F::ReviewerSilent(_)
                | F::ReviewerReplaced(_)
                | F::Escalated(_)
                | F::PanelOpened(_)
                | F::PanelDecided(_)
                | F::Reviewed(_)
                | F::ReworkRequired(_)
                | F::Integrated(_)
                | F::GateOpened(_),
            )
            | (
                P::Completed { .. },
                F::Drafted(_)
                | F::Scoped(_)
                | F::Decomposed(_)
                | F::Started(_)
                | F::EvidenceOfWork(_)
                | F::EvidenceAttached(_)
                | F::ReviewOpened(_)
                | F::ReviewerSilent(_)
                | F::ReviewerReplaced(_)
                | F::Escalated(_)
                | F::PanelOpened(_)
                | F::PanelDecided(_)
                | F::Reviewed(_)
                | F::EvidenceOfTrust(_)
                | F::ReworkRequired(_)
                | F::Integrated(_)
                | F::GateOpened(_)
                | F::GateDecided(_)
                | F::Completed(_)
                | F::Rejected(_),
            ) => Err(MissionError::NotInThisState {
                state: self.phase.name(),
                event: event.fact.verb(),
            }),
        }
    }
}
