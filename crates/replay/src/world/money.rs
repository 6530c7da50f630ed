//! Orders, evidence, claims, reports and books in the world.

use std::collections::BTreeMap;

use comity_mesh::{Role, Scope};
use comity_mycel::MycelFact;
use comity_mycel::claims::{Claimant, WindowRegister, nullifier};
use comity_mycel::facts::{
    DisputeResolved, EvidenceCommitted, MipPublished, OpeningKind, OpeningLogged, Order,
    OutcomeClaimed, Reported, Span,
};
use comity_mycel::ledger::Step as LedgerStep;
use comity_mycel::order::{OrderAct, PlacedOrder, Report};
use comity_wire::{Digest, KeyId, SovereignId, StatementId};

use super::World;
use super::orders::OrderView;
use super::record::Step;
use crate::refusal::Refusal;

/// What makes an opening the answer to a question: order, attempt, reader and what was opened.
pub type OpeningKey = (StatementId, u64, KeyId, OpeningKind);

/// Bodies that later statements refer to by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Publications by manifest. Anybody may publish one, so nobody's is *the* one.
    mips: BTreeMap<Digest, BTreeMap<StatementId, MipPublished>>,
    commitments: BTreeMap<StatementId, EvidenceCommitted>,
    claims: BTreeMap<StatementId, OutcomeClaimed>,
    openings: BTreeMap<StatementId, (SovereignId, OpeningLogged)>,
    opening_of: BTreeMap<OpeningKey, StatementId>,
    reports: BTreeMap<StatementId, Report>,
    report_of: BTreeMap<(StatementId, KeyId), StatementId>,
    windows: WindowRegister,
    /// Refunds by seller and order: they give a window back to whoever has seen them.
    refunds: BTreeMap<SovereignId, BTreeMap<StatementId, StatementId>>,
}

impl World {
    pub(super) fn apply_mycel(&mut self, step: &Step<'_>, fact: MycelFact) -> Result<(), Refusal> {
        match fact {
            MycelFact::MipPublished(body) => {
                step.authority_only()?;
                self.facts.mips.entry(body.manifest).or_default().insert(step.id(), body);
                Ok(())
            }
            MycelFact::OrderPlaced(body) => self.place_order(step, body),
            MycelFact::EvidenceCommitted(body) => self.commit_evidence(step, body),
            MycelFact::OutcomeClaimed(body) => self.claim_outcome(step, body),
            MycelFact::OpeningLogged(body) => self.log_opening(step, body),
            MycelFact::Reported(body) => self.file_report(step, body),
            MycelFact::DisputeResolved(body) => self.resolve(step, body),
            MycelFact::AccountCredited(body) => {
                step.authority_only()?;
                self.require_sovereign(step, body.account)?;
                let credit = LedgerStep::Credit {
                    to: body.account,
                    amount: body.amount,
                    asset: body.asset,
                    reference: body.reference,
                };
                Ok(self.ledgers.entry(step.record).or_default().apply(&credit)?)
            }
            MycelFact::EscrowFunded(body) => {
                step.authority_only()?;
                let order = body.order;
                let terms = self.order(order)?.placed.terms();
                let (seller, buyer) = (terms.seller, self.order(order)?.placed.buyer());
                self.require_treaty(step, buyer, Scope::Escrow)?;
                self.require_treaty(step, seller, Scope::Escrow)?;
                self.apply_order(step, order, OrderAct::Fund(body))
            }
            MycelFact::EscrowReleased(body) => {
                step.authority_only()?;
                self.apply_order(step, body.order, OrderAct::Release(body))
            }
            MycelFact::EscrowRefunded(body) => {
                step.authority_only()?;
                let order = body.order;
                self.apply_order(step, order, OrderAct::Refund(body))?;
                let seller = self.order(order)?.placed.terms().seller;
                self.facts.refunds.entry(seller).or_default().insert(order, step.id());
                Ok(())
            }
            MycelFact::OrderCancelled(body) => {
                step.authority_only()?;
                self.apply_order(step, body.order, OrderAct::Cancel)
            }
            MycelFact::OrderDisputed(body) => {
                step.authority_only()?;
                self.apply_order(step, body.order, OrderAct::Dispute)
            }
        }
    }

    fn place_order(&mut self, step: &Step<'_>, terms: Order) -> Result<(), Refusal> {
        step.authority_only()?;
        let published = self.facts.mips.get(&terms.mip).into_iter().flatten().map(|(id, _)| *id);
        let mut seen = published.filter(|id| self.require_seen(step, *id).is_ok());
        let mip = seen.next().ok_or(Refusal::Disagrees { what: "MIP" })?;
        self.require_treaty(step, terms.seller, Scope::Order)?;
        self.require_treaty(step, terms.ledger, Scope::Escrow)?;
        self.require_sovereign(step, terms.reviewer_house)?;
        if !terms.beacon.contains(&terms.reviewer_house) {
            return Err(Refusal::Disagrees { what: "beacon contributors" });
        }
        let placed = PlacedOrder::place(step.id(), step.record, step.place.at, terms)?;
        self.orders.insert(step.id(), OrderView::new(placed, mip));
        Ok(())
    }

