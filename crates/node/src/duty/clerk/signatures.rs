//! What the committee has to sign, and its signature where enough shares are at hand.

use std::collections::BTreeSet;

use comity_bls::{Beacon, Certificate, Decision, Kind, Round};
use comity_commitment::anchor::WINDOW_ITEMS_MAX;
use comity_commitment::{
    BeaconPublished, Certified, CommitmentFact, Committee, CommitteeTerm, Layer, Rules, Window,
};
use comity_constitution::{Appeals, Polity, Stage};
use comity_replay::RecordView;
use comity_wire::{Digest, SovereignId, Time, b64, sha256};

use super::super::{Acts, Draft, state};
use crate::node::Node;

/// Something that members sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signing {
    /// The beacon of an epoch.
    Beacon(Round),
    /// A certificate; of a window, the number of its last item.
    Certificate(Decision, Option<u64>),
}

impl Signing {
    /// The 32 bytes.
    pub(crate) fn message(&self) -> Digest {
        match self {
            Self::Beacon(round) => round.message(),
            Self::Certificate(decision, _) => decision.message(),
        }
    }

    /// The epoch whose key signs.
    pub(crate) const fn epoch(&self) -> u64 {
        match self {
            Self::Beacon(round) => round.0,
            Self::Certificate(decision, _) => decision.epoch,
        }
    }
}

impl Node {
    /// The first signature for which there are enough parts.
    pub(super) fn signatures(&self, me: SovereignId, at: Time, acts: &mut Acts) {
        let Some(view) = self.world.record(me) else { return };
        for signing in self.signings(me, at) {
            let Ok(term) = view.committee().usable(signing.epoch(), at) else { continue };
            if let Some(fact) = self.signature(term, signing) {
                state(acts, Draft::commitment(&fact, ("signed", signing.message())));
                return;
            }
        }
    }

    fn signature(&self, term: &CommitteeTerm, signing: Signing) -> Option<CommitmentFact> {
        let parts = self.members.parts(&term.key, &signing.message())?;
        Some(match signing {
            Signing::Beacon(round) => {
                let beacon = Beacon::combine(round, &term.key, &parts).ok()?;
                BeaconPublished { beacon: b64::encode(&beacon.encode()) }.into()
            }
            Signing::Certificate(decision, window_to) => {
                let certificate = Certificate::combine(decision, &term.key, &parts).ok()?;
                let certificate = b64::encode(&certificate.encode());
                Certified { certificate, window_to }.into()
            }
        })
    }

    /// What the committee of a record has to sign at `at`, in the order in which it is wanted.
    pub(crate) fn signings(&self, record: SovereignId, at: Time) -> Vec<Signing> {
        let (Some(view), Ok(rules)) = (self.world.record(record), self.world.rules_of(record))
        else {
            return Vec::new();
        };
        let committee = view.committee();
        if committee.terms().is_empty() {
            return Vec::new();
        }
        let now = rules.epoch_number(at);
        let decided = |commitment| Decision {
            kind: Kind::Decision,
            epoch: now,
            commitment,
            parameters: rules.parameters.hash(),
        };
        let decisions = self.undecided(record, committee).map(|digest| (decided(digest), None));
        let windows = uncertified(view, at, &rules)
            .into_iter()
            .filter_map(|window| Some((decided(window.payload().ok()?), Some(window.to))));
        let handover = handover(committee, now).map(|found| {
            let parameters = rules.parameters.hash();
            (Decision { parameters, ..found }, None)
        });
        let certificates = commitments(committee, at).map(|decision| (decision, None));
        let certificates = certificates.chain(decisions).chain(handover).chain(windows);
        let rounds =
            self.rounds(record, now).into_iter().map(|round| Signing::Beacon(Round(round)));
        rounds
            .chain(certificates.map(|(decision, to)| Signing::Certificate(decision, to)))
            .filter(|signing| committee.usable(signing.epoch(), at).is_ok())
            .collect()
    }

