//! One command of one sovereign: everything is decided in memory, then made durable, or nothing changes.
//!
//! ```text
//!  lock record.log ─▶ read it and the peers ─▶ open keys ─▶ node: catch up, tick, command ─▶ commit
//!                                                                       │ refused              ├ peers/
//!                                                                       ▼                      ├ record.log (fsync)
//!                                                                 nothing changed              └ checkpoint
//! ```

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use comity_constitution::{Parameters, RuleFile};
use comity_node::{AnchorDue, Charter, Command, Effect, Input, Message, Node, NodeError, Now};
use comity_replay::World;
use comity_replay::export::{CHECKPOINT, ENVELOPES, PARAMETERS, origin};
use comity_sign::{Claim, IssuerSecret};
use comity_store::Log;
use comity_tlog::{Checkpoint, Frontier, SignedCheckpoint, leaf_hash};
use comity_wire::{KeyId, SovereignId, Statement, StatementId, Time, sha256};

use super::layout::Home;
use super::passphrase::{self, Purpose};
use super::record::{self, Record, Records};
use super::{actors, clock, file, keys, rules};
use crate::fail::{ActError, CliError};

/// What a node was doing when a refusal means that its input is bad.
const FATAL: [&str; 3] = ["message", "foreign statement", "reopen"];

/// What a command needs beside its own arguments.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The home.
    pub home: &'a Path,
    /// Records of others.
    pub peers: &'a [PathBuf],
    /// File with the passphrase; without one a person is asked.
    pub passphrase: Option<&'a Path>,
    /// Whether open treaty offers are accepted.
    pub accepts_treaties: bool,
    /// Actors whose keys in the home are used, by name.
    pub voices: &'a [String],
    /// What actors have signed elsewhere.
    pub submitted: Option<&'a Submitted>,
}

/// Statements of actors whose keys live elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Submitted {
    /// Their envelopes, in the order of their dates.
    pub envelopes: Vec<Vec<u8>>,
    /// Files of rules that they name.
    pub rules: Vec<RuleFile>,
}

/// A home whose record is locked and whose node is up to date.
#[derive(Debug)]
pub struct Session {
    home: Home,
    log: Log,
    node: Node,
    now: Now,
    own: Vec<Vec<u8>>,
    peers: Records,
    authority: IssuerSecret,
    effects: Vec<Effect>,
    /// Files of rules that came with the command.
    rules: Vec<RuleFile>,
}

impl Session {
    /// Locks the home, reads everything, and lets the node do what is due.
    ///
    /// # Errors
    ///
    /// Another writer, a damaged home, a record that is refused or incomplete, a wrong passphrase or key.
    pub fn open(request: &Request<'_>) -> anyhow::Result<Self> {
        // Before anybody is asked for a passphrase.
        Home::open(request.home)?;
        let passphrase = passphrase::obtain(request.passphrase, Purpose::Open)?;
        Self::open_with(request, &passphrase)
    }

