//! The tour: one order (or several), the whole loop, on four sovereigns in one process.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use comity_constitution::{DomainType, Parameters, RiskTier};
use comity_mesh::Scope;
use comity_mission::Phase;
use comity_mission::facts::GateDecision;
use comity_mycel::facts::{AccountCredited, Assurance, MipPublished, Order, Reward, Span};
use comity_mycel::mip::{self, Package};
use comity_mycel::order::OrderState;
use comity_node::{Command, Labels, Machine, TreatyPlan};
use comity_runner::Runner;
use comity_wire::{StatementId, Time, sha256};

use crate::cast::{Member, Seed, members, parameters};
use crate::plant::Plant;
use crate::town::{Citizen, Town};

/// The date on which every tour begins. Counted from here, so that the same seed gives the same records.
pub const START: Time = Time::from_unix(1_767_225_600);

/// What the buyer pays in, and for one order, in the smallest unit.
const REWARD: u64 = 25_000;
const ASSET: &str = "EUR-cent";
const CHALLENGE_S: u64 = 1800;
const AUDIT_LEAVES: u64 = 59;

/// The order's rule, in the notation of its MIP's report.
pub const PREDICATE: &str = "report.recall_ppm >= 750000 && report.precision_ppm >= 500000";

/// What a tour is asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Makes all keys and the simulated plant.
    pub seed: u64,
    /// Risk tier of the orders.
    pub tier: RiskTier,
    /// Orders to place and settle.
    pub orders: usize,
    /// Where the stores are; they are created, or gone on with.
    pub state: PathBuf,
    /// The rule the outcome must satisfy.
    pub predicate: String,
}

/// What an order asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Risk tier.
    pub tier: RiskTier,
    /// The rule the outcome must satisfy.
    pub predicate: String,
    /// How often the work may be done.
    pub attempts_max: u64,
}

/// Progress, for a person who waits.
pub trait Progress {
    /// A stage begins.
    fn stage(&mut self, text: &str);
}

/// A tour in progress.
#[derive(Debug)]
pub struct Tour {
    /// The four.
    pub town: Town,
    /// What they agreed to.
    pub parameters: Parameters,
    /// The MIP.
    pub package: Package,
    options: Options,
}

impl Tour {
    /// Brings the four up, from their stores if there is anything in them.
    pub fn open(options: Options) -> anyhow::Result<Self> {
        let parameters = parameters();
        let members = members(Seed(options.seed), &parameters, options.orders);
        Self::with(options, parameters, members)
    }

    /// Brings up these four.
    pub fn with(
        options: Options,
        parameters: Parameters,
        members: Vec<Member>,
    ) -> anyhow::Result<Self> {
        let package = Package::load(&mip::fault_watch())?;
        let mut town = Town::new(std::rc::Rc::new(Runner::new()), START);
        for member in members {
            town.settle(member, &parameters, &options.state)?;
        }
        for name in crate::cast::NAMES {
            let vault = &mut town.citizen_mut(name)?.vault;
            vault.add_package(package.clone());
            vault.add_module(mip::band_watch().to_vec());
        }
        town.acquaint();
        Ok(Self { town, parameters, package, options })
    }

    /// The seed of all keys.
    pub const fn seed(&self) -> u64 {
        self.options.seed
    }

    /// Recognition, money and the MIP: what must be in place before an order.
    pub fn prepare(&mut self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        progress.stage("four sovereigns read each other's records");
        let all = crate::cast::NAMES.len();
        let met = self.town.run_until(|town| {
            town.citizens().all(|(_, citizen)| {
                citizen.node.is_caught_up()
                    && citizen.node.world().directory().sovereigns().count() == all
            })
        })?;
        if !met {
            bail!("the sovereigns could not read each other's records");
        }
        // Letters of an interrupted run are gone; what they would have brought is fetched before anything is decided.
        self.town.run_until(|_| false)?;
        progress.stage("they recognise each other by treaty");
        self.treaties()?;
        self.money()?;
        Ok(())
    }

    fn treaties(&mut self) -> anyhow::Result<()> {
        use Scope::{Escrow, Order, Review, Witness};
        let plans = [
            ("buyer", "operator", vec![Order, Witness]),
            ("buyer", "ledger", vec![Escrow, Witness]),
            ("buyer", "reviewers", vec![Order, Witness]),
            ("operator", "reviewers", vec![Review, Witness]),
            ("operator", "ledger", vec![Escrow, Witness]),
            ("reviewers", "ledger", vec![Witness]),
        ];
        // Each is recognised in return.
        let both = 2 * plans.len();
        for (from, to, scopes) in plans {
            let (me, to) = (self.town.id(from)?, self.town.id(to)?);
            let world = self.town.citizen(from)?.node.world();
            if world.directory().treaties_between(me, to).next().is_none() {
                let not_after = START.plus(365 * 86_400);
                let plan = TreatyPlan { to, scopes, not_before: START, not_after };
                self.town.command(from, Command::Recognise(plan))?;
            }
        }
        let buyer = self.town.id("buyer")?;
        let agreed = self.town.run_until(|town| {
            town.citizens().all(|(_, citizen)| {
                let world = citizen.node.world();
                world.record(buyer).is_some() && world.directory().treaties().count() == both
            })
        })?;
        if agreed { Ok(()) } else { bail!("the treaties did not come into force") }
    }

