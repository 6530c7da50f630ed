//! Trust under random facts: the guard holds, nothing is released without people, an end is an end.

use std::collections::BTreeMap;

use comity_constitution::phase::Phase;
use comity_constitution::{ActorKind, Nano, Parameters, RiskTier};
use comity_trust::{
    Alignment, DecommissionCause, Decommissioned, Ended, Endorser, Excluded, Governance,
    IncidentState, Ledger, LineageDeclared, MaliceAlleged, Policy, RecertificationMeasured,
    RecertificationRequested, Recertified, Released, Role, Stamp, Standing, Suspended, TrustError,
    Work,
};
use comity_wire::{KeyId, StatementId, Time, sha256};

use super::{digest, id};
use crate::input::Input;
use crate::oracle;

const DAY: i64 = 86_400;
/// Machines come first, then people.
const MACHINES: u8 = 3;
const ACTORS: u8 = 12;

/// The walk so far.
struct Walk {
    policy: Policy,
    ledger: Ledger,
    now: i64,
    number: u32,
    /// Statements that were taken, latest last.
    taken: Vec<StatementId>,
    risen: BTreeMap<(KeyId, u64), Nano>,
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let mut policy = Policy::from_parameters(&Parameters::founding());
    // Newcomers may vouch, and small quorums can be met.
    policy.endorser_trust_min = policy.rules.human.baseline;
    policy.guard.g1.signatures_min = 2;
    policy.machines.signatures_min = 2;
    policy.machines.probation_tasks = 2;
    let (ledger, now) = (Ledger::new(), 1_770_987_600);
    let (taken, risen) = (Vec::new(), BTreeMap::new());
    let mut walk = Walk { policy, ledger, now, number: 0, taken, risen };
    for number in 0..ACTORS - 2 {
        let kind = if number < MACHINES { ActorKind::Machine } else { ActorKind::Human };
        walk.ledger.admit(&policy, key(number), kind, Time::from_unix(now)).expect("a new key");
    }
    while !input.is_empty() && walk.number < 200 {
        walk.number += 1;
        if input.once_in(3) {
            walk.now += input.pick(&[1, 3_600, DAY, 20 * DAY, 100 * DAY, -DAY]);
        }
        let before = walk.ledger.clone();
        let stamp = Stamp {
            id: StatementId::from_digest(sha256(&walk.number.to_be_bytes())),
            at: Time::from_unix(walk.now),
        };
        match walk.step(&mut input, stamp) {
            Ok(()) => walk.taken.push(stamp.id),
            Err(error) => {
                oracle::refusal(error.code(), &error);
                assert_eq!(walk.ledger, before, "a refusal changed the ledger");
            }
        }
        walk.check(&before, stamp.at);
    }
}

impl Walk {
    fn step(&mut self, input: &mut Input<'_>, stamp: Stamp) -> Result<(), TrustError> {
        let (machine, actor) = (key(input.byte() % (MACHINES + 1)), key(input.byte() % ACTORS));
        let governance = Governance {
            phase: input.pick(&[Phase::G1, Phase::G1, Phase::G1, Phase::G0, Phase::G3]),
            since: Time::from_unix(1_770_987_600),
        };
        let (policy, ledger) = (&self.policy, &mut self.ledger);
        // Mostly something recent, so that statements refer to each other.
        let back = input.below(6);
        let about = self.taken.iter().rev().nth(back).copied().unwrap_or_else(|| id(0));
        let words: Vec<StatementId> = ledger.endorsements(about).map(|(word, _)| word).collect();
        match input.byte() % 12 {
            0..=3 => self.update(input, &actor, stamp),
            4 => {
                let decayed = ledger.propose_decay(policy, &actor, stamp.at)?;
                ledger.decay(policy, stamp, &decayed)
            }
            5 | 6 => {
                let organisation = format!("org {}", input.byte() % 3);
                let region = format!("region {}", input.byte() % 3);
                let by = Endorser { key: actor, organisation, region };
                let mut excluded = Excluded::default();
                excluded.organisations.insert("org 0".to_owned());
                ledger.endorse(policy, governance, stamp, (by, about), &excluded)
            }
            7 => {
                let released =
                    ledger.propose_release(policy, governance, about, words, stamp.at)?;
                let wrong =
                    Released { after: released.after.plus(Nano::EPSILON), ..released.clone() };
                assert!(ledger.clone().release(policy, governance, stamp, &wrong).is_err());
                ledger.release(policy, governance, stamp, &released)
            }
            8 => ledger.suspend(policy, governance, stamp, Suspended { held: about }),
            9 => self.recertification(input, machine, about, words, stamp),
            10 => {
                let cause = if input.once_in(2) {
                    DecommissionCause::Malice { alleged: about, endorsements: words }
                } else {
                    DecommissionCause::Zero
                };
                ledger.decommission(policy, stamp, &Decommissioned { cause, machine })
            }
            _ => {
                let ancestry = ledger.ancestry(policy, &machine, stamp.at)?;
                let declared = LineageDeclared { machine: actor, predecessor: machine };
                ledger.declare_lineage(policy, stamp, &declared, &ancestry)
            }
        }
    }

