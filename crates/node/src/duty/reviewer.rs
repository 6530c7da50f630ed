//! The reviewer house: asks for openings, has each assigned reviewer verify, states what was found.

use comity_constitution::MethodType;
use comity_mission::MissionFact;
use comity_mission::facts::{Decision, EvidenceOfTrust, Reviewed};
use comity_mission::{Panel, Phase, ReviewRecord, ReviewerProfile};
use comity_mycel::MycelFact;
use comity_mycel::facts::{Assurance, OpeningKind, Reported, Verdict};
use comity_mycel::order::Report;
use comity_replay::{MissionView, OrderView, last_task};
use comity_wire::{KeyId, SovereignId, StatementId, sha256};

use super::{Act, Acts, Draft, Speaker, state};
use crate::job::{Finding, Job, JobKey, Outcome, Review};
use crate::message::Ask;
use crate::node::Node;

impl Node {
    pub(super) fn reviewers(
        &self,
        id: StatementId,
        order: &OrderView,
        view: &MissionView,
        acts: &mut Acts,
    ) {
        let (Some(panel), Some(opened)) = (view.panel(), view.opened) else { return };
        if !matches!(view.mission.phase(), Phase::UnderReview { .. }) {
            return;
        }
        for key in panel.assigned.keys().filter(|key| self.may_answer(view, panel, key)) {
            let claim = panel.bundle.claim;
            match self.world.report_by(claim, key) {
                None => self.find(id, order, view, panel, key, acts),
                Some(report) => match panel.reviews.get(key) {
                    None => decide(view, panel, opened, key, report, acts),
                    Some(review) => vouch(view, panel, opened, key, review, acts),
                },
            }
        }
    }

    /// Whether an own reviewer still has something to say: nobody answers after having been found silent, or decides after
    /// having been recused.
    fn may_answer(&self, view: &MissionView, panel: &Panel, key: &KeyId) -> bool {
        let has_decided = panel.reviews.contains_key(key);
        let is_recused = view.mission.recused().contains_key(key) && !has_decided;
        self.is_mine(key)
            && !panel.turnover.silent.contains_key(key)
            && !is_recused
            && (has_decided || !self.world.is_reciprocal_now(view, key))
    }

    /// From the questions to the report.
    fn find(
        &self,
        id: StatementId,
        order: &OrderView,
        view: &MissionView,
        panel: &Panel,
        key: &KeyId,
        acts: &mut Acts,
    ) {
        let class = class_of(panel, key);
        let attempt = view.mission.attempts();
        let asks = questions(id, attempt, class, key);
        let sellers = order.placed.terms().seller;
        let to = [sellers, sellers, order.placed.buyer()];
        let mut openings = Vec::new();
        let mut given = Vec::new();
        for (ask, to) in asks.into_iter().zip(to) {
            match self.given.get(&ask) {
                // An opening counts when the record that logs it has been read that far, and logs this one.
                Some((opening, bytes)) if self.answers(*opening, &ask, to) => {
                    openings.push(*opening);
                    given.push(bytes);
                }
                _ => acts.push(Act::Ask { to, ask }),
            }
        }
        let [evidence, result, windows] = given.as_slice() else { return };
        let claim = panel.bundle.claim;
        match self.job(&JobKey::Review(claim, key.clone())) {
            None => {
                let Some(commitment) = panel.bundle.commitment else { return };
                let (Ok(claimed), Ok(commitment)) =
                    (self.world.claim(claim), self.world.evidence(commitment))
                else {
                    return;
                };
                acts.push(Act::Job(Job::Review(Box::new(Review {
                    reviewer: key.clone(),
                    class,
                    order: id,
                    terms: order.placed.terms().clone(),
                    commitment: commitment.clone(),
                    claim: claimed.clone(),
                    claim_id: claim,
                    beacon: panel.beacon,
                    evidence: (*evidence).clone(),
                    windows: (*windows).clone(),
                    result: (*result).clone(),
                }))));
            }
            Some(Outcome::Reviewed(finding)) => {
                let body = report_of(order, panel, class, key, finding, openings.clone());
                let Some(body) = body else { return };
                let draft = Draft::mycel(&MycelFact::from(body), ("claim", claim.digest()));
                let by = Speaker::Actor(key.clone());
                let cites = view.opened.into_iter().chain(openings);
                state(acts, draft.map(|draft| draft.spoken_by(by).citing(cites)));
            }
            Some(_) => {}
        }
    }

