//! The run: a queue of events in simulated time, machines that step on them, a network that misbehaves.

mod judges;
mod network;
mod person;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use comity_constitution::Parameters;
use comity_mycel::mip::{self, Package};
use comity_mycel::order::OrderState;
use comity_node::{Effect, Input, JobKey, Message, Outcome};
use comity_replay::OrderView;
use comity_runner::Runner;
use comity_wire::{SovereignId, StatementId, Time};

use crate::cast;
use crate::dice::Dice;
use crate::host::Host;
use crate::plant::Plant;
use crate::rogue::Rogue;
use crate::scenario::Scenario;
use crate::violation::Violation;
use crate::watch::{Watch, check_letter};

/// A machine, by its number in the cast.
pub(crate) type At = usize;

/// Something that will happen.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A machine notices that time has passed, and its people look at what there is to do.
    Tick(At),
    /// A letter arrives.
    Letter { from: SovereignId, to: At, message: Message },
    /// A job is done, if the machine that began it is still the same.
    Done { at: At, boot: u64, key: JobKey, outcome: Outcome },
    /// A machine is switched on again.
    Restart(At),
    /// A clock jumps, or a machine falls silent for a while.
    Weather,
    /// The byzantine peer does something.
    Mischief,
}

/// Everything there is.
pub(crate) struct Sim {
    pub(crate) scenario: Scenario,
    pub(crate) parameters: Parameters,
    pub(crate) package: Package,
    pub(crate) hosts: Vec<Host>,
    pub(crate) rogue: Option<Rogue>,
    pub(crate) watch: Watch,
    /// Refusals by machine, what it was doing, and code.
    pub(crate) refusals: BTreeMap<(At, &'static str, &'static str), u64>,
    pub(crate) crashes: u64,
    pub(crate) letters: u64,
    pub(crate) lost: u64,
    /// Orders by their number in the scenario.
    pub(crate) placed: BTreeMap<usize, StatementId>,
    pub(crate) now_ms: u64,
    pub(crate) is_storm: bool,
    names: BTreeMap<SovereignId, At>,
    peers: Vec<SovereignId>,
    engine: Runner,
    queue: BTreeMap<(u64, u64), Event>,
    sequence: u64,
    dice: Dice,
    pub(crate) silent_until: Vec<u64>,
    overheard: VecDeque<Message>,
}

impl Sim {
    /// Founds everybody. Nothing goes wrong yet: a sovereign is known by what it was founded with.
    pub(crate) fn new(scenario: Scenario) -> Result<Self, Violation> {
        let seed = scenario.seed;
        let parameters = cast::parameters();
        let package = Package::load(&mip::fault_watch())
            .map_err(|error| Violation::new("the MIP loads", error))?;
        let members = cast::members(
            seed,
            &parameters,
            (scenario.buyers, scenario.operators),
            scenario.machines,
        );
        let mut hosts: Vec<Host> =
            members.into_iter().map(|member| Host::new(member, &package)).collect();
        let machines: BTreeSet<usize> = scenario.orders.iter().map(|plan| plan.machine).collect();
        for number in machines {
            let plant = Plant::new(seed, number);
            for host in &mut hosts {
                host.install(number, &plant, &package);
            }
        }
        let count = hosts.len();
        let mut sim = Self {
            dice: Dice::new(seed, "network"),
            scenario,
            parameters,
            package,
            hosts,
            rogue: None,
            watch: Watch::default(),
            refusals: BTreeMap::new(),
            crashes: 0,
            letters: 0,
            lost: 0,
            placed: BTreeMap::new(),
            now_ms: 0,
            is_storm: false,
            names: BTreeMap::new(),
            peers: Vec::new(),
            engine: Runner::new(),
            queue: BTreeMap::new(),
            sequence: 0,
            silent_until: vec![0; count],
            overheard: VecDeque::new(),
        };
        sim.found()?;
        Ok(sim)
    }