    fn recertification(
        &mut self,
        input: &mut Input<'_>,
        machine: KeyId,
        about: StatementId,
        endorsements: Vec<StatementId>,
        stamp: Stamp,
    ) -> Result<(), TrustError> {
        let (policy, ledger) = (&self.policy, &mut self.ledger);
        match input.byte() % 4 {
            0 => {
                let requested = RecertificationRequested { machine };
                ledger.request_recertification(policy, stamp, &requested)
            }
            1 => {
                let measured = RecertificationMeasured {
                    cases: input.pick(&[1_000, 1_000, 999, u64::MAX]),
                    correct: input.pick(&[1_000, 950, 949, u64::MAX]),
                    report: digest(1),
                    reproduced: input.pick(&[1_000, 990]),
                    request: about,
                    severe: input.pick(&[0, 5, 6]),
                };
                ledger.measure(policy, stamp, &measured)
            }
            2 => ledger.recertify(policy, stamp, &Recertified { endorsements, measured: about }),
            _ => {
                let reason = input.pick(&["it lies", " "]).to_owned();
                ledger.allege(policy, stamp, &MaliceAlleged { machine, reason, report: digest(2) })
            }
        }
    }

    fn update(
        &mut self,
        input: &mut Input<'_>,
        actor: &KeyId,
        stamp: Stamp,
    ) -> Result<(), TrustError> {
        let mission = id(input.byte());
        let epoch = u64::try_from(stamp.at.unix()).unwrap_or(0) / 3_600;
        let epoch = epoch.saturating_sub(u64::from(input.once_in(4)));
        let ended = Ended { mission, at: stamp.at };
        let work = work(input);
        let made = self.ledger.propose(&self.policy, actor, ended, epoch, work, stamp.at)?;
        self.ledger.apply(&self.policy, stamp, stamp.at, &made)?;
        let rise = made.after.minus(made.before).max(Nano::ZERO);
        let risen = self.risen.entry((actor.clone(), epoch)).or_default();
        *risen = risen.plus(rise);
        assert!(*risen <= self.policy.rules.delta_fast, "more than the guard lets pass");
        if made.held {
            let incident = self.ledger.incident(stamp.id).expect("an incident is open");
            assert!(incident.state == IncidentState::Open && made.after == made.before);
        }
        Ok(())
    }

    fn check(&self, before: &Ledger, at: Time) {
        for (actor, account) in self.ledger.accounts() {
            assert!(account.trust().is_unit(), "{actor} has trust {}", account.trust());
            let standing = account.standing_at(&self.policy, at);
            if account.kind() == ActorKind::Machine && account.trust() == Nano::ZERO {
                assert!(!standing.allows(RiskTier::R0), "{actor} works without trust");
            }
            let marks = before.account(actor).map_or(&[][..], |account| account.marks());
            assert!(account.marks().starts_with(marks), "what was marked stays");
            if let Some(Standing::Decommissioned { .. }) = marks.last().map(|mark| mark.standing) {
                assert_eq!(marks, account.marks(), "an end is an end");
                assert_eq!(account.trust(), Nano::ZERO);
            }
        }
        for (held, incident) in before.incidents() {
            let now = self.ledger.incident(held).expect("an incident stays");
            assert!(incident.state == IncidentState::Open || now == incident);
        }
    }
}

fn work(input: &mut Input<'_>) -> Work {
    let is_review = input.once_in(4);
    let approving = Nano::new(i64::from(input.byte() % 3));
    let alignments = [Alignment::CorrectApprove, Alignment::WrongReject, Alignment::Abstain];
    Work {
        accepted: !input.once_in(4),
        alignment: is_review.then(|| input.pick(&alignments)),
        approving: if is_review { Nano::ZERO } else { approving },
        deciding: if is_review { Nano::ZERO } else { approving },
        env_drift: Nano::new(input.pick(&[0, 0, 1, 1_000_000_000, -1])),
        evidence: u64::from(input.byte() % 4),
        minor: u32::from(input.once_in(8)),
        proof_of_trust: (!input.once_in(4)).then(|| id(1)),
        risk_tier: input.pick(&RiskTier::ALL),
        role: if is_review { Role::Reviewer } else { Role::Worker },
        severe: u32::from(input.once_in(8)),
    }
}

fn key(number: u8) -> KeyId {
    KeyId::parse(&format!("did:key:z6Mk{}", char::from(b'm' + number))).expect("a short key id")
}
