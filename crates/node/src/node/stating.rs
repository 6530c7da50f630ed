//! Making statements: date, citations, signature, world, record.

use comity_mesh::{MeshFact, TreatyRevoked};
use comity_mission::facts::{Escalated, GateDecided, PanelDecided, Recused};
use comity_mission::{MissionFact, Panel};
use comity_mycel::MycelFact;
use comity_replay::Refusal;
use comity_sign::{Claim, IssuerSecret, Signed};
use comity_wire::{KeyId, SovereignId, Statement, StatementId, Time, sha256_concat};

use super::{Node, Wanted};
use crate::duty::{Draft, Speaker};
use crate::error::NodeError;
use crate::io::{Command, Now};

impl Node {
    /// Folds the stored record in again.
    pub(super) fn reopen(&mut self, envelopes: &[Vec<u8>]) -> Result<(), NodeError> {
        for (index, bytes) in envelopes.iter().enumerate() {
            let claim = Claim::<Statement>::decode(bytes);
            let accepted = claim.map_err(NodeError::from).and_then(|claim| self.readmit(claim));
            accepted.map_err(|refusal| NodeError::OwnRecord {
                index: index as u64,
                refusal: Box::new(refusal),
            })?;
        }
        Ok(())
    }

    /// An own statement may cite foreign ones that have to be fetched again first, so reopening only checks its form and
    /// signature here; [`Node::drain_own`] folds it in as soon as what it cites is back.
    fn readmit(&mut self, claim: Claim<Statement>) -> Result<(), NodeError> {
        let me = *self.me.get_or_insert_with(|| SovereignId::of_genesis(claim.id()));
        let is_own = claim.claimed().issuer.is_none_or(|issuer| issuer == me);
        if !is_own {
            return Err(NodeError::BadGenesis);
        }
        self.world.remember_key(&claim.claimed().signer);
        let signed = self.world.keyring().verify(claim)?;
        self.own.push(&signed);
        self.reapply.push_back(signed);
        self.drain_own().map(drop)
    }

    /// Folds reopened statements in, in order, as far as what they cite is held.
    pub(super) fn drain_own(&mut self) -> Result<bool, NodeError> {
        let Some(me) = self.me else { return Ok(false) };
        let mut progress = false;
        while let Some(signed) = self.reapply.front() {
            match self.world.apply(me, signed) {
                Ok(_) => progress = true,
                Err(Refusal::CitationMissing { .. }) => break,
                Err(refusal) => {
                    let index = self.own.size() - self.reapply.len() as u64;
                    let refusal = Box::new(NodeError::from(refusal));
                    return Err(NodeError::OwnRecord { index, refusal });
                }
            }
            self.reapply.pop_front();
        }
        Ok(progress)
    }

    /// Dates, signs, applies and records a draft.
    pub(super) fn state(&mut self, now: Now, draft: Draft) -> Result<StatementId, NodeError> {
        let secret = self.secret(&draft.speaker)?;
        let cites = match self.me {
            Some(me) => self.world.unseen(me, &draft.cites),
            None => Vec::new(),
        };
        let at = self.date(now, &cites);
        let statement = Statement {
            kind: draft.kind.to_owned(),
            subject: draft.subject,
            issuer: self.me,
            signer: secret.id(),
            at,
            cites,
            body: draft.body,
        };
        let signed = Signed::sign(&secret, statement)?;
        let record = self.me.unwrap_or_else(|| SovereignId::of_genesis(signed.id()));
        self.world.apply(record, &signed)?;
        self.me = Some(record);
        self.own.push(&signed);
        self.appended.push(signed.bytes().to_vec());
        Ok(signed.id())
    }

    /// The date of a statement made now: never before the last one of the record, nor before what it cites.
    pub(crate) fn date(&self, now: Now, cites: &[StatementId]) -> Time {
        let own = self.me.and_then(|me| self.world.record(me)).map_or(Time::MIN, |own| own.last);
        let cited = cites.iter().filter_map(|id| self.world.place(*id)).map(|place| place.at);
        cited.fold(own.max(now.wall), Time::max)
    }

