//! What this sovereign should do next, read off the world. Each duty is a question without memory.

mod beacon;
mod clerk;
mod epoch;
mod founding;
mod keeper;
mod openings;
mod reviewer;
mod seller;
mod silence;
mod steward;
mod undertaking;

use comity_commitment::CommitmentFact;
use comity_constitution::{AppealFact, ConstitutionFact};
use comity_mesh::MeshFact;
use comity_mission::MissionFact;
use comity_mycel::MycelFact;
use comity_replay::OrderView;
use comity_trust::TrustFact;
use comity_wire::private::RawValue;
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Subject, WireError};

use crate::io::Now;
use crate::job::Job;
use crate::message::Ask;
use crate::node::Node;

pub(crate) use self::clerk::{Signing, certified_window};

/// One thing to do.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// State something.
    State(Draft),
    /// Have work done.
    Job(Job),
    /// Ask for an opening.
    Ask {
        /// Whom.
        to: SovereignId,
        /// What.
        ask: Ask,
    },
    /// Answer a question whose opening has been logged.
    Give {
        /// Whom.
        to: SovereignId,
        /// Their question.
        ask: Ask,
        /// The logged opening.
        opening: StatementId,
        /// The private bytes.
        disclosure: Vec<u8>,
    },
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    /// The root key: founding only.
    Root,
    /// The authority.
    Authority,
    /// An actor.
    Actor(KeyId),
}

/// A statement before it has a date and a signature.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) speaker: Speaker,
    pub(crate) kind: &'static str,
    pub(crate) subject: Subject,
    pub(crate) body: Box<RawValue>,
    /// What it depends on; those in the own record or seen already are left out when it is made.
    pub(crate) cites: Vec<StatementId>,
}

macro_rules! drafts {
    ($($name:ident($fact:ty)),+ $(,)?) => {
        $(#[doc = "A draft of a fact of this room, by the authority."]
        pub(crate) fn $name(fact: &$fact, about: (&str, Digest)) -> Result<Self, WireError> {
            Ok(Self::new(fact.kind(), fact.encode()?, about))
        })+
    };
}

impl Draft {
    /// A draft by the authority.
    pub(crate) fn new(
        kind: &'static str,
        body: Box<RawValue>,
        (name, sha256): (&str, Digest),
    ) -> Self {
        let subject = Subject { name: name.to_owned(), sha256 };
        Self { speaker: Speaker::Authority, kind, subject, body, cites: Vec::new() }
    }

    drafts! {
        mesh(MeshFact),
        mission(MissionFact),
        mycel(MycelFact),
        trust(TrustFact),
        commitment(CommitmentFact),
        constitution(ConstitutionFact),
        appeal(AppealFact),
    }

    /// The same, depending on these.
    pub(crate) fn citing(mut self, ids: impl IntoIterator<Item = StatementId>) -> Self {
        self.cites.extend(ids);
        self
    }

    /// The same, by another speaker.
    pub(crate) fn spoken_by(mut self, speaker: Speaker) -> Self {
        self.speaker = speaker;
        self
    }

    /// What makes two drafts the same attempt.
    pub(crate) fn key(&self) -> (&'static str, Digest, KeyId) {
        let signer = match &self.speaker {
            Speaker::Actor(key) => key.clone(),
            Speaker::Root | Speaker::Authority => nobody(),
        };
        (self.kind, self.subject.sha256, signer)
    }
}

/// Stands for "the sovereign itself" where drafts are told apart by speaker.
fn nobody() -> KeyId {
    KeyId::parse("did:key:z1").expect("one base58 digit is a key id by its alphabet")
}

/// Duties answer with acts; a body that cannot be encoded would be our own bug and is no act.
pub(crate) type Acts = Vec<Act>;

/// Adds a statement to the acts.
fn state(acts: &mut Acts, draft: Result<Draft, WireError>) {
    if let Ok(draft) = draft {
        acts.push(Act::State(draft));
    }
}

impl Node {
    /// Everything that could be done now, most urgent first. Empty means: at rest.
    pub(crate) fn duties(&self, now: Now) -> Acts {
        let mut acts = Acts::new();
        self.founding(&mut acts);
        let Some(me) = self.me else { return acts };
        self.treaties(me, now, &mut acts);
        for (id, order) in self.world.orders() {
            if self.finished.contains(&id) {
                continue;
            }
            self.order_duties(me, now, id, order, &mut acts);
        }
        for (id, view) in self.world.missions() {
            if view.mission.order().is_none() && view.record == me && !self.finished.contains(&id) {
                self.undertaking(now, view, &mut acts);
            }
        }
        self.openings(me, &mut acts);
        // What was refused must not keep an epoch open.
        acts.retain(|act| !self.is_blocked(act));
        if acts.is_empty() {
            self.epoch(me, now, &mut acts);
        }
        self.clerk(me, now, &mut acts);
        acts
    }

    fn order_duties(
        &self,
        me: SovereignId,
        now: Now,
        id: StatementId,
        order: &OrderView,
        acts: &mut Acts,
    ) {
        let terms = order.placed.terms();
        if terms.ledger == me {
            self.keeper(me, now, id, order, acts);
        }
        let Some(mission) = order.mission else {
            if terms.seller == me {
                self.take_up(me, now, id, order, acts);
            }
            return;
        };
        let Ok(view) = self.world.mission(mission) else { return };
        if terms.beacon.contains(&me) {
            self.beacon(me, id, view, acts);
        }
        if terms.seller == me {
            self.seller(now, id, order, view, acts);
        }
        if terms.reviewer_house == me {
            self.reviewers(id, order, view, acts);
            self.silence(now, Some(id), view, acts);
        }
    }
}
