//! The node: takes input in, asks its duties, collects effects.

mod intake;
mod stating;
mod submitting;
mod treaty;
mod undertaking;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use comity_constitution::RuleFile;
use comity_mycel::order::OrderState;
use comity_replay::World;
use comity_sign::{Signed, SigningKey};
use comity_tlog::SignedCheckpoint;
use comity_wire::{Digest, KeyId, SovereignId, Statement, StatementId};

use crate::duty::Act;
use crate::error::NodeError;
use crate::follow::{Follow, witness_key};
use crate::io::{Charter, Command, Effect, Input, Now, Secrets, Witnessed};
use crate::job::{JobKey, Outcome};
use crate::limits::{ACTS_PER_STEP_MAX, ASK_AGAIN_MS, POLL_MS};
use crate::members::Members;
use crate::message::{Addressed, Ask, Message};
use crate::own::OwnRecord;

pub use self::submitting::sign_away;
pub(crate) use self::treaty::Wanted;

/// One sovereign.
#[derive(Debug)]
pub struct Node {
    pub(crate) charter: Charter,
    pub(crate) world: World,
    pub(crate) me: Option<SovereignId>,
    pub(crate) actors: BTreeMap<KeyId, SigningKey>,
    pub(crate) jobs: BTreeMap<JobKey, Option<Outcome>>,
    pub(crate) questions: BTreeMap<Ask, SovereignId>,
    pub(crate) given: BTreeMap<Ask, (StatementId, Vec<u8>)>,
    /// Orders, and missions without one, in which nothing is left to do for this sovereign.
    pub(crate) finished: BTreeSet<StatementId>,
    pub(crate) members: Members,
    secrets: Secrets,
    own: OwnRecord,
    follows: BTreeMap<SovereignId, Follow>,
    witnessed: BTreeMap<SovereignId, Witnessed>,
    /// Questions under way: whom, and when last.
    asked: BTreeMap<Ask, (SovereignId, u64)>,
    fetched: BTreeMap<SovereignId, u64>,
    /// The polling period of the last poll, counted from the start of the monotonic clock.
    polled: u64,
    blocked: BTreeSet<(&'static str, Digest, KeyId)>,
    appended: Vec<Vec<u8>>,
    effects: VecDeque<Effect>,
    /// Own statements read back from the store, waiting for the foreign ones that they cite.
    reapply: VecDeque<Signed<Statement>>,
}

impl Node {
    /// A node over what its store holds: the envelopes of its record, and the checkpoints it has cosigned. `rules` are the
    /// parameter files and charters that its own record names, or that of a peer.
    ///
    /// # Errors
    ///
    /// [`NodeError::OwnRecord`] if the rules do not accept the stored record.
    pub fn open(
        charter: Charter,
        secrets: Secrets,
        rules: impl IntoIterator<Item: Into<RuleFile>>,
        envelopes: &[Vec<u8>],
        witnessed: impl IntoIterator<Item = Witnessed>,
    ) -> Result<Self, NodeError> {
        let actors =
            secrets.actors.iter().map(|key| (key.public().key_id(), key.clone())).collect();
        let mut node = Self {
            charter,
            world: World::new([]),
            me: None,
            actors,
            jobs: BTreeMap::new(),
            questions: BTreeMap::new(),
            given: BTreeMap::new(),
            finished: BTreeSet::new(),
            members: Members::default(),
            secrets,
            own: OwnRecord::default(),
            follows: BTreeMap::new(),
            witnessed: witnessed.into_iter().map(|seen| (seen.record, seen)).collect(),
            asked: BTreeMap::new(),
            fetched: BTreeMap::new(),
            polled: 0,
            blocked: BTreeSet::new(),
            appended: Vec::new(),
            effects: VecDeque::new(),
            reapply: VecDeque::new(),
        };
        for file in rules {
            node.learn(file.into());
        }
        node.reopen(envelopes)?;
        Ok(node)
    }

    /// Folds one input in and says what must be done. See [`Effect`] for the order.
    pub fn step(&mut self, now: Now, input: Input) -> Vec<Effect> {
        match input {
            Input::Message { from, message } => self.receive(now, from, message),
            Input::Done { key, outcome } => {
                if let Some(slot) = self.jobs.get_mut(&key) {
                    *slot = Some(outcome);
                }
            }
            Input::Partial(partial) => {
                if let Err(error) = self.take_part(now, &partial) {
                    self.effects.push_back(refused("partial", &error));
                }
            }
            Input::Tick => {
                self.blocked.clear();
                // What could not be done may be possible now: a vault gains machines, labels and packages.
                self.jobs.retain(|_, outcome| !matches!(outcome, Some(Outcome::Failed { .. })));
            }
        }
        self.settle(now)
    }

