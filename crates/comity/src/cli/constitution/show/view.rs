//! What is shown of a constitution, read off the world: one form for people and for machines.

use comity_commitment::Layer;
use comity_commitment::schedule::Due;
use comity_constitution::amendment::Amendment as Found;
use comity_constitution::appeal::{self, Effect, Finding, Relief};
use comity_constitution::chamber::{Path, Sitting, Verdict};
use comity_constitution::phase::{Phase, Standing};
use comity_constitution::vote;
use comity_constitution::{CommitmentTier, Polity, polity};
use comity_replay::{RecordView, World};
use comity_trust::{Incident, IncidentState};
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};
use serde::Serialize;

use crate::fail::one_line;

/// Everything.
#[derive(Debug, Serialize)]
pub(super) struct View {
    pub(super) id: SovereignId,
    pub(super) name: String,
    pub(super) phase: Option<&'static str>,
    pub(super) tier: &'static str,
    pub(super) people: u64,
    pub(super) founder: String,
    pub(super) veto_ended: Option<Time>,
    pub(super) charter: Digest,
    pub(super) parameters: Digest,
    pub(super) epochs: Epochs,
    pub(super) anchors_due: Vec<Anchor>,
    pub(super) committee: Option<Committee>,
    pub(super) ceremony: Option<&'static str>,
    pub(super) amendments: Vec<Amendment>,
    pub(super) decisions: Vec<Decision>,
    pub(super) cases: Vec<Case>,
    pub(super) held: Vec<Held>,
}

/// Commitments.
#[derive(Debug, Serialize)]
pub(super) struct Epochs {
    pub(super) closed: usize,
    pub(super) certified: usize,
    pub(super) last: Option<Digest>,
}

/// What has to be published on a chain.
#[derive(Debug, Serialize)]
pub(super) struct Anchor {
    pub(super) layer: &'static str,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) since: Time,
    pub(super) is_late: bool,
}

/// The newest key.
#[derive(Debug, Serialize)]
pub(super) struct Committee {
    pub(super) key_epoch: u64,
    pub(super) threshold: u16,
    pub(super) members: Vec<String>,
    pub(super) until: Time,
}

/// A proposal.
#[derive(Debug, Serialize)]
pub(super) struct Amendment {
    pub(super) id: StatementId,
    pub(super) stage: &'static str,
    pub(super) path: &'static str,
    pub(super) proposer: String,
    pub(super) instrument: &'static str,
    pub(super) from: Digest,
    pub(super) to: Digest,
    pub(super) sponsors: Vec<String>,
    pub(super) sponsors_min: u64,
    pub(super) waits_until: Option<Time>,
    pub(super) tallies: Vec<Tally>,
    pub(super) vote: Option<Vote>,
}

/// A count.
#[derive(Debug, Serialize)]
pub(super) struct Tally {
    pub(super) poll: &'static str,
    pub(super) verdict: &'static str,
    pub(super) yes: u32,
    pub(super) no: u32,
    pub(super) abstain: u32,
}

/// A vote on its way.
#[derive(Debug, Serialize)]
pub(super) struct Vote {
    pub(super) poll: &'static str,
    pub(super) awaits_round: Option<u64>,
    pub(super) sitting: Option<StatementId>,
    pub(super) members: Vec<String>,
    pub(super) closes: Option<Time>,
    pub(super) yes: u32,
    pub(super) no: u32,
    pub(super) abstain: u32,
}

/// A decision of G0.
#[derive(Debug, Serialize)]
pub(super) struct Decision {
    pub(super) id: StatementId,
    pub(super) standing: &'static str,
    pub(super) text: Digest,
    pub(super) vote: Option<Vote>,
}

/// A complaint.
#[derive(Debug, Serialize)]
pub(super) struct Case {
    pub(super) id: StatementId,
    pub(super) subject: StatementId,
    pub(super) ground: &'static str,
    pub(super) standing: &'static str,
    pub(super) effect: &'static str,
    pub(super) panel: Vec<String>,
    pub(super) outcomes: Vec<Outcome>,
}