    fn found(&mut self) -> Result<(), Violation> {
        for at in 0..self.hosts.len() {
            self.boot(at)?;
            self.step(at, Input::Tick)?;
            let host = self.host(at)?;
            let id = host.node.as_ref().and_then(comity_node::Node::id);
            host.id = id.ok_or_else(|| Violation::new("a sovereign is founded", at))?;
            let id = host.id;
            self.names.insert(id, at);
        }
        let seed = self.scenario.seed;
        let victim = self.dice.index(self.hosts.len());
        let victim = self.host(victim)?.id;
        self.rogue =
            self.scenario.rogue.and_then(|form| Rogue::found(seed, form, &self.parameters, victim));
        self.peers = self.names.keys().copied().collect();
        self.peers.extend(self.rogue.as_ref().map(|rogue| rogue.id));
        for at in 0..self.hosts.len() {
            let peers = self.peers.clone();
            if let Some(node) = &mut self.host(at)?.node {
                node.follow(peers);
            }
            let skew_s = self.scenario.faults.skew_s;
            let skew_s = self.dice.within(-skew_s, skew_s);
            self.host(at)?.skew_s = skew_s;
            let delay = self.dice.below(1000);
            self.schedule(delay, Event::Tick(at));
        }
        if self.rogue.is_some() {
            self.schedule(500, Event::Mischief);
        }
        Ok(())
    }

    /// Lets things go wrong for as long as the scenario says.
    pub(crate) fn storm(&mut self) -> Result<(), Violation> {
        let storm_ms = self.scenario.faults.storm_ms;
        if storm_ms == 0 {
            return Ok(());
        }
        self.is_storm = true;
        self.schedule(1_000, Event::Weather);
        self.pump(storm_ms)?;
        self.is_storm = false;
        self.silent_until.fill(0);
        Ok(())
    }

    /// Lets `ms` milliseconds pass.
    pub(crate) fn pump(&mut self, ms: u64) -> Result<(), Violation> {
        let until = self.now_ms + ms;
        while let Some(entry) = self.queue.first_entry() {
            let (at_ms, _) = *entry.key();
            if until < at_ms {
                break;
            }
            let event = entry.remove();
            self.now_ms = at_ms;
            self.happen(event)?;
        }
        self.now_ms = until;
        Ok(())
    }

    /// Lets time pass in which nobody does anything: everything that is under way happens that much later.
    pub(crate) fn leap(&mut self, seconds: u64) {
        let ms = seconds * 1000;
        self.now_ms += ms;
        let queue = std::mem::take(&mut self.queue);
        self.queue =
            queue.into_iter().map(|((at, sequence), event)| ((at + ms, sequence), event)).collect();
    }

    fn happen(&mut self, event: Event) -> Result<(), Violation> {
        match event {
            Event::Tick(at) => {
                let next = self.dice.span(700, 1_300);
                self.schedule(next, Event::Tick(at));
                self.step(at, Input::Tick)?;
                self.people(at)
            }
            Event::Letter { from, to, message } => {
                if self.is_silent(to) {
                    self.lost += 1;
                    return Ok(());
                }
                self.step(to, Input::Message { from, message })
            }
            Event::Done { at, boot, key, outcome } => {
                if self.host(at)?.boot == boot {
                    self.step(at, Input::Done { key, outcome })?;
                }
                Ok(())
            }
            Event::Restart(at) => {
                self.boot(at)?;
                self.step(at, Input::Tick)
            }
            Event::Weather => {
                self.weather();
                Ok(())
            }
            Event::Mischief => {
                self.mischief();
                Ok(())
            }
        }
    }

    fn boot(&mut self, at: At) -> Result<(), Violation> {
        let (parameters, peers, now_ms) =
            (self.parameters.clone(), self.peers.clone(), self.now_ms);
        self.host(at)?.start(&parameters, &peers, now_ms)
    }

    /// One step of one node, with all that it brings about.
    pub(crate) fn step(&mut self, at: At, input: Input) -> Result<(), Violation> {
        let now_ms = self.now_ms;
        let host = self.host(at)?;
        let now = host.now(now_ms);
        let Some(node) = &mut host.node else { return Ok(()) };
        let effects = node.step(now, input);
        self.carry_out(at, effects)
    }

    /// Carries effects out in their order, or as far as the power lasts.
    pub(crate) fn carry_out(&mut self, at: At, effects: Vec<Effect>) -> Result<(), Violation> {
        if let Some(node) = self.hosts.get(at).and_then(|host| host.node.as_ref()) {
            self.watch.stepped(node.world())?;
        }
        let appends = effects.iter().any(|effect| matches!(effect, Effect::Append(_)));
        let cut = self.crashes_now(appends).then(|| self.dice.index(effects.len() + 1));
        for (number, effect) in effects.into_iter().enumerate() {
            if cut == Some(number) {
                self.half(at, effect)?;
                return self.crash(at);
            }
            self.perform(at, effect)?;
        }
        if cut.is_some() { self.crash(at) } else { Ok(()) }
    }

