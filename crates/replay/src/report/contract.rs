//! The twelve lines of the blueprint's contract (§9), each with what an export shows about it.
//!
//! *Proven* means that what the line asks for happened in this export and was recomputed from its bytes. *Not proven* means that
//! nothing here shows it: it did not come up, or a check is refused and nothing may be concluded. *Violated* names what breaks it.
//!
//! # Invariants
//!
//! 1. There are always twelve lines, in the blueprint's order.
//! 2. A line is proven only if every check of the export passed.

use comity_commitment::{CertificateKind, CertifiedDigest, Layer};
use comity_constitution::{CommitmentTier, DomainType, RiskTier, Stage};

use super::{Check, Outcome};
use crate::World;
use crate::world::RecordView;

/// One line of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractLine {
    /// Its number in the blueprint, from 1.
    pub number: u8,
    /// What it asks for.
    pub text: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// Why.
    pub why: String,
}

/// How a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It happened here and was recomputed.
    Proven,
    /// Nothing here shows it.
    NotProven,
    /// Something here breaks it.
    Violated,
}

impl Standing {
    /// The words for people and machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::NotProven => "not proven",
            Self::Violated => "violated",
        }
    }
}

/// What the blueprint asks for, line by line.
const TEXTS: [&str; 12] = [
    "every event that affects trust is signed and linked to a commitment",
    "every constitutional event went through chambers and a certificate",
    "every constrained random assignment can be replayed",
    "every critical transition can be audited from public commitments",
    "a verification failure leaves the state unchanged",
    "the invariants of the threat model hold",
    "a low-risk and a high-risk mission are reproducible end to end",
    "the files of rules satisfy every relation",
    "the phase is identified and enforced",
    "reviewers are heterogeneous as their tier asks",
    "every task has a domain type, and normative ones went to people",
    "the commitment tier is identified, and anchors are as frequent as it asks",
];

/// Which line a refusal breaks, by the beginning of its code; the first that fits.
const BROKEN_BY: [(&str, &[u8]); 9] = [
    ("trust.", &[1, 6]),
    ("constitution.phase", &[9]),
    ("constitution.draw", &[3]),
    ("constitution.", &[2, 6]),
    ("mission.route", &[3, 10]),
    ("mission.panel", &[11]),
    ("mission.", &[6, 10]),
    ("commitment.anchor", &[12]),
    ("commitment.", &[4]),
];

/// What a line comes to.
type Found = (Standing, String);

/// The twelve lines of an export.
pub(crate) fn contract(world: &World, checks: &[Check], trust_changes: usize) -> Vec<ContractLine> {
    let refused = checks.iter().find_map(|check| match &check.outcome {
        Outcome::Refused { place, code, .. } => Some((place.as_str(), *code)),
        Outcome::Passed { .. } | Outcome::Skipped { .. } => None,
    });
    let found = match refused {
        Some((place, code)) => broken(place, code),
        None if checks.iter().all(|check| matches!(check.outcome, Outcome::Passed { .. })) => {
            held(&Facts::of(world, trust_changes))
        }
        None => TEXTS.map(|_| not_proven("a check was skipped")),
    };
    let lines = TEXTS.into_iter().zip(found).zip(1..);
    lines
        .map(|((text, (standing, why)), number)| ContractLine { number, text, standing, why })
        .collect()
}

fn proven(why: String) -> Found {
    (Standing::Proven, why)
}

fn not_proven(why: &str) -> Found {
    (Standing::NotProven, why.to_owned())
}

/// Nothing is concluded from an export that holds what the rules refuse; some lines are broken by it.
fn broken(place: &str, code: &str) -> [Found; 12] {
    let rule = BROKEN_BY.iter().find(|(prefix, _)| code.starts_with(prefix));
    let lines = rule.map_or(&[4][..], |(_, lines)| lines);
    let mut number = 0;
    TEXTS.map(|_| {
        number += 1;
        // A record that goes on after what the rules refuse has changed its state by it.
        if number == 5 || lines.contains(&number) {
            (Standing::Violated, format!("{code} at {place}"))
        } else {
            not_proven("a check is refused")
        }
    })
}

/// What the lines are read from, counted over all records.
#[derive(Default)]
struct Facts {
    statements: u64,
    epochs: u64,
    /// Statements since the last close of their record, but for what only attests that.
    uncommitted: usize,
    trust_changes: usize,
    constitutions: Vec<String>,
    activated: usize,
    ended: usize,
    sittings: usize,
    reviews: usize,
    low: usize,
    high: usize,
    tasks: usize,
    for_people: usize,
    schedules: Vec<Schedule>,
}

/// How one record with a constitution keeps the schedule of its tier.
struct Schedule {
    name: String,
    tier: CommitmentTier,
    anchors: usize,
    is_violated: bool,
}

impl Facts {
    fn of(world: &World, trust_changes: usize) -> Self {
        let mut facts = Self { trust_changes, ..Self::default() };
        for (_, view) in world.records() {
            facts.statements += view.log.size();
            facts.epochs += view.chain().len();
            facts.uncommitted += view.epoch().len().saturating_sub(attesting(view));
        }
        facts.missions(world);
        for (record, polity) in world.polities() {
            let view = world.record(record);
            let name = view.map_or_else(String::new, |view| view.name.clone());
            let phase = polity.phase().phase();
            let phase = phase.map_or("failed closed", comity_constitution::phase::Phase::name);
            facts.constitutions.push(format!("{name}: {phase}, {} people", polity.humans()));
            for (_, amendment) in polity.amendments() {
                facts.activated += usize::from(amendment.stage() == Stage::Activated);
                facts.ended += usize::from(amendment.stage().is_end());
                facts.sittings += amendment.tallies().len();
            }
            facts.schedules.extend(view.and_then(|view| Schedule::of(world, record, view, name)));
        }
        facts
    }