/// What a panel found.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    pub(super) finding: &'static str,
    pub(super) upholding: u32,
    pub(super) dismissing: u32,
}

/// A gain of trust that waits for people.
#[derive(Debug, Serialize)]
pub(super) struct Held {
    pub(super) id: StatementId,
    pub(super) actor: String,
    pub(super) rise: String,
    pub(super) endorsements: usize,
    pub(super) until: Option<Time>,
}

/// Who looks, and when.
struct Eye<'a> {
    world: &'a World,
    record: SovereignId,
    now: Time,
    /// Whether what has ended is shown too.
    all: bool,
}

impl View {
    /// What is to be said about the constitution of a record; none if there is none.
    pub(super) fn of(world: &World, record: SovereignId, now: Time, all: bool) -> Option<Self> {
        let (polity, view) = (world.polity(record)?, world.record(record)?);
        let eye = Eye { world, record, now, all };
        Some(Self {
            id: record,
            name: one_line(&view.name),
            phase: polity.phase().phase().map(Phase::name),
            tier: tier(polity.phase().tier()),
            people: polity.humans(),
            founder: eye.name(polity.founder()),
            veto_ended: polity.phase().veto_ended(),
            charter: polity.charter(),
            parameters: polity.parameters(),
            epochs: epochs(view),
            anchors_due: eye.anchors(),
            committee: eye.committee(view),
            ceremony: view.committee().ceremony(),
            amendments: eye.amendments(polity),
            decisions: eye.decisions(polity),
            cases: eye.cases(),
            held: eye.held(),
        })
    }
}