    fn money(&mut self) -> anyhow::Result<()> {
        let manifest = self.package.id();
        if self.town.citizen("buyer")?.node.world().mip(manifest).is_none() {
            let published = MipPublished {
                name: self.package.manifest().full_name(),
                version: self.package.manifest().version.clone(),
                manifest,
            };
            self.town.command("buyer", Command::Publish(published))?;
        }
        let (buyer, keeper) = (self.town.id("buyer")?, self.town.id("ledger")?);
        if self.town.citizen("ledger")?.node.world().ledger(keeper).is_none() {
            let amount = REWARD * (self.options.orders as u64 + 1);
            let credit = AccountCredited {
                account: buyer,
                amount,
                asset: ASSET.to_owned(),
                reference: "opening deposit".to_owned(),
            };
            self.town.command("ledger", Command::Credit(credit))?;
        }
        self.town.run_until(|_| false)?;
        Ok(())
    }

    /// Gives the operator a machine and the buyer its labels, under the number of an order.
    pub fn install(&mut self, number: usize, plant: &Plant) -> anyhow::Result<()> {
        let seed = Seed(self.options.seed);
        let member = members(seed, &self.parameters, self.options.orders);
        let device = member
            .iter()
            .find_map(|member| member.devices.get(number))
            .context("no device for this machine")?
            .clone();
        let unit = self.package.manifest().units.values().next().cloned();
        let machine = Machine {
            readings: plant.readings.clone(),
            device,
            unit: unit.context("the MIP names no unit")?,
            calibration: sha256(b"no calibration certificate: simulated device"),
            module: mip::band_watch().to_vec(),
        };
        self.town.citizen_mut("operator")?.vault.add_machine(title(number), machine);
        let buyer = &mut self.town.citizen_mut("buyer")?.vault;
        let salt = buyer.salt("windows", title(number).as_bytes());
        let labels = Labels { salt, windows: plant.windows.clone() };
        buyer.add_labels(labels).context("salt the labels")?;
        Ok(())
    }

    /// The order with this number, placed if it has not been.
    pub fn place(&mut self, number: usize, plant: &Plant) -> anyhow::Result<StatementId> {
        let Options { tier, predicate, .. } = self.options.clone();
        self.place_as(number, plant, &Wish { tier, predicate, attempts_max: 1 })
    }

    /// The order with this number, placed with this wish if it has not been.
    pub fn place_as(
        &mut self,
        number: usize,
        plant: &Plant,
        wish: &Wish,
    ) -> anyhow::Result<StatementId> {
        self.install(number, plant)?;
        if let Some(id) = self.find(number)? {
            return Ok(id);
        }
        let order = self.terms(number, plant.span, wish)?;
        self.town.command("buyer", Command::Place(Box::new(order)))
    }

    fn find(&self, number: usize) -> anyhow::Result<Option<StatementId>> {
        let world = self.town.citizen("buyer")?.node.world();
        let mut orders = world.orders();
        Ok(orders.find(|(_, order)| order.placed.terms().title == title(number)).map(|(id, _)| id))
    }

    fn terms(&self, number: usize, span: Span, wish: &Wish) -> anyhow::Result<Order> {
        let windows = {
            let buyer = &self.town.citizen("buyer")?.vault;
            buyer.labels_for(&buyer.salt("windows", title(number).as_bytes()))
        };
        let house = self.town.id("reviewers")?;
        let ledger = self.town.id("ledger")?;
        let buyer = self.town.id("buyer")?;
        let classes = match wish.tier {
            RiskTier::R0 => vec![Assurance::A3],
            RiskTier::R1 | RiskTier::R2 | RiskTier::R3 => vec![Assurance::A1, Assurance::A3],
        };
        Ok(Order {
            title: title(number),
            seller: self.town.id("operator")?,
            reviewer_house: house,
            ledger,
            mip: self.package.id(),
            mission_class: class(&self.parameters, wish.tier)?,
            risk_tier: wish.tier,
            domain_type: DomainType::Objective,
            predicate: wish.predicate.clone(),
            assurance_min: classes,
            span,
            windows: windows.context("the buyer holds no labels")?,
            reward: Reward { amount: REWARD, asset: ASSET.to_owned() },
            beacon: vec![buyer, house, ledger],
            audit_leaves: AUDIT_LEAVES,
            attempts_max: wish.attempts_max,
            challenge_window_s: CHALLENGE_S,
            deadline: self.town.now().wall.plus(30 * 86_400),
        })
    }

