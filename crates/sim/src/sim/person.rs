//! The people: they look at what their node knows and do what is next. Nothing they do rests on memory of having tried.

use comity_constitution::RiskTier;
use comity_mesh::Scope;
use comity_mission::Phase;
use comity_mission::facts::GateDecision;
use comity_mycel::facts::{AccountCredited, Assurance, MipPublished, OpeningKind, Order, Reward};
use comity_node::{Command, Job, Node, Now, Outcome, TreatyPlan};
use comity_wire::{SovereignId, StatementId};

use super::{At, Sim};
use crate::cast::Part;
use crate::plant::Plant;
use crate::scenario::{OrderPlan, Scenario};
use crate::violation::Violation;
use crate::{START, title};

const REWARD: u64 = 25_000;
pub(crate) const ASSET: &str = "EUR-cent";
const AUDIT_LEAVES: u64 = 20;
const YEAR_S: i64 = 365 * 86_400;

impl Sim {
    /// What the people at this machine do now, if it is up and knows where it stands.
    pub(super) fn people(&mut self, at: At) -> Result<(), Violation> {
        let Some(wishes) = self.wishes(at) else { return Ok(()) };
        for (note, command) in wishes {
            let now_ms = self.now_ms;
            let host = self.host(at)?;
            let now = host.now(now_ms);
            let Some(node) = &mut host.node else { return Ok(()) };
            match node.command(now, command) {
                Ok((id, effects)) => {
                    self.carry_out(at, effects)?;
                    self.note(at, note, id)?;
                }
                Err(error) => {
                    *self.refusals.entry((at, "command", error.code())).or_default() += 1;
                }
            }
        }
        Ok(())
    }

    /// What is on the disk has been done, also if the power failed right after.
    fn note(&mut self, at: At, note: String, id: StatementId) -> Result<(), Violation> {
        let host = self.host(at)?;
        if !host.disk.holds(id) {
            return Ok(());
        }
        let number = note.strip_prefix("order ").and_then(|number| number.parse().ok());
        host.notes.insert(note);
        if let Some(number) = number {
            self.placed.insert(number, id);
        }
        Ok(())
    }

    fn wishes(&self, at: At) -> Option<Vec<(String, Command)>> {
        let host = self.hosts.get(at)?;
        let node = host.ready()?;
        let world = node.world();
        let everybody = self.hosts.iter().all(|host| world.directory().sovereign(host.id).is_ok());
        if !everybody {
            return None;
        }
        let now = host.now(self.now_ms);
        let mut wishes = self.treaties(at, node);
        match host.member.part {
            Part::Buyer => {
                let manifest = self.package.manifest();
                let published = MipPublished {
                    name: manifest.full_name(),
                    version: manifest.version.clone(),
                    manifest: self.package.id(),
                };
                wishes.push(("mip".to_owned(), Command::Publish(published)));
                wishes.extend(self.orders(at, node, now));
            }
            Part::Keeper => wishes.extend(self.credits()),
            Part::Operator => {
                wishes.extend(self.gates(host.id, node));
                wishes.extend(self.escalations(host.id, node));
            }
            Part::House => {
                wishes.extend(self.judgements(node));
                wishes.extend(self.recusals(node));
            }
        }
        wishes.retain(|(note, _)| !host.notes.contains(note));
        Some(wishes)
    }

    fn treaties(&self, at: At, node: &Node) -> Vec<(String, Command)> {
        let Some(me) = self.hosts.get(at) else { return Vec::new() };
        let peers = self.hosts.iter().filter(|peer| peer.id != me.id);
        let mut wishes = Vec::new();
        for peer in peers {
            let (mine, theirs) = (me.member.part, peer.member.part);
            let offers = mine < theirs || self.scenario.is_eager;
            if !offers {
                continue;
            }
            let scopes = scopes(mine.min(theirs), mine.max(theirs));
            if node.world().directory().treaties_between(me.id, peer.id).next().is_some() {
                continue;
            }
            let not_before = START.plus(-YEAR_S);
            let plan =
                TreatyPlan { to: peer.id, scopes, not_before, not_after: START.plus(YEAR_S) };
            wishes.push((format!("treaty {}", peer.id), Command::Recognise(plan)));
        }
        wishes
    }

    fn credits(&self) -> Vec<(String, Command)> {
        let buyers = self.hosts.iter().filter(|host| host.member.part == Part::Buyer);
        buyers
            .map(|buyer| {
                let note = format!("credit {}", buyer.id);
                let credit = AccountCredited {
                    account: buyer.id,
                    amount: REWARD * 4,
                    asset: ASSET.to_owned(),
                    reference: note.clone(),
                };
                (note, Command::Credit(credit))
            })
            .collect()
    }