    fn secret(&self, speaker: &Speaker) -> Result<IssuerSecret, NodeError> {
        match speaker {
            Speaker::Root => Ok(IssuerSecret::classical(self.secrets.root.clone())),
            Speaker::Authority => Ok(self.secrets.authority.clone()),
            Speaker::Actor(key) => {
                let found = self.actors.get(key);
                let found = found.ok_or_else(|| NodeError::NoSecret { key: key.clone() })?;
                Ok(IssuerSecret::classical(found.clone()))
            }
        }
    }

    /// The authority's key id.
    pub(crate) fn authority(&self) -> KeyId {
        self.secrets.authority.id()
    }

    /// The root's key id.
    pub(crate) fn root(&self) -> KeyId {
        self.secrets.root.public().key_id()
    }

    /// The panel of a mission under review.
    pub(super) fn panel_of(&self, mission: StatementId) -> Result<&Panel, NodeError> {
        let panel = self.world.mission(mission)?.panel();
        panel.ok_or(NodeError::NotUnderReview { mission })
    }

    pub(super) fn draft_of(&self, now: Now, command: Command) -> Result<Draft, NodeError> {
        let me = self.me.ok_or(NodeError::NotFounded)?;
        let digest = me.digest();
        Ok(match command {
            Command::Recognise(plan) => {
                let to = plan.to;
                let genesis = StatementId::from_digest(to.digest());
                let wanted = Wanted {
                    to,
                    roles: plan.scopes.iter().map(|scope| scope.role().to_owned()).collect(),
                    window: (plan.not_before.into(), plan.not_after.into()),
                    about: sha256_concat(&[to.digest().as_bytes(), &self.own.size().to_be_bytes()]),
                };
                let issued = self.treaty(me, now, wanted)?;
                Draft::mesh(&issued, ("sovereign", to.digest()))?.citing([genesis])
            }
            Command::RevokeTreaty { treaty, reason } => {
                let revoked = MeshFact::from(TreatyRevoked { treaty, reason });
                Draft::mesh(&revoked, ("treaty", treaty.digest()))?
            }
            Command::Admit(admitted) => Draft::admission(admitted)?,
            Command::Credit(body) => {
                let subject = ("account", body.account.digest());
                let genesis = StatementId::from_digest(body.account.digest());
                Draft::mycel(&MycelFact::from(body), subject)?.citing([genesis])
            }
            Command::Publish(body) => {
                let subject = ("mip", body.manifest);
                Draft::mycel(&MycelFact::from(body), subject)?
            }
            Command::Place(order) => {
                let cites = self.order_cites(me, now, &order);
                Draft::mycel(&MycelFact::OrderPlaced(*order), ("sovereign", digest))?.citing(cites)
            }
            Command::Undertake(next) => self.undertaking_of(*next)?,
            Command::Decide { mission, decision, reason } => {
                let gate = self.gate_actor(me)?;
                let body = GateDecided { mission, decision, reason };
                Draft::mission(&MissionFact::from(body), ("mission", mission.digest()))?
                    .spoken_by(Speaker::Actor(gate))
            }
            Command::Judge { mission, panellist, judgement, reason } => {
                let panel = self.panel_of(mission)?;
                let people = panel.people.as_ref().ok_or(NodeError::NotUnderReview { mission })?;
                let (seated_by, _) = people.turnover.seated_by(&panellist);
                let claim = panel.bundle.claim;
                let body = PanelDecided { mission, claim, judgement, reason };
                Draft::mission(&MissionFact::from(body), ("claim", claim.digest()))?
                    .spoken_by(Speaker::Actor(panellist))
                    .citing([seated_by])
            }
            Command::Escalate { mission, reason } => {
                let claim = self.panel_of(mission)?.bundle.claim;
                let owner = self.world.mission(mission)?.mission.owner().clone();
                let body = Escalated { mission, claim, reason };
                Draft::mission(&MissionFact::from(body), ("claim", claim.digest()))?
                    .spoken_by(Speaker::Actor(owner))
            }
            Command::OfferKey { actor } => self.offer(actor)?,
            Command::Act { by, fact } => fact.draft()?.spoken_by(by.into()),
            Command::Recuse { mission, reviewer, reason } => {
                let body = Recused { mission, reviewer, reason };
                Draft::mission(&MissionFact::from(body), ("mission", mission.digest()))?
                    .citing([mission])
            }
        })
    }
}