    /// The same with a passphrase that is known.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_with(request: &Request<'_>, passphrase: &str) -> anyhow::Result<Self> {
        let home = Home::open(request.home)?;
        let path = home.record();
        let (log, _) = Log::open(&path, home.id.digest().as_bytes())
            .with_context(|| format!("open {}", path.display()))?;
        let envelopes = record::bodies(&log)?;
        record::belongs(&home, &envelopes)?;
        let own = record::assemble(&home.path, envelopes, true)?;
        let mut peers = record::gather(request.peers)?;
        record::held(&home, &mut peers)?;
        if let Some(copy) = peers.remove(&home.id) {
            is_not_behind(&own, &copy)?;
        }
        let mut secrets = keys::load(&home.keys(), passphrase, &own.opening.genesis)?;
        for name in request.voices {
            secrets.actors.push(actors::load(&home, name, passphrase)?);
        }
        let authority = secrets.authority.clone();
        let node = open_node(&own, &peers, secrets, request.accepts_treaties)?;
        let (now, own) = (clock::now(), own.envelopes);
        let (effects, rules) = (Vec::new(), Vec::new());
        let mut session = Self { home, log, node, now, own, peers, authority, effects, rules };
        session.catch_up(request.submitted)?;
        Ok(session)
    }

    /// What the node knows.
    pub const fn world(&self) -> &World {
        self.node.world()
    }

    /// This sovereign.
    pub const fn id(&self) -> SovereignId {
        self.home.id
    }

    /// The date of everything that is stated now.
    pub const fn now(&self) -> Now {
        self.now
    }

    /// The home.
    pub const fn home(&self) -> &Home {
        &self.home
    }

    /// The key of an actor of this record, by name.
    ///
    /// # Errors
    ///
    /// [`ActError::NoActor`].
    pub fn actor(&self, name: &str) -> Result<KeyId, ActError> {
        actors::named(self.world(), self.home.id, name)
    }

    /// Makes a charter or a parameter file known, to be kept with what names it.
    pub fn learn(&mut self, file: RuleFile) {
        self.node.learn(file.clone());
        self.rules.push(file);
    }

    /// Has the node do what a person asks.
    ///
    /// # Errors
    ///
    /// The rules' refusal. The session should be dropped: nothing has changed.
    pub fn command(&mut self, command: Command) -> anyhow::Result<StatementId> {
        let (id, effects) = self.node.command(self.now, command)?;
        self.effects.extend(effects);
        Ok(id)
    }

    /// What has to be on a chain now.
    pub fn anchors_due(&self) -> Vec<AnchorDue> {
        self.node.anchors_due(self.now)
    }

    /// What has been stated so far, and is not durable yet: kinds and ids, in order.
    ///
    /// # Errors
    ///
    /// None: the node made what is read here.
    pub fn stated(&self) -> anyhow::Result<Vec<(String, StatementId)>> {
        let batches = self.effects.iter().filter_map(|effect| match effect {
            Effect::Append(envelopes) => Some(envelopes),
            Effect::Send(_) | Effect::Run(_) | Effect::Witness(_) | Effect::Refused { .. } => None,
        });
        let claims = batches.flatten().map(|bytes| Claim::<Statement>::decode(bytes));
        claims
            .map(|claim| claim.map(|it| (it.claimed().kind.clone(), it.id())))
            .map(|it| Ok(it?))
            .collect()
    }

    /// What the node would have done and could not, by what it was and the name of the refusal.
    pub fn refusals(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Refused { what, code, .. } => Some((*what, *code)),
            Effect::Append(_) | Effect::Send(_) | Effect::Run(_) | Effect::Witness(_) => None,
        })
    }

    /// Makes durable what was decided, and says how many statements that were.
    ///
    /// # Errors
    ///
    /// What the system says. The record then has all of it or nothing.
    pub fn commit(mut self) -> anyhow::Result<usize> {
        let mut batch: Vec<Vec<u8>> = Vec::new();
        for effect in std::mem::take(&mut self.effects) {
            match effect {
                Effect::Append(envelopes) => batch.extend(envelopes),
                // Messages and jobs are for a node that stays: one that reads this record next will ask again.
                Effect::Send(_) | Effect::Run(_) | Effect::Witness(_) | Effect::Refused { .. } => {}
            }
        }
        for record in self.peers.values() {
            hold(&self.home, record)?;
        }
        for file in &self.rules {
            rules::keep(&self.home.path, file)?;
        }
        self.log.append_batch(&batch)?;
        let appended = batch.len();
        self.own.extend(batch);
        let signed = checkpoint(self.home.id, &self.own, &self.authority)?;
        file::replace(&self.home.checkpoint(), &signed)?;
        Ok(appended)
    }

    /// Gives the node the records of others, what was signed elsewhere, then the time.
    fn catch_up(&mut self, submitted: Option<&Submitted>) -> anyhow::Result<()> {
        self.node.follow(self.peers.keys().copied());
        // What was signed elsewhere is older than what is due now: no time passes before it is in the record.
        let before = Now { wall: Time::MIN, ..self.now };
        let reading = if submitted.is_some() { before } else { self.now };
        let mut inputs = Vec::new();
        for (peer, record) in &self.peers {
            let (envelopes, from) = (record.sealed().to_vec(), 0);
            let message =
                Message::Entries { from, envelopes, checkpoint: record.checkpoint.encode() };
            inputs.push(Input::Message { from: *peer, message });
        }
        for input in inputs {
            self.step(reading, input)?;
        }
        if let Some(Submitted { envelopes, rules }) = submitted {
            for file in rules {
                self.learn(file.clone());
            }
            let (_, effects) = self.node.submit(self.now, envelopes)?;
            self.effects.extend(effects);
        }
        self.step(self.now, Input::Tick)?;
        for (peer, record) in &self.peers {
            let folded = self.node.world().record(*peer).map_or(0, |view| view.log.size());
            if let Some(waiting) = waits(record, folded, self.node.world()) {
                return Err(waiting.into());
            }
        }
        if self.node.is_caught_up() {
            return Ok(());
        }
        let folded = self.node.world().record(self.home.id).map_or(0, |view| view.log.size());
        let waiting = self.own.len().saturating_sub(usize::try_from(folded).unwrap_or(0));
        Err(NodeError::NotCaughtUp { waiting }.into())
    }

    /// One input; what a node refuses of it is an error, unless it is a duty that it will try again.
    fn step(&mut self, now: Now, input: Input) -> anyhow::Result<()> {
        let effects = self.node.step(now, input);
        for effect in &effects {
            if let Effect::Refused { what, code, message } = effect
                && (FATAL.contains(what) || what.starts_with("comity:mesh/"))
            {
                return Err(refuse(what, code, message.clone()));
            }
        }
        self.effects.extend(effects);
        Ok(())
    }
}

