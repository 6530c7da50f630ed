//! Several sovereigns in one process: their nodes, vaults and stores, and a post that never loses a letter.
//!
//! Time here is counted, not read: the same seed gives the same dates, so the same records.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context as _, bail};
use comity_constitution::{Parameters, RuleFile};
use comity_node::{Addressed, Effect, Engine, Input, Message, Node, Now, Vault, Witnessed};
use comity_store::Log;
use comity_wire::{Digest, SovereignId, Time, sha256};

use crate::cast::Member;
use crate::home::rules;

/// One sovereign with everything around its node.
#[derive(Debug)]
pub struct Citizen {
    /// Decides.
    pub node: Node,
    /// Holds what is private.
    pub vault: Vault,
    /// Charters and parameter files beyond those of the genesis.
    pub rules: Vec<RuleFile>,
    folder: PathBuf,
    record: Log,
    witnessed: Log,
}

/// Told of each durable append: name, index, envelope.
type AppendHook = dyn FnMut(&str, u64, &[u8]);

/// Told of each refusal: name, message.
type RefusalHook = dyn FnMut(&str, &str);

/// Told of each private opening.
type PrivateHook = dyn FnMut(&[u8]);

/// Who is told what.
#[derive(Default)]
struct Hooks {
    append: Option<Box<AppendHook>>,
    refusal: Option<Box<RefusalHook>>,
    private: Option<Box<PrivateHook>>,
}

/// The sovereigns of one process.
pub struct Town {
    citizens: BTreeMap<String, Citizen>,
    names: BTreeMap<SovereignId, String>,
    engine: Rc<dyn Engine>,
    post: VecDeque<(SovereignId, Addressed)>,
    now: Now,
    hooks: Hooks,
}

impl std::fmt::Debug for Town {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Town").field("names", &self.names).finish_non_exhaustive()
    }
}

impl Town {
    /// An empty town at a date.
    pub fn new(engine: Rc<dyn Engine>, start: Time) -> Self {
        Self {
            citizens: BTreeMap::new(),
            names: BTreeMap::new(),
            engine,
            post: VecDeque::new(),
            now: Now { wall: start, mono_ms: 0 },
            hooks: Hooks::default(),
        }
    }

    /// Called after each durable append: name, index, envelope.
    pub fn on_append(&mut self, hook: impl FnMut(&str, u64, &[u8]) + 'static) {
        self.hooks.append = Some(Box::new(hook));
    }

    /// Called for each refusal: name, message.
    pub fn on_refusal(&mut self, hook: impl FnMut(&str, &str) + 'static) {
        self.hooks.refusal = Some(Box::new(hook));
    }

    /// Called for each private opening on its way.
    pub fn on_private(&mut self, hook: impl FnMut(&[u8]) + 'static) {
        self.hooks.private = Some(Box::new(hook));
    }

    /// Moves a member in, with the stores below `dir`, and founds it if its record is empty.
    pub fn settle(
        &mut self,
        member: Member,
        parameters: &Parameters,
        dir: &Path,
    ) -> anyhow::Result<()> {
        let name = member.charter.name.clone();
        let dir = dir.join(&name);
        std::fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
        let identity = *sha256(name.as_bytes()).as_bytes();
        let open = |file: &str| {
            let path = dir.join(file);
            Log::open(&path, &identity).with_context(|| format!("open {}", path.display()))
        };
        let (record, _) = open("record.log")?;
        let (witnessed, _) = open("witness.log")?;
        let envelopes = bodies(&record)?;
        if let Some(last) = last_date(&envelopes) {
            self.now.wall = self.now.wall.max(last);
        }
        let seen =
            bodies(&witnessed)?.iter().map(|bytes| decode_seen(bytes)).collect::<Option<Vec<_>>>();
        let seen = seen.context("read witness.log")?;
        let rules = rules::load(&dir)?;
        let known = std::iter::once(parameters.clone().into()).chain(rules.iter().cloned());
        let node = Node::open(member.charter, member.secrets, known, &envelopes, seen)?;
        let vault = Vault::new(member.vault);
        self.citizens
            .insert(name.clone(), Citizen { node, vault, rules, folder: dir, record, witnessed });
        self.feed(&name, Input::Tick)?;
        let id = self.citizen(&name)?.node.id().context("found the sovereign")?;
        self.names.insert(id, name);
        Ok(())
    }