impl Eye<'_> {
    fn name(&self, key: &KeyId) -> String {
        let found = self.world.directory().actor(key);
        found.map_or_else(|_| key.short().to_owned(), |actor| one_line(&actor.name))
    }

    fn names<'k>(&self, keys: impl IntoIterator<Item = &'k KeyId>) -> Vec<String> {
        let mut names: Vec<String> = keys.into_iter().map(|key| self.name(key)).collect();
        names.sort();
        names
    }

    fn anchors(&self) -> Vec<Anchor> {
        let due = self.world.anchors_due(self.record, self.now).unwrap_or_default();
        let one = |due: Due| Anchor {
            layer: match due.layer {
                Layer::L1 => "L1",
                Layer::L2 => "L2",
            },
            from: due.from,
            to: due.to,
            since: due.since,
            is_late: due.is_late,
        };
        due.into_iter().map(one).collect()
    }

    fn committee(&self, view: &RecordView) -> Option<Committee> {
        let term = view.committee().terms().last()?;
        Some(Committee {
            key_epoch: term.key.epoch().0,
            threshold: term.key.quorum().threshold(),
            members: term.members.iter().map(|key| self.name(key)).collect(),
            until: term.until,
        })
    }

    fn amendments(&self, polity: &Polity) -> Vec<Amendment> {
        let shown = polity.amendments().filter(|(_, it)| self.all || !it.stage().is_end());
        shown.map(|(id, found)| self.amendment(id, found)).collect()
    }

    fn amendment(&self, id: StatementId, found: &Found) -> Amendment {
        let change = found.change();
        let tally = |it: &vote::Tally| Tally {
            poll: it.poll.name(),
            verdict: verdict(it.verdict),
            yes: it.yes,
            no: it.no,
            abstain: it.abstain,
        };
        Amendment {
            id,
            stage: found.stage().name(),
            path: match found.path() {
                Path::Ordinary => "ordinary",
                Path::Entrenched => "entrenched",
            },
            proposer: self.name(found.proposer()),
            instrument: change.instrument.name(),
            from: change.from,
            to: change.to,
            sponsors: self.names(found.sponsors()),
            sponsors_min: found.terms().charter.amendment().sponsors_min,
            waits_until: found.waits_until(),
            tallies: found.tallies().iter().map(tally).collect(),
            vote: found.vote().map(|it| self.vote(it)),
        }
    }

    fn vote(&self, found: &vote::Vote) -> Vote {
        let sitting = found.sitting();
        let (yes, no, abstain) = sitting.map_or((0, 0, 0), Sitting::counts);
        Vote {
            poll: found.poll().name(),
            awaits_round: found.awaits_round(),
            sitting: found.seated_by(),
            members: sitting.map_or_else(Vec::new, |sitting| self.names(sitting.members())),
            closes: sitting.map(Sitting::closes),
            yes,
            no,
            abstain,
        }
    }

    fn decisions(&self, polity: &Polity) -> Vec<Decision> {
        let standing = |id: StatementId| polity.phase().decision(&id.digest());
        let shown = polity.decisions().map(|(id, found)| (id, standing(id), found));
        let shown = shown.filter(|(_, it, _)| self.all || *it == Some(Standing::Provisional));
        let one =
            |(id, standing, found): (StatementId, Option<Standing>, &polity::Decision)| Decision {
                id,
                standing: match standing {
                    Some(Standing::Provisional) => "provisional",
                    Some(Standing::Ratified) => "ratified",
                    Some(Standing::Reversed) => "reversed",
                    None => "unknown",
                },
                text: found.text(),
                vote: found.vote().map(|(it, _)| self.vote(it)),
            };
        shown.map(one).collect()
    }

    fn cases(&self) -> Vec<Case> {
        let Some(appeals) = self.world.appeals(self.record) else { return Vec::new() };
        let shown = appeals.cases().filter(|(_, it)| self.all || !it.is_final(self.now));
        let outcome = |it: &appeal::Outcome| Outcome {
            finding: match it.finding {
                Finding::Upheld => "upheld",
                Finding::Dismissed => "dismissed",
            },
            upholding: it.upholding,
            dismissing: it.dismissing,
        };
        let one = |(id, found): (StatementId, &appeal::Case)| Case {
            id,
            subject: found.subject(),
            ground: found.ground().name(),
            standing: found.standing().name(),
            effect: effect(found.effect(self.now)),
            panel: self.names(found.panel()),
            outcomes: found.outcomes().iter().map(outcome).collect(),
        };
        shown.map(one).collect()
    }

    fn held(&self) -> Vec<Held> {
        let Some((policy, ledger)) = self.world.trust(self.record) else { return Vec::new() };
        let governance = self.world.governance_of(self.record);
        let open = ledger.incidents().filter(|(_, it)| it.state == IncidentState::Open);
        let one = |(id, it): (StatementId, &Incident)| Held {
            id,
            actor: self.name(&it.actor),
            rise: it.rise.to_string(),
            endorsements: ledger.endorsements(id).count(),
            until: it.deadline(policy, governance),
        };
        open.map(one).collect()
    }
}

fn epochs(view: &RecordView) -> Epochs {
    let committee = view.committee();
    let closes = committee.closes();
    let is_certified = |digest: &Digest| committee.certificate(digest).is_some();
    Epochs {
        closed: closes.len(),
        certified: closes.iter().filter(|close| is_certified(&close.hash)).count(),
        last: closes.last().map(|close| close.hash),
    }
}

const fn tier(tier: CommitmentTier) -> &'static str {
    match tier {
        CommitmentTier::C0 => "C0",
        CommitmentTier::C1 => "C1",
        CommitmentTier::C2 => "C2",
    }
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "passed",
        Verdict::Rejected => "rejected",
        Verdict::Lapsed => "lapsed",
    }
}

const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::PriorStateActive => "everything stands as it did",
        Effect::Dismissed => "dismissed",
        Effect::Upheld(Relief::ReleaseDelta) => "the gain is released",
        Effect::Upheld(Relief::DropDelta) => "the gain is dropped",
        Effect::Upheld(Relief::OpenRecertification) => "the machine may be recertified",
        Effect::Upheld(Relief::SetAside) => "the statement is set aside",
    }
}