    fn crashes_now(&mut self, appends: bool) -> bool {
        let faults = self.scenario.faults;
        if !self.is_storm || faults.crashes_max <= self.crashes {
            return false;
        }
        let crash_pm = if appends { faults.crash_pm } else { faults.crash_pm / 10 };
        self.dice.chance(crash_pm)
    }

    /// The power fails during an effect: of an append, some first entries are on the disk.
    fn half(&mut self, at: At, effect: Effect) -> Result<(), Violation> {
        if let Effect::Append(mut envelopes) = effect {
            let whole = self.dice.index(envelopes.len() + 1);
            envelopes.truncate(whole);
            self.perform(at, Effect::Append(envelopes))?;
        }
        Ok(())
    }

    fn crash(&mut self, at: At) -> Result<(), Violation> {
        self.crashes += 1;
        self.host(at)?.node = None;
        let down_ms = self.dice.span(100, 15_000);
        self.schedule(down_ms, Event::Restart(at));
        Ok(())
    }

    fn perform(&mut self, at: At, effect: Effect) -> Result<(), Violation> {
        match effect {
            Effect::Append(envelopes) => {
                for bytes in envelopes {
                    let host =
                        self.hosts.get_mut(at).ok_or_else(|| Violation::new("machine", at))?;
                    let id = host.id;
                    let statement = host.disk.append(&bytes)?;
                    self.watch.appended(id, statement)?;
                }
                Ok(())
            }
            Effect::Witness(seen) => self.host(at)?.disk.witness(seen),
            Effect::Send(letter) => {
                if !self.names.is_empty() {
                    check_letter(self.host(at)?, &letter)?;
                }
                self.post(at, letter);
                Ok(())
            }
            Effect::Run(job) => {
                let key = job.key();
                let host = self.hosts.get_mut(at).ok_or_else(|| Violation::new("machine", at))?;
                let mut outcome = host.vault.run(&self.engine, &job);
                let boot = host.boot;
                person::cheat(&self.scenario, &job, &mut outcome);
                let delay_ms = self.dice.span(1, if self.is_storm { 3_000 } else { 50 });
                if let Some(delay_ms) = self.answer_ms(&key, delay_ms) {
                    self.schedule(delay_ms, Event::Done { at, boot, key, outcome });
                }
                Ok(())
            }
            Effect::Refused { what, code, message } => {
                *self.refusals.entry((at, what, code)).or_default() += 1;
                if ["settle", "reopen", "seal", "announce", "cosign"].contains(&what) {
                    let name = self.host(at)?.name().to_owned();
                    let told = format!("{name}: {what}: {message} [{code}]");
                    return Err(Violation::new("an honest node does not get stuck", told));
                }
                Ok(())
            }
        }
    }

    /// How long a job takes; a silent reviewer's verification never ends.
    fn answer_ms(&self, job: &JobKey, delay_ms: u64) -> Option<u64> {
        let JobKey::Review(_, who) = job else { return Some(delay_ms) };
        let seed = self.scenario.seed;
        let mut mute = self.scenario.mute.iter();
        let found = mute.find(|mute| cast::reviewer(seed, mute.name) == *who);
        found.map_or(Some(delay_ms), |mute| mute.answer_ms)
    }

    pub(crate) fn schedule(&mut self, delay_ms: u64, event: Event) {
        self.sequence += 1;
        self.queue.insert((self.now_ms + delay_ms, self.sequence), event);
    }

    pub(crate) fn host(&mut self, at: At) -> Result<&mut Host, Violation> {
        self.hosts.get_mut(at).ok_or_else(|| Violation::new("machine", at))
    }

    /// Ids of everybody but the byzantine peer.
    pub(crate) fn honest(&self) -> BTreeSet<SovereignId> {
        self.names.keys().copied().collect()
    }

    /// How much has been made durable by everybody.
    pub(crate) fn durable(&self) -> u64 {
        self.hosts.iter().map(|host| host.disk.len()).sum()
    }

    /// Whether an order has ended: settled, or never funded and too late for it.
    pub(crate) fn has_ended(&self, order: &OrderView, wall: Time) -> bool {
        let slack = 2 * self.scenario.faults.skew_s + 60;
        let is_lapsed = *order.placed.state() == OrderState::Open
            && order.placed.terms().deadline.plus(slack) < wall;
        is_lapsed || order.placed.state().is_final()
    }
}