    /// Publishes a charter or a parameter file: from here on everybody's statements may name it.
    pub fn learn(&mut self, file: &RuleFile) -> anyhow::Result<()> {
        for citizen in self.citizens.values_mut() {
            if !citizen.rules.contains(file) {
                rules::keep(&citizen.folder, file)?;
                citizen.rules.push(file.clone());
                citizen.node.learn(file.clone());
            }
        }
        Ok(())
    }

    /// Lets everybody read everybody's record.
    pub fn acquaint(&mut self) {
        let all: Vec<SovereignId> = self.names.keys().copied().collect();
        for citizen in self.citizens.values_mut() {
            citizen.node.follow(all.iter().copied());
        }
    }

    /// The current date and patience.
    pub const fn now(&self) -> Now {
        self.now
    }

    /// One citizen.
    pub fn citizen(&self, name: &str) -> anyhow::Result<&Citizen> {
        self.citizens.get(name).with_context(|| format!("no sovereign named {name}"))
    }

    /// One citizen, to be changed.
    pub fn citizen_mut(&mut self, name: &str) -> anyhow::Result<&mut Citizen> {
        self.citizens.get_mut(name).with_context(|| format!("no sovereign named {name}"))
    }

    /// All citizens, by name.
    pub fn citizens(&self) -> impl Iterator<Item = (&str, &Citizen)> {
        self.citizens.iter().map(|(name, citizen)| (name.as_str(), citizen))
    }

    /// The id of a citizen.
    pub fn id(&self, name: &str) -> anyhow::Result<SovereignId> {
        self.citizen(name)?.node.id().with_context(|| format!("{name} has not been founded"))
    }

    /// The name of a citizen.
    pub fn name(&self, id: SovereignId) -> &str {
        self.names.get(&id).map_or("?", String::as_str)
    }

    /// Has a citizen do what a person asks.
    pub fn command(
        &mut self,
        name: &str,
        command: comity_node::Command,
    ) -> anyhow::Result<comity_wire::StatementId> {
        let now = self.now;
        let (id, effects) = self.citizen_mut(name)?.node.command(now, command)?;
        self.carry_out(name, effects)?;
        Ok(id)
    }

    /// Delivers letters and lets time pass until `done` holds, or nothing more happens.
    pub fn run_until(&mut self, done: impl Fn(&Self) -> bool) -> anyhow::Result<bool> {
        /// Seconds without any letter after which nothing more will happen.
        const QUIET_SECONDS_MAX: u32 = 5;
        let mut quiet = 0;
        loop {
            if done(self) {
                return Ok(true);
            }
            if self.deliver()? {
                quiet = 0;
            } else {
                quiet += 1;
            }
            if QUIET_SECONDS_MAX < quiet {
                return Ok(done(self));
            }
            self.pass(1)?;
        }
    }

    /// Lets time pass, in seconds.
    pub fn pass(&mut self, seconds: i64) -> anyhow::Result<()> {
        self.now.wall = self.now.wall.plus(seconds);
        self.now.mono_ms += 1000;
        self.tick()
    }

    /// Lets time pass until a date.
    pub fn pass_until(&mut self, at: Time) -> anyhow::Result<()> {
        self.pass((at.unix() - self.now.wall.unix()).max(0))
    }