fn open_node(
    own: &Record,
    peers: &Records,
    secrets: comity_node::Secrets,
    accepts_treaties: bool,
) -> anyhow::Result<Node> {
    let genesis = &own.opening.genesis;
    let charter = Charter {
        name: genesis.name.clone(),
        organisation: genesis.organisation.clone(),
        region: genesis.region.clone(),
        parameters: genesis.parameters,
        witnesses_min: genesis.witnesses_min,
        actors: Vec::new(),
        accepts_treaties,
    };
    let known = std::iter::once(own).chain(peers.values()).flat_map(Record::all_rules);
    let rules = std::iter::once(Parameters::founding().into()).chain(known);
    Ok(Node::open(charter, secrets, rules, &own.envelopes, [])?)
}

/// A refusal by the node as an error.
pub(super) fn refuse(what: &'static str, code: &'static str, message: String) -> anyhow::Error {
    CliError::Node { what, code, message }.into()
}

/// A signed root over these entries.
pub(super) fn checkpoint(
    id: SovereignId,
    envelopes: &[Vec<u8>],
    authority: &IssuerSecret,
) -> anyhow::Result<Vec<u8>> {
    let mut log = Frontier::new();
    for bytes in envelopes {
        log.append(leaf_hash(sha256(bytes).as_bytes()));
    }
    let checkpoint = Checkpoint::new(&origin(id), log.size(), log.root())?;
    Ok(SignedCheckpoint::sign(checkpoint, authority.ed25519()).encode())
}

/// Refuses to speak from a record that others know to be longer or different: that would make a second history.
fn is_not_behind(own: &Record, copy: &Record) -> Result<(), CliError> {
    let record = own.id();
    let mut pairs = own.envelopes.iter().zip(&copy.envelopes);
    if let Some(index) = pairs.position(|(a, b)| a != b) {
        return Err(CliError::Forked { record, index: index as u64 });
    }
    let (size, held) = (copy.envelopes.len() as u64, own.envelopes.len() as u64);
    if held < size { Err(CliError::RecordShort { record, size, held }) } else { Ok(()) }
}

/// The entry at which a record stops, if it does.
fn waits(record: &Record, folded: u64, world: &World) -> Option<CliError> {
    let bytes = record.sealed().get(usize::try_from(folded).ok()?)?;
    let claim = Claim::<Statement>::decode(bytes).ok()?;
    let missing = claim.claimed().cites.iter().find(|cited| world.place(**cited).is_none());
    let cited = missing.copied().unwrap_or_else(|| claim.id());
    Some(CliError::RecordWaits { record: record.id(), index: folded, cited })
}

/// Keeps a copy of a peer's record, unless the one that is held is as long.
fn hold(home: &Home, record: &Record) -> anyhow::Result<()> {
    let folder = home.peers().join(record.id().to_string());
    let mut lines = Vec::new();
    for bytes in record.sealed() {
        lines.extend_from_slice(bytes);
        lines.push(b'\n');
    }
    let len = folder.join(ENVELOPES).metadata().map_or(0, |meta| meta.len());
    if len == lines.len() as u64 {
        return Ok(());
    }
    // A new folder beside the old, then one rename: a copy is never half of one.
    let draft = home.peers().join(format!(".{}.tmp", record.id()));
    if draft.exists() {
        std::fs::remove_dir_all(&draft).with_context(|| format!("clear {}", draft.display()))?;
    }
    file::create_folder(&draft)?;
    file::sync_folder(&home.path)?;
    file::replace(&draft.join(ENVELOPES), &lines)?;
    file::replace(&draft.join(CHECKPOINT), &record.checkpoint.encode())?;
    if let Some(parameters) = &record.parameters {
        file::replace(&draft.join(PARAMETERS), parameters.bytes())?;
    }
    for file in &record.rules {
        rules::keep(&draft, file)?;
    }
    file::exchange(&draft, &folder)
}