    fn missions(&mut self, world: &World) {
        for (_, view) in world.missions() {
            self.reviews += usize::from(view.opened.is_some());
            let Some(plan) = view.mission.phase().plan() else { continue };
            self.tasks += plan.graph.tasks().count();
            let is_done = view.mission.phase().is_completed();
            match plan.scope.tier {
                RiskTier::R0 | RiskTier::R1 => self.low += usize::from(is_done),
                RiskTier::R2 | RiskTier::R3 => self.high += usize::from(is_done),
            }
            let is_for_people = plan.scope.domain_type != DomainType::Objective
                || plan.graph.first_needing_people().is_some();
            self.for_people += usize::from(is_for_people);
        }
    }
}

impl Schedule {
    fn of(
        world: &World,
        record: comity_wire::SovereignId,
        view: &RecordView,
        name: String,
    ) -> Option<Self> {
        let (anchors, rules) = (view.anchors(), world.rules_of(record).ok()?);
        Some(Self {
            name,
            tier: anchors.tier(),
            anchors: anchors.of(Layer::L1).len() + anchors.of(Layer::L2).len(),
            is_violated: anchors.is_violated(view.last, &rules),
        })
    }
}

/// The lines of an export whose every check passed.
fn held(facts: &Facts) -> [Found; 12] {
    let none = facts.constitutions.is_empty();
    [
        if facts.trust_changes == 0 {
            not_proven("no trust changed")
        } else {
            committed(facts, format!("{} changes of trust", facts.trust_changes))
        },
        if none {
            not_proven("no record founded a constitution")
        } else if facts.activated == 0 {
            not_proven("no change of the rules came as far as a certificate")
        } else {
            let (activated, ended) = (facts.activated, facts.ended);
            proven(format!(
                "{activated} of {ended} ended amendments came into force, each by its chambers and a certificate"
            ))
        },
        match (facts.reviews, facts.sittings) {
            (0, 0) => not_proven("nobody was drawn"),
            (reviews, sittings) => {
                proven(format!("{reviews} panels of reviewers and {sittings} chambers drawn again"))
            }
        },
        if facts.epochs == 0 {
            not_proven("no epoch was closed")
        } else {
            committed(facts, format!("{} commitments, every root recomputed", facts.epochs))
        },
        proven(format!("{} statements applied, none that the rules refuse", facts.statements)),
        if none || facts.reviews == 0 {
            not_proven("without missions and a constitution most of them did not come up")
        } else {
            proven("replayed under the rules that refuse whatever breaks one".to_owned())
        },
        match (facts.low, facts.high) {
            (0, _) | (_, 0) => {
                let (low, high) = (facts.low, facts.high);
                not_proven(&format!("{low} low-risk and {high} high-risk missions were completed"))
            }
            (low, high) => {
                proven(format!("{low} low-risk and {high} high-risk missions were completed"))
            }
        },
        proven("every parameter file and charter that a record names was checked".to_owned()),
        if none {
            not_proven("no record founded a constitution")
        } else {
            proven(facts.constitutions.join("; "))
        },
        if facts.reviews == 0 {
            not_proven("nothing was reviewed")
        } else {
            proven(format!("{} panels checked against their tier", facts.reviews))
        },
        if facts.tasks == 0 {
            not_proven("no mission has a task")
        } else {
            let (tasks, people) = (facts.tasks, facts.for_people);
            proven(format!("{tasks} tasks with a domain type; {people} missions went to people"))
        },
        schedule(facts),
    ]
}

/// Statements since the last close that say nothing but what is closed: beacons, certificates of commitments, anchors. Where
/// there is a committee, each close is followed by some.
fn attesting(view: &RecordView) -> usize {
    let (committee, anchors) = (view.committee(), view.anchors());
    let closed = committee.closes().last().map_or(u64::MAX, |close| close.index);
    let beacons = committee.beacons().filter(|beacon| closed < beacon.index).count();
    let of_commitment = |found: &&CertifiedDigest| {
        closed < found.index && found.decision.kind == CertificateKind::Commitment
    };
    let certificates = committee.certificates().filter(of_commitment).count();
    let anchored = anchors.of(Layer::L1).iter().chain(anchors.of(Layer::L2));
    beacons + certificates + anchored.filter(|anchor| closed < anchor.index).count()
}

/// Proven once nothing waits for the close of an epoch.
fn committed(facts: &Facts, what: String) -> Found {
    match facts.uncommitted {
        0 => proven(what),
        open => {
            not_proven(&format!("{what}, but {open} statements are in epochs that are still open"))
        }
    }
}

fn schedule(facts: &Facts) -> Found {
    if facts.schedules.is_empty() {
        return not_proven("no record founded a constitution");
    }
    if let Some(late) = facts.schedules.iter().find(|schedule| schedule.is_violated) {
        let why = format!("{}: an anchor is later than {} allows", late.name, late.tier);
        return (Standing::Violated, why);
    }
    if let Some(none) = facts.schedules.iter().find(|schedule| schedule.anchors == 0) {
        return not_proven(&format!("{}: nothing is anchored yet", none.name));
    }
    let one = |schedule: &Schedule| {
        format!("{}: {}, {} anchors in time", schedule.name, schedule.tier, schedule.anchors)
    };
    proven(facts.schedules.iter().map(one).collect::<Vec<_>>().join("; "))
}