    fn orders(&self, at: At, node: &Node, now: Now) -> Vec<(String, Command)> {
        let mut wishes = Vec::new();
        for (number, plan) in self.scenario.orders.iter().enumerate() {
            let is_next = plan.after.is_none_or(|before| {
                let order = self.placed.get(&before).map(|id| node.world().order(*id));
                order.is_some_and(|order| order.is_ok_and(|order| self.has_ended(order, now.wall)))
            });
            if plan.buyer == at && is_next {
                let terms = self.terms(at, node, now, plan);
                let place = |terms| (format!("order {number}"), Command::Place(Box::new(terms)));
                wishes.extend(terms.map(place));
            }
        }
        wishes
    }

    fn of(&self, part: Part, number: usize) -> Option<SovereignId> {
        self.hosts.iter().filter(|host| host.member.part == part).nth(number).map(|host| host.id)
    }

    /// The order, once it can be placed.
    fn terms(&self, at: At, node: &Node, now: Now, plan: &OrderPlan) -> Option<Order> {
        let buyer = self.hosts.get(at)?;
        let (seller, house, ledger) = (
            self.of(Part::Operator, plan.operator)?,
            self.of(Part::House, 0)?,
            self.of(Part::Keeper, 0)?,
        );
        let world = node.world();
        for (other, scope) in [(seller, Scope::Order), (ledger, Scope::Escrow)] {
            world.treaty_in_force(buyer.id, other, scope, now.wall).ok()?;
        }
        world.mip(self.package.id())?;
        let title = title(plan.machine);
        let salt = buyer.vault.salt("windows", title.as_bytes());
        let assurance_min = match plan.tier {
            RiskTier::R0 => vec![Assurance::A3],
            RiskTier::R1 | RiskTier::R2 | RiskTier::R3 => vec![Assurance::A1, Assurance::A3],
        };
        let mut classes = self.parameters.mission_classes();
        let (class, _) = classes.find(|(_, tier)| *tier == plan.tier)?;
        Some(Order {
            title,
            seller,
            reviewer_house: house,
            ledger,
            mip: self.package.id(),
            mission_class: class.to_owned(),
            risk_tier: plan.tier,
            domain_type: plan.domain,
            predicate: plan.predicate.to_owned(),
            assurance_min,
            span: Plant::new(self.scenario.seed, plan.machine).span,
            windows: buyer.vault.labels_for(&salt)?,
            reward: Reward { amount: REWARD, asset: ASSET.to_owned() },
            beacon: vec![buyer.id, house, ledger],
            audit_leaves: AUDIT_LEAVES,
            attempts_max: plan.attempts_max,
            challenge_window_s: plan.challenge_s,
            deadline: now.wall.plus(plan.deadline_s),
        })
    }

    /// The human at the gate decides what has come to the gate.
    fn gates(&self, me: SovereignId, node: &Node) -> Vec<(String, Command)> {
        let mut wishes = Vec::new();
        for (mission, view) in node.world().missions().filter(|(_, view)| view.record == me) {
            let Phase::FinalHumanGate { output, decision: None } = view.mission.phase() else {
                continue;
            };
            if !output.scope().policy.human_final_gate {
                continue;
            }
            let attempt = view.mission.attempts();
            let number = self.placed.iter().find(|(_, id)| Some(**id) == view.mission.order());
            let plan = number.and_then(|(number, _)| self.scenario.orders.get(*number));
            let decision = plan.and_then(|plan| {
                let index = usize::try_from(attempt).ok()?.checked_sub(1)?;
                plan.gate.get(index).or(plan.gate.last()).copied()
            });
            let decision = decision.unwrap_or(GateDecision::Approve);
            let reason = format!("decided by the simulation, attempt {attempt}");
            let command = Command::Decide { mission, decision, reason };
            wishes.push((format!("gate {mission} {attempt}"), command));
        }
        wishes
    }
}

/// What two parts of the cast agree to; everybody agrees to witness.
fn scopes(first: Part, second: Part) -> Vec<Scope> {
    let own = match (first, second) {
        (Part::Buyer, Part::Operator) => Some(Scope::Order),
        (Part::Buyer | Part::Operator, Part::Keeper) => Some(Scope::Escrow),
        (Part::Operator, Part::House) => Some(Scope::Review),
        (Part::Buyer | Part::Operator | Part::House | Part::Keeper, _) => None,
    };
    own.into_iter().chain([Scope::Witness]).collect()
}

/// An operator that cheats opens rows other than those it committed to, to whoever re-executes.
pub(super) fn cheat(scenario: &Scenario, job: &Job, outcome: &mut Outcome) {
    let Job::Disclose { ask, terms, .. } = job else { return };
    let mut plans = scenario.orders.iter();
    let cheats = plans.any(|plan| plan.is_cheat && title(plan.machine) == terms.title);
    if let (OpeningKind::Rows, true, Outcome::Disclosed { bytes, .. }) = (ask.what, cheats, outcome)
    {
        // One digit of one reading.
        let mark = b"\"v\":\"";
        let found = bytes.windows(mark.len()).position(|window| window == mark);
        if let Some(digit) = found.and_then(|at| bytes.get_mut(at + mark.len() + 1)) {
            *digit = if *digit == b'7' { b'8' } else { b'7' };
        }
    }
}
