//! Many cases at once: what is taken from them, and what holds whatever is said in which order.

use std::collections::BTreeSet;

use comity_constitution::appeal::facts::{Opened, PanelCalled, PanelSeated};
use comity_constitution::appeal::{Case, Effect, Finding, Ground, Relief, Settled, Standing};
use comity_constitution::{AppealFact, Chain as _};
use comity_wire::{KeyId, StatementId};
use proptest::prelude::*;

use crate::appeals::{Court, answer, appeal, closed, complaint, decision};
use crate::scene::{DAY, MACHINES, digest, key};

const WINDOW: i64 = 3 * DAY;

#[test]
fn each_outcome_is_taken_once_in_the_order_in_which_they_were_decided() {
    let mut court = Court::new();
    let earlier = court.open(Ground::DeltaEarned);
    let later = court.open(Ground::EvidenceInvalid);
    court.scene.now += WINDOW + 1;
    court.count(later, 5, 0).unwrap();
    court.scene.now += DAY;
    court.count(earlier, 0, 5).unwrap();
    let subject = complaint(Ground::DeltaEarned).subject;
    assert_eq!(court.appeals.take_final(court.now()), []);
    let upheld = Effect::Upheld(Relief::SetAside);
    let first = Settled { subject, ground: Ground::EvidenceInvalid, effect: upheld };
    let second = Settled { subject, ground: Ground::DeltaEarned, effect: Effect::Dismissed };
    court.scene.now += WINDOW + 1;
    let mut patient = court.clone();
    assert_eq!(court.appeals.take_final(court.now()), [first, second]);
    assert_eq!(court.appeals.take_final(court.now()), []);

    // What was appealed is taken when the second panel has decided.
    patient.scene.now -= DAY;
    assert_eq!(patient.appeals.take_final(patient.now()), [first]);
    patient.say(Some(1), appeal(earlier)).unwrap();
    patient.scene.now += 2 * WINDOW;
    assert_eq!(patient.appeals.take_final(patient.now()), []);
    patient.count(earlier, 3, 2).unwrap();
    let overturned = Settled { effect: Effect::Upheld(Relief::ReleaseDelta), ..second };
    assert_eq!(patient.appeals.take_final(patient.now()), [overturned]);
}

/// A walk through three cases at once.
struct Walk {
    court: Court,
    cases: Vec<StatementId>,
    seated: Vec<StatementId>,
    taken: Vec<(StatementId, Ground)>,
}

impl Walk {
    /// What somebody might say next about a case, which may be no case at all.
    fn fact(&self, what: u8, detail: u8) -> Option<AppealFact> {
        let any = StatementId::from_digest(digest("nothing"));
        let case = self.cases.get(usize::from(detail % 4)).copied().unwrap_or(any);
        let around = &self.court.scene.around;
        Some(match what {
            0 => {
                let ground = Ground::ALL[usize::from(detail) % Ground::ALL.len()];
                let respondents = vec![key(detail % 7), key(detail % 5)];
                Opened { respondents, ..complaint(ground) }.into()
            }
            1 => answer(case).into(),
            2 => {
                let snapshot = self
                    .court
                    .appeals
                    .pool_for(case, self.court.now(), &self.court.scene.polity, around)
                    .ok()?;
                let round = around.latest_round() + u64::from(detail % 2);
                PanelCalled { case, round, snapshot }.into()
            }
            3 => {
                let mut members = self.court.appeals.panel_for(case, around).ok()?;
                members.truncate(if detail < 200 { 5 } else { 4 });
                PanelSeated { case, members }.into()
            }
            4 => {
                let finding = if detail < 128 { Finding::Upheld } else { Finding::Dismissed };
                let seated = self.seated.get(usize::from(detail % 3)).copied().unwrap_or(any);
                decision(case, seated, finding).into()
            }
            5 => {
                let found = self.court.appeals.case(case)?;
                let sides = usize::from(found.standing() == Standing::Deliberating);
                closed(case, sides * usize::from(detail % 6), 0, Finding::Dismissed).into()
            }
            _ => appeal(case).into(),
        })
    }

    fn say(&mut self, by: u8, fact: &AppealFact) {
        let is_clerk = by == 255;
        let Ok(id) = self.court.say((!is_clerk).then_some(by), fact.clone()) else { return };
        if let AppealFact::Opened(_) = fact {
            self.cases.push(id);
        } else if let AppealFact::PanelSeated(_) = fact {
            self.seated.push(id);
        }
    }

    /// Whatever leads a case on, so that random steps reach its end too.
    fn lead_on(&mut self, detail: u8) -> Option<()> {
        let case = *self.cases.get(usize::from(detail) % self.cases.len().max(1))?;
        let standing = self.court.appeals.case(case)?.standing();
        self.court.scene.now += WINDOW + 1;
        if standing == Standing::Responding {
            self.court.round = self.court.scene.around.latest_round();
            let upholding = usize::from(detail % 6);
            // A pool that cannot be filled is not drawn from.
            let _ = self.court.count(case, upholding, 5 - upholding);
        }
        Some(())
    }

    fn check(&mut self) {
        let now = self.court.now();
        for (_, case) in self.court.appeals.cases() {
            check_case(case);
        }
        for settled in self.court.appeals.take_final(now) {
            let about = (settled.subject, settled.ground);
            assert!(!self.taken.contains(&about), "an outcome is taken once");
            assert_ne!(settled.effect, Effect::PriorStateActive, "what is not final is not taken");
            self.taken.push(about);
        }
    }
}

fn check_case(case: &Case) {
    let mut sat: BTreeSet<&KeyId> = BTreeSet::new();
    let panels = case.outcomes().iter().map(|outcome| outcome.panel.as_slice());
    for panel in panels.chain([case.panel()]) {
        for member in panel {
            assert!(sat.insert(member), "nobody sits twice in a case");
            assert!(!MACHINES.contains(&(0..100).find(|number| key(*number) == *member).unwrap()));
        }
    }
    assert!(case.outcomes().len() <= 2, "there is one appeal");
    for outcome in case.outcomes() {
        assert_eq!(outcome.finding == Finding::Upheld, 3 <= outcome.upholding);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// [`Court::say`] compares the cases before and after each refusal.
    #[test]
    fn whatever_is_said_a_case_keeps_its_rules(
        steps in proptest::collection::vec((0..10_u8, any::<u8>(), any::<u8>()), 1..60),
    ) {
        let court = Court::new();
        let mut walk = Walk { court, cases: Vec::new(), seated: Vec::new(), taken: Vec::new() };
        for (what, detail, by) in steps {
            match what {
                7 => walk.court.scene.now += i64::from(detail) * DAY / 32,
                8 => {
                    walk.court.close_epoch();
                    let round = walk.court.scene.around.latest_round() + 1;
                    walk.court.publish(round);
                }
                9 => drop(walk.lead_on(detail)),
                _ => {
                    let by = if by % 3 == 0 { 255 } else { by % 24 };
                    if let Some(fact) = walk.fact(what, detail) {
                        walk.say(by, &fact);
                    }
                }
            }
            walk.check();
        }
    }
}