    fn commit_evidence(&mut self, step: &Step<'_>, body: EvidenceCommitted) -> Result<(), Refusal> {
        step.authority_only()?;
        self.check_mission_of(body.order, body.mission)?;
        let device = self.directory.actor_as(&body.device, Role::Device)?;
        if device.sovereign != step.record {
            return Err(Refusal::NotEntitled { signer: body.device.clone(), record: step.record });
        }
        let order = body.order;
        let placed = self.moved_order(step, order, OrderAct::Commit(body.clone()))?;
        self.seal_round(step, order, body.attempt, &body.beacon)?;
        self.put_order(step, order, placed, false);
        self.facts.commitments.insert(step.id(), body);
        Ok(())
    }

    fn claim_outcome(&mut self, step: &Step<'_>, body: OutcomeClaimed) -> Result<(), Refusal> {
        step.authority_only()?;
        self.check_mission_of(body.order, body.mission)?;
        let commitment = self
            .facts
            .commitments
            .get(&body.commitment)
            .ok_or(Refusal::Unknown { what: "evidence commitment", id: body.commitment })?;
        let order = body.order;
        let terms = self.order(order)?.placed.terms();
        let claimant = Claimant {
            vault: step.record,
            family: family(&self.mip_of(order)?.name).to_owned(),
            device: commitment.device.clone(),
        };
        let span = terms.span;
        // Asked first without changing anything, so that a refusal of either leaves both as they were.
        let placed = self.moved_order(step, order, OrderAct::Claim(body.clone()))?;
        let freed = self.refunds_seen(step);
        if freed.is_empty() {
            self.facts.windows.claim(&claimant, span, order, body.nullifier)?;
        } else {
            let mut windows = self.facts.windows.clone();
            for order in &freed {
                windows.free(*order);
            }
            windows.claim(&claimant, span, order, body.nullifier)?;
            self.facts.windows = windows;
            if let Some(refunds) = self.facts.refunds.get_mut(&step.record) {
                refunds.retain(|order, _| !freed.contains(order));
            }
        }
        self.put_order(step, order, placed, false);
        self.facts.claims.insert(step.id(), body);
        Ok(())
    }

    /// Refunded orders of the speaker whose refund its record has seen. A refund stands in the keeper's record, so
    /// without this the window would be free for one reader and held for another.
    fn refunds_seen(&self, step: &Step<'_>) -> Vec<StatementId> {
        let refunds = self.facts.refunds.get(&step.record).into_iter().flatten();
        let seen = refunds.filter(|(_, refund)| self.require_seen(step, **refund).is_ok());
        seen.map(|(order, _)| *order).collect()
    }

    fn log_opening(&mut self, step: &Step<'_>, body: OpeningLogged) -> Result<(), Refusal> {
        step.authority_only()?;
        let order = self.order(body.order)?;
        self.require_seen(step, body.order)?;
        // Each opens what is its own, so that an opening is never mistaken for the other's.
        let opener = match body.what {
            OpeningKind::Windows => order.placed.buyer(),
            OpeningKind::Rows | OpeningKind::Leaves | OpeningKind::Result => {
                order.placed.terms().seller
            }
        };
        if opener != step.record {
            return Err(Refusal::NotEntitled {
                signer: step.statement().signer.clone(),
                record: step.record,
            });
        }
        let key = (body.order, body.attempt, body.to.clone(), body.what);
        self.facts.opening_of.insert(key, step.id());
        self.facts.openings.insert(step.id(), (step.record, body));
        Ok(())
    }

    fn file_report(&mut self, step: &Step<'_>, body: Reported) -> Result<(), Refusal> {
        for id in [body.claim, body.commitment].iter().chain(&body.openings) {
            self.require_seen(step, *id)?;
        }
        let claim = self.claim(body.claim)?;
        let order = self.order(claim.order)?;
        let house = order.placed.terms().reviewer_house;
        self.directory.actor_as(&body.reviewer, Role::Reviewer)?;
        if house != step.record || step.statement().signer != body.reviewer {
            return Err(Refusal::NotEntitled {
                signer: step.statement().signer.clone(),
                record: step.record,
            });
        }
        if claim.commitment != body.commitment {
            return Err(Refusal::Disagrees { what: "report and commitment" });
        }
        self.check_audit(step, claim, &body)?;
        for id in &body.openings {
            let (_, opening) = self.opening(*id)?;
            if opening.to != body.reviewer || opening.order != claim.order {
                return Err(Refusal::Disagrees { what: "report and opening" });
            }
        }
        let key = (body.claim, body.reviewer.clone());
        if self.facts.report_of.contains_key(&key) {
            return Err(Refusal::Disagrees { what: "second report on one claim" });
        }
        self.facts.report_of.insert(key, step.id());
        let report = Report { id: step.id(), by: step.record, body };
        self.facts.reports.insert(step.id(), report);
        Ok(())
    }