    /// Whether everybody knows that an order's money has reached its end.
    fn is_settled(town: &Town, id: StatementId) -> bool {
        town.citizens().all(|(_, citizen)| {
            citizen.node.world().order(id).is_ok_and(|order| {
                matches!(order.placed.state(), OrderState::Released | OrderState::Refunded { .. })
            })
        })
    }

    /// Whether everybody knows that an order's mission has reached its end.
    pub fn is_rested(town: &Town, id: StatementId) -> bool {
        town.citizens().all(|(_, citizen)| {
            citizen.node.world().order(id).is_ok_and(|order| {
                matches!(
                    order.placed.state(),
                    OrderState::ChallengeWindow { .. }
                        | OrderState::Rejected
                        | OrderState::Released
                        | OrderState::Refunded { .. }
                )
            })
        })
    }

    /// Sees an order through to its last coin.
    pub fn settle(&mut self, id: StatementId, progress: &mut dyn Progress) -> anyhow::Result<()> {
        if Self::is_settled(&self.town, id) {
            return Ok(());
        }
        progress.stage("escrow, mission, evidence, claim, review");
        let rested = |town: &Town| Self::is_rested(town, id);
        for _ in 0..3 {
            if self.town.run_until(rested)? {
                break;
            }
            if !self.decide_gate(id, progress)? {
                bail!("order {id} does not move on: {}", self.standing(id)?);
            }
        }
        if !rested(&self.town) {
            bail!("order {id} does not move on: {}", self.standing(id)?);
        }
        progress.stage("challenge window, then settlement");
        self.town.pass(i64::try_from(CHALLENGE_S)? + 1)?;
        let settled = self.town.run_until(|town| Self::is_settled(town, id))?;
        if settled { Ok(()) } else { bail!("order {id} was not settled: {}", self.standing(id)?) }
    }

    fn standing(&self, id: StatementId) -> anyhow::Result<String> {
        let world = self.town.citizen("operator")?.node.world();
        let order = world.order(id)?;
        let mission = order.mission.and_then(|mission| world.mission(mission).ok());
        let phase = mission.map_or("no mission", |view| view.mission.phase().name());
        Ok(format!("{:?}, mission {phase}", order.placed.state()))
    }

    /// The human at the gate approves what every reviewer approved. In the tour a simulated human, who says so.
    fn decide_gate(
        &mut self,
        id: StatementId,
        progress: &mut dyn Progress,
    ) -> anyhow::Result<bool> {
        let world = self.town.citizen("operator")?.node.world();
        let Some(mission) = world.order(id)?.mission else { return Ok(false) };
        if !matches!(
            world.mission(mission)?.mission.phase(),
            Phase::FinalHumanGate { decision: None, .. }
        ) {
            return Ok(false);
        }
        progress.stage("the human gate decides (a simulated human)");
        let reason = "the panel approved and the report reads well (simulated human)".to_owned();
        let decision = GateDecision::Approve;
        self.town.command("operator", Command::Decide { mission, decision, reason })?;
        Ok(true)
    }

    /// Lets the epoch end: trust of those who took part, four roots, a commitment in each record.
    pub fn close_epoch(&mut self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        let record = |citizen: &Citizen| {
            let own = citizen.node.id().and_then(|id| citizen.node.world().record(id));
            own.map(|own| (own.epoch().is_empty(), own.chain().len()))
        };
        let open: Vec<(String, _)> = self
            .town
            .citizens()
            .filter_map(|(name, citizen)| Some((name.to_owned(), record(citizen)?)))
            .filter_map(|(name, (is_empty, closed))| (!is_empty).then_some((name, closed)))
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        progress.stage("the epoch closes: trust, four roots, a commitment");
        let epoch_s = i64::try_from(self.parameters.commitment().epoch_s)?;
        let next = (self.town.now().wall.unix() / epoch_s + 1) * epoch_s;
        self.town.pass_until(Time::from_unix(next))?;
        self.town.run_until(|_| false)?;
        // What a committee says about a close is stated in the next epoch, which is then open.
        let has_closed = |(name, before): &(String, _)| {
            let after = self.town.citizen(name).ok().and_then(record);
            after.is_some_and(|(_, closed)| *before < closed)
        };
        if !open.iter().all(has_closed) {
            bail!("an epoch did not close");
        }
        Ok(())
    }

    /// Has every record cosigned by its witnesses.
    pub fn seal(&mut self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        progress.stage("each record is cosigned by three witnesses");
        self.town.seal()
    }
}

/// The title of an order names the machine.
pub fn title(number: usize) -> String {
    format!("watch machine {number}")
}

fn class(parameters: &Parameters, tier: RiskTier) -> anyhow::Result<String> {
    let mut classes = parameters.mission_classes();
    let found = classes.find(|(_, mapped)| *mapped == tier).map(|(class, _)| class.to_owned());
    found.with_context(|| format!("no mission class has tier {}", tier.name()))
}