    /// Has every record cosigned by its witnesses.
    pub fn seal(&mut self) -> anyhow::Result<()> {
        let names: Vec<String> = self.citizens.keys().cloned().collect();
        for name in &names {
            let effects = self.citizen_mut(name)?.node.want_seal();
            self.carry_out(name, effects)?;
        }
        let sealed = self.run_until(|town| {
            town.citizens.values().all(|citizen| citizen.node.sealed().is_some())
        })?;
        if sealed { Ok(()) } else { bail!("the records could not be cosigned") }
    }

    fn tick(&mut self) -> anyhow::Result<()> {
        let names: Vec<String> = self.citizens.keys().cloned().collect();
        for name in names {
            self.feed(&name, Input::Tick)?;
        }
        Ok(())
    }

    /// Delivers what is in the post, including what that brings about. Whether there was anything.
    fn deliver(&mut self) -> anyhow::Result<bool> {
        let mut any = false;
        while let Some((from, letter)) = self.post.pop_front() {
            any = true;
            if let Some(name) = self.names.get(&letter.to).cloned() {
                self.feed(&name, Input::Message { from, message: letter.message })?;
            }
        }
        Ok(any)
    }

    fn feed(&mut self, name: &str, input: Input) -> anyhow::Result<()> {
        let now = self.now;
        let effects = self.citizen_mut(name)?.node.step(now, input);
        self.carry_out(name, effects)
    }

    /// Does what a step wants, in its order. A failed append ends the process: nothing later may happen.
    fn carry_out(&mut self, name: &str, effects: Vec<Effect>) -> anyhow::Result<()> {
        for effect in effects {
            match effect {
                Effect::Append(envelopes) => {
                    let range = self.citizen_mut(name)?.record.append_batch(&envelopes)?;
                    for (index, bytes) in range.zip(&envelopes) {
                        if let Some(hook) = &mut self.hooks.append {
                            hook(name, index, bytes);
                        }
                    }
                }
                Effect::Witness(seen) => {
                    self.citizen_mut(name)?.witnessed.append(encode_seen(&seen))?;
                }
                Effect::Send(letter) => {
                    let from = self.id(name)?;
                    if let (Message::Give { disclosure, .. }, Some(hook)) =
                        (&letter.message, &mut self.hooks.private)
                    {
                        hook(disclosure);
                    }
                    self.post.push_back((from, letter));
                }
                Effect::Run(job) => {
                    let key = job.key();
                    let engine = Rc::clone(&self.engine);
                    let outcome = self.citizen_mut(name)?.vault.run(&*engine, &job);
                    self.feed(name, Input::Done { key, outcome })?;
                }
                Effect::Refused { what, code, message } => {
                    if let Some(hook) = &mut self.hooks.refusal {
                        hook(name, &format!("{what}: {message} [{code}]"));
                    }
                }
            }
        }
        Ok(())
    }
}

fn bodies(log: &Log) -> anyhow::Result<Vec<Vec<u8>>> {
    log.iter_from(0).map(|frame| Ok(frame?.body)).collect()
}

fn last_date(envelopes: &[Vec<u8>]) -> Option<Time> {
    let claim = comity_sign::Claim::<comity_wire::Statement>::decode(envelopes.last()?).ok()?;
    Some(claim.claimed().at)
}

/// 32 bytes of record, 8 of size, 32 of root.
fn encode_seen(seen: &Witnessed) -> Vec<u8> {
    let size = seen.size.to_be_bytes();
    [seen.record.digest().as_bytes().as_slice(), &size, seen.root.as_bytes()].concat()
}

fn decode_seen(bytes: &[u8]) -> Option<Witnessed> {
    let (record, rest) = bytes.split_first_chunk::<32>()?;
    let (size, root) = rest.split_first_chunk::<8>()?;
    Some(Witnessed {
        record: SovereignId::from_digest(Digest::from_bytes(*record)),
        size: u64::from_be_bytes(*size),
        root: Digest::from_bytes(root.try_into().ok()?),
    })
}