    fn resolve(&mut self, step: &Step<'_>, body: DisputeResolved) -> Result<(), Refusal> {
        step.authority_only()?;
        self.require_seen(step, body.report)?;
        let report = Box::new(self.report(body.report)?.clone());
        self.apply_order(step, body.order, OrderAct::Resolve(body, report))
    }

    /// An audit must have drawn with the beacon that opened the review.
    fn check_audit(
        &self,
        step: &Step<'_>,
        claim: &OutcomeClaimed,
        body: &Reported,
    ) -> Result<(), Refusal> {
        let Some(audit) = &body.audit else { return Ok(()) };
        let reviews = &self.mission(claim.mission)?.reviews;
        let Some((opened, expected)) = reviews.get(&body.claim).copied() else {
            return Err(Refusal::Disagrees { what: "audit without a review" });
        };
        self.require_seen(step, opened)?;
        if audit.beacon == expected {
            Ok(())
        } else {
            Err(Refusal::Mismatch { what: "audit beacon", expected, found: audit.beacon })
        }
    }

    fn check_mission_of(&self, order: StatementId, mission: StatementId) -> Result<(), Refusal> {
        if self.order(order)?.mission == Some(mission) {
            Ok(())
        } else {
            Err(Refusal::Disagrees { what: "mission and order" })
        }
    }

    /// A claim.
    pub fn claim(&self, id: StatementId) -> Result<&OutcomeClaimed, Refusal> {
        self.facts.claims.get(&id).ok_or(Refusal::Unknown { what: "claim", id })
    }

    /// An evidence commitment.
    pub fn evidence(&self, id: StatementId) -> Result<&EvidenceCommitted, Refusal> {
        self.facts.commitments.get(&id).ok_or(Refusal::Unknown { what: "evidence commitment", id })
    }

    /// A report.
    pub fn report(&self, id: StatementId) -> Result<&Report, Refusal> {
        self.facts.reports.get(&id).ok_or(Refusal::Unknown { what: "report", id })
    }

    /// What a reviewer reported on a claim.
    pub fn report_by(&self, claim: StatementId, reviewer: &KeyId) -> Option<&Report> {
        self.facts.reports.get(self.facts.report_of.get(&(claim, reviewer.clone()))?)
    }

    /// The last logged opening for a question.
    pub fn opening_of(&self, key: &OpeningKey) -> Option<StatementId> {
        self.facts.opening_of.get(key).copied()
    }

    /// All reports, by id.
    pub fn reports(&self) -> impl Iterator<Item = &Report> {
        self.facts.reports.values()
    }

    /// A logged opening, with whose it is.
    pub fn opening(&self, id: StatementId) -> Result<(SovereignId, &OpeningLogged), Refusal> {
        let found = self.facts.openings.get(&id);
        found.map(|(by, body)| (*by, body)).ok_or(Refusal::Unknown { what: "opening", id })
    }

    /// All logged openings, by id, with whose they are.
    pub fn openings(&self) -> impl Iterator<Item = (StatementId, SovereignId, &OpeningLogged)> {
        self.facts.openings.iter().map(|(id, (by, body))| (*id, *by, body))
    }

    /// A statement that published a manifest: the one with the smallest id.
    pub fn mip(&self, manifest: Digest) -> Option<(StatementId, &MipPublished)> {
        self.facts.mips.get(&manifest)?.first_key_value().map(|(id, body)| (*id, body))
    }

    /// The publication that an order rests on.
    pub fn mip_of(&self, order: StatementId) -> Result<&MipPublished, Refusal> {
        let view = self.order(order)?;
        let published = self.facts.mips.get(&view.placed.terms().mip);
        let found = published.and_then(|published| published.get(&view.mip));
        found.ok_or(Refusal::Unknown { what: "MIP", id: view.mip })
    }

    /// Refunds that gave windows back to `seller` which overlap `span`: a new claim cites them.
    pub fn refunds_over(&self, seller: SovereignId, span: &Span) -> Vec<StatementId> {
        let refunds = self.facts.refunds.get(&seller).into_iter().flatten();
        let overlaps = |order: &StatementId| {
            self.order(*order).is_ok_and(|view| view.placed.terms().span.overlaps(span))
        };
        refunds.filter(|(order, _)| overlaps(order)).map(|(_, refund)| *refund).collect()
    }
}

/// The family of a MIP by its name, e.g. `MIP-MFG` of `MIP-MFG/fault-watch`.
fn family(name: &str) -> &str {
    name.split_once('/').map_or(name, |(family, _)| family)
}

/// The single-use key of a claim: one vault, one MIP family, one device, one span.
pub fn claim_nullifier(
    vault: SovereignId,
    mip: &MipPublished,
    device: &KeyId,
    span: &Span,
) -> Digest {
    let family = family(&mip.name).to_owned();
    nullifier(&Claimant { vault, family, device: device.clone() }, span)
}