    /// Does what a person asks, or says why not. The effects must be carried out as those of a step.
    ///
    /// # Errors
    ///
    /// A named refusal; nothing was recorded.
    pub fn command(
        &mut self,
        now: Now,
        command: Command,
    ) -> Result<(StatementId, Vec<Effect>), NodeError> {
        if !self.reapply.is_empty() {
            return Err(NodeError::NotCaughtUp { waiting: self.reapply.len() });
        }
        let draft = self.draft_of(now, command)?;
        let id = self.state(now, draft)?;
        Ok((id, self.settle(now)))
    }

    /// Makes a parameter file or a charter known: from here on statements may name it. A shell that keeps a record keeps
    /// the files of rules that it names, and gives them to [`Self::open`].
    pub fn learn(&mut self, file: RuleFile) {
        self.world.learn(file);
    }

    /// Reads the records of `peers`, from their genesis on.
    pub fn follow(&mut self, peers: impl IntoIterator<Item = SovereignId>) {
        for peer in peers {
            if Some(peer) != self.me {
                self.follows.entry(peer).or_default();
            }
        }
    }

    /// Asks the witnesses to cosign the record as it is now.
    pub fn want_seal(&mut self) -> Vec<Effect> {
        let Some(me) = self.me else { return Vec::new() };
        match self.own.seal(me, &self.secrets.authority) {
            Ok(message) => self.to_all(&message),
            Err(error) => vec![refused("seal", &error)],
        }
    }

    /// The checkpoint with as many cosignatures as the genesis demands, once they are there.
    pub fn sealed(&self) -> Option<SignedCheckpoint> {
        let witnesses = self.charter.witnesses_min;
        self.own.sealed(witnesses, |id| witness_key(self.follows.get(&id)?.vkey()?))
    }

    /// This sovereign's id, once it is founded.
    pub const fn id(&self) -> Option<SovereignId> {
        self.me
    }

    /// Everything this node knows.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The envelopes of this node's record, in order.
    pub fn envelopes(&self) -> &[Box<[u8]>] {
        self.own.envelopes()
    }

    /// The charter it was opened with.
    pub const fn charter(&self) -> &Charter {
        &self.charter
    }

    /// Whether the stored record has been folded in again, as far as it goes.
    pub fn is_caught_up(&self) -> bool {
        self.reapply.is_empty()
    }

    /// Asks duties until they rest, then announces what has grown.
    fn settle(&mut self, now: Now) -> Vec<Effect> {
        for round in 0.. {
            if ACTS_PER_STEP_MAX < round {
                let error = NodeError::Restless { max: ACTS_PER_STEP_MAX };
                self.effects.push_back(refused("settle", &error));
                break;
            }
            self.drain_waiting();
            self.prepare(now);
            let Some(act) = self.next_act(now) else { break };
            self.perform(now, act);
        }
        self.retire();
        self.publish(now);
        self.take_effects()
    }

    fn next_act(&self, now: Now) -> Option<Act> {
        // Until the whole record is folded in again, it is not known what has been stated already.
        if !self.reapply.is_empty() {
            return None;
        }
        self.duties(now).into_iter().find(|act| match act {
            Act::State(_) => !self.is_blocked(act),
            Act::Job(job) => !self.jobs.contains_key(&job.key()),
            Act::Ask { ask, .. } => {
                let last = self.asked.get(ask);
                last.is_none_or(|(_, at)| at.saturating_add(ASK_AGAIN_MS) <= now.mono_ms)
            }
            Act::Give { .. } => true,
        })
    }

    /// Whether an act was refused since the last tick.
    pub(crate) fn is_blocked(&self, act: &Act) -> bool {
        matches!(act, Act::State(draft) if self.blocked.contains(&draft.key()))
    }