    /// Rounds to be published: those that a draw waits for, then that of this epoch. They only rise.
    fn rounds(&self, record: SovereignId, now: u64) -> BTreeSet<u64> {
        let polity = self.world.polity(record);
        let amendments = polity.into_iter().flat_map(Polity::amendments);
        let amendments = amendments.filter_map(|(_, found)| found.vote()?.awaits_round());
        let decisions = polity.into_iter().flat_map(Polity::decisions);
        let decisions = decisions.filter_map(|(_, found)| found.vote()?.0.awaits_round());
        let cases = self.world.appeals(record).into_iter().flat_map(Appeals::cases);
        let cases = cases.filter_map(|(_, case)| case.awaits_round());
        let last = self.world.record(record).and_then(|view| view.committee().last_round());
        let is_next = |round: &u64| *round <= now && last.is_none_or(|last| last < *round);
        amendments.chain(decisions).chain(cases).chain([now]).filter(is_next).collect()
    }

    /// Decisions of chambers that wait for their certificate.
    fn undecided(
        &self,
        record: SovereignId,
        committee: &Committee,
    ) -> impl Iterator<Item = Digest> {
        let amendments = self.world.polity(record).into_iter().flat_map(Polity::amendments);
        amendments
            .filter(|(_, found)| found.stage() == Stage::Confirmed)
            .filter_map(|(_, found)| found.decision().ok())
            .filter(|digest| committee.certificate(digest).is_none())
    }
}

/// Commitments of epochs without a certificate, oldest first, back to the last that has one.
fn commitments(committee: &Committee, at: Time) -> impl Iterator<Item = Decision> {
    let waits = committee.closes().iter().rev();
    let waits = waits.take_while(|close| committee.certificate(&close.hash).is_none());
    let mut waits: Vec<Decision> = waits
        .map(|close| Decision {
            kind: Kind::Commitment,
            epoch: close.number,
            commitment: close.hash,
            parameters: close.parameters,
        })
        .filter(|decision| committee.usable(decision.epoch, at).is_ok())
        .collect();
    waits.reverse();
    waits.into_iter()
}

/// The next key, which the one before certifies in its last epoch, or in the epoch after.
fn handover(committee: &Committee, now: u64) -> Option<Decision> {
    let [.., _, next] = committee.terms() else { return None };
    let epoch = next.from.checked_sub(1)?;
    let commitment = sha256(&next.key.encode());
    let is_timely = epoch <= now && now <= next.from;
    let waits = is_timely && committee.certificate(&commitment).is_none();
    let parameters = Digest::ZERO;
    waits.then_some(Decision { kind: Kind::Handover, epoch, commitment, parameters })
}

/// The longest certified window that satisfies what is due on L1, if something is.
pub(crate) fn certified(view: &RecordView, at: Time, rules: &Rules<'_>) -> Option<Window> {
    let (least, most) = due(view, at, rules)?;
    let windows = (least..=most).rev().filter_map(|to| view.anchors().window(to).ok());
    let is_certified = |window: &Window| {
        let payload = window.payload().ok();
        payload.is_some_and(|payload| view.committee().certificate(&payload).is_some())
    };
    windows.into_iter().find(is_certified)
}

/// The window that the committee has to certify, if one is due and none is certified.
fn uncertified(view: &RecordView, at: Time, rules: &Rules<'_>) -> Option<Window> {
    let (_, most) = due(view, at, rules)?;
    let is_certified = certified(view, at, rules).is_some();
    (!is_certified).then(|| view.anchors().window(most).ok()).flatten()
}

/// The least and the greatest last item of the window that is due on L1.
fn due(view: &RecordView, at: Time, rules: &Rules<'_>) -> Option<(u64, u64)> {
    let anchors = view.anchors();
    let due = anchors.due(at, rules).into_iter().find(|due| due.layer == Layer::L1)?;
    let newest = (anchors.items().len() as u64).checked_sub(1)?;
    let most = newest.min(due.from + WINDOW_ITEMS_MAX - 1);
    Some((due.to.min(most), most))
}