    /// Whether a logged opening is the answer of `by` to a question.
    fn answers(&self, opening: StatementId, ask: &Ask, by: SovereignId) -> bool {
        self.world.opening(opening).is_ok_and(|(record, logged)| {
            record == by
                && (logged.order, logged.attempt) == (ask.order, ask.attempt)
                && (logged.what, &logged.to) == (ask.what, &ask.reader)
        })
    }
}

/// From the report to the decision.
fn decide(
    view: &MissionView,
    panel: &Panel,
    opened: StatementId,
    key: &KeyId,
    report: &Report,
    acts: &mut Acts,
) {
    let mission = view.mission.id();
    let by = Speaker::Actor(key.clone());
    let approves = report.body.verdict == Verdict::Accept;
    let decision = if approves { Decision::Approve } else { Decision::Reject };
    let reason = format!("{:?}: {}", report.body.assurance, report.body.code);
    let claim = panel.bundle.claim;
    let fact = MissionFact::from(Reviewed {
        mission,
        claim,
        decision,
        report: Some(report.id),
        reason,
        flag: None,
    });
    let draft = Draft::mission(&fact, ("claim", claim.digest()));
    state(acts, draft.map(|draft| draft.spoken_by(by).citing([opened])));
}

/// From an approval to vouching for the worker.
pub(super) fn vouch(
    view: &MissionView,
    panel: &Panel,
    opened: StatementId,
    key: &KeyId,
    review: &ReviewRecord,
    acts: &mut Acts,
) {
    let mission = view.mission.id();
    let by = Speaker::Actor(key.clone());
    let Some(task) = last_task(panel).cloned() else { return };
    let vouched = panel.vouched.contains_key(&(key.clone(), task.clone()));
    let artifact = panel.bundle.work.done.get(&task).map(|done| done.artifact);
    if let (Decision::Approve, false, Some(artifact)) = (review.decision, vouched, artifact) {
        let worker = panel.bundle.work.worker.key.clone();
        let about = sha256(worker.as_str().as_bytes());
        let fact = MissionFact::from(EvidenceOfTrust {
            mission,
            task,
            artifact,
            worker,
            review: review.statement,
        });
        let draft = Draft::mission(&fact, ("worker", about));
        state(acts, draft.map(|draft| draft.spoken_by(by).citing([opened])));
    }
}

/// Rule-based reviewers re-execute on all rows, the others audit; if a panel has none of one sort, the first half of it
/// by key re-executes. Follows from who was drawn first, so nobody chooses the easier half, and who comes for somebody
/// does what that one had to do.
pub(super) fn class_of(panel: &Panel, key: &KeyId) -> Assurance {
    let drawn = panel.turnover.first(&panel.assigned);
    let seat = panel.turnover.first_of(key);
    let deterministic = |who: &ReviewerProfile| who.method() == MethodType::RuleBasedDeterministic;
    let count = drawn.values().filter(|who| deterministic(who)).count();
    let re_executes = if count == 0 || count == drawn.len() {
        let half = drawn.len().div_ceil(2);
        drawn.keys().take(half).any(|other| *other == seat)
    } else {
        drawn.get(seat).is_some_and(|who| deterministic(who))
    };
    if re_executes { Assurance::A3 } else { Assurance::A1 }
}

pub(super) fn questions(
    order: StatementId,
    attempt: u64,
    class: Assurance,
    key: &KeyId,
) -> [Ask; 3] {
    let evidence = if class == Assurance::A3 { OpeningKind::Rows } else { OpeningKind::Leaves };
    [evidence, OpeningKind::Result, OpeningKind::Windows].map(|what| Ask {
        order,
        attempt,
        what,
        reader: key.clone(),
    })
}

fn report_of(
    order: &OrderView,
    panel: &Panel,
    class: Assurance,
    key: &KeyId,
    finding: &Finding,
    openings: Vec<StatementId>,
) -> Option<Reported> {
    Some(Reported {
        claim: panel.bundle.claim,
        commitment: panel.bundle.commitment?,
        mip: order.placed.terms().mip,
        verifier: finding.verifier,
        engine: finding.engine.to_owned(),
        verdict: finding.verdict,
        code: finding.code.clone(),
        outputs: finding.outputs.clone(),
        fuel: finding.fuel,
        assurance: class,
        audit: finding.audit.clone(),
        openings,
        reviewer: key.clone(),
    })
}