    fn perform(&mut self, now: Now, act: Act) {
        match act {
            Act::State(draft) => {
                let key = draft.key();
                if let Err(error) = self.state(now, draft) {
                    self.blocked.insert(key.clone());
                    self.effects.push_back(refused(key.0, &error));
                }
            }
            Act::Job(job) => {
                self.jobs.insert(job.key(), None);
                self.effects.push_back(Effect::Run(job));
            }
            Act::Ask { to, ask } => {
                self.asked.insert(ask.clone(), (to, now.mono_ms));
                self.send(to, Message::Ask(ask));
            }
            Act::Give { to, ask, opening, disclosure } => {
                self.questions.remove(&ask);
                self.jobs.remove(&JobKey::Disclose(ask.clone()));
                self.send(to, Message::Give { ask, opening, disclosure });
            }
        }
    }

    /// Announces growth, asks for what others have announced, cosigns what has been reached.
    fn publish(&mut self, now: Now) {
        let Some(me) = self.me else { return };
        match self.own.announcement(me, &self.secrets.authority) {
            Ok(Some(message)) => {
                let sends = self.to_all(&message);
                self.effects.extend(sends);
            }
            Ok(None) => {}
            Err(error) => self.effects.push_back(refused("announce", &error)),
        }
        let period = now.mono_ms / POLL_MS;
        let polls = std::mem::replace(&mut self.polled, period) != period;
        let behind: Vec<(SovereignId, u64)> = self
            .follows
            .iter()
            .filter(|(_, follow)| follow.refused.is_none())
            .filter(|(_, follow)| polls || follow.size() < follow.announced || follow.size() == 0)
            .map(|(peer, follow)| (*peer, follow.size()))
            .collect();
        for (peer, from) in behind {
            let again = self.fetched.get(&peer).map(|at| at.saturating_add(ASK_AGAIN_MS));
            if again.is_none_or(|again| again <= now.mono_ms) {
                self.fetched.insert(peer, now.mono_ms);
                self.send(peer, Message::Fetch { from });
            }
        }
        self.cosign(now, me);
    }

    fn to_all(&self, message: &Message) -> Vec<Effect> {
        let send =
            |peer: &SovereignId| Effect::Send(Addressed { to: *peer, message: message.clone() });
        self.follows.keys().map(send).collect()
    }

    fn send(&mut self, to: SovereignId, message: Message) {
        self.effects.push_back(Effect::Send(Addressed { to, message }));
    }

    /// Appends come first: everything else may rest on them.
    fn take_effects(&mut self) -> Vec<Effect> {
        let mut effects = Vec::with_capacity(self.effects.len() + 1);
        if !self.appended.is_empty() {
            effects.push(Effect::Append(std::mem::take(&mut self.appended)));
        }
        effects.extend(self.effects.drain(..));
        effects
    }

    /// Forgets private bytes and jobs of orders that are settled.
    fn retire(&mut self) {
        let settled: Vec<StatementId> = self
            .world
            .orders()
            .filter(|(id, order)| {
                !self.finished.contains(id)
                    && matches!(
                        order.placed.state(),
                        OrderState::Released | OrderState::Refunded { .. }
                    )
            })
            .map(|(id, _)| id)
            .collect();
        let over = self.world.missions().filter(|(id, view)| {
            view.mission.order().is_none()
                && !self.finished.contains(id)
                && view.mission.phase().is_completed()
        });
        let over: Vec<StatementId> = over.map(|(id, _)| id).collect();
        self.finished.extend(over);
        for id in settled {
            self.finished.insert(id);
            self.questions.retain(|ask, _| ask.order != id);
            self.given.retain(|ask, _| ask.order != id);
            self.asked.retain(|ask, _| ask.order != id);
            self.jobs.retain(|key, _| key.order() != Some(id));
        }
    }

    pub(crate) fn beacon_secret(&self) -> &[u8; 32] {
        self.secrets.authority.ed25519().seed()
    }

    pub(crate) fn authority_ml_dsa(&self) -> Option<String> {
        self.secrets.authority.public().ml_dsa_id().map(|id| id.as_str().to_owned())
    }

    pub(crate) fn job(&self, key: &JobKey) -> Option<&Outcome> {
        self.jobs.get(key)?.as_ref()
    }

    pub(crate) fn is_mine(&self, key: &KeyId) -> bool {
        self.actors.contains_key(key)
    }
}

fn refused(what: &'static str, error: &NodeError) -> Effect {
    Effect::Refused { what, code: error.code(), message: error.to_string() }
}
