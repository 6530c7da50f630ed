//! What goes into a step and what comes out, as data.

use comity_mesh::{ActorAdmitted, Scope};
use comity_mission::facts::{Decision, Decomposed, Flag, GateDecision, Judgement, Scoped, TaskId};
use comity_mycel::facts::{AccountCredited, MipPublished, Order};
use comity_sign::{IssuerSecret, SigningKey};
use comity_wire::{Digest, KeyId, SovereignId, StatementId, Time};

use crate::fact::{By, Fact};
use crate::job::{Job, JobKey, Outcome};
use crate::message::{Addressed, Message};

/// The two clocks of a shell. Signatures use the wall, patience uses the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Calendar time.
    pub wall: Time,
    /// Milliseconds that never go back.
    pub mono_ms: u64,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// A message arrived.
    Message {
        /// Who sent it, as the transport has established.
        from: SovereignId,
        /// What they sent.
        message: Message,
    },
    /// A job is done.
    Done {
        /// Which.
        key: JobKey,
        /// What came of it.
        outcome: Outcome,
    },
    /// A member of the committee signed its part of what [`Node::partials`](crate::Node::partials) names.
    Partial(Partial),
    /// Time passed.
    Tick,
}

/// What a shell must do, in this order: nothing after an [`Effect::Append`] or [`Effect::Witness`] may be done before
/// it is durable. If it cannot be made durable, the node must be dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Append these envelopes to the record's store and make them durable.
    Append(Vec<Vec<u8>>),
    /// Remember durably that this checkpoint has been cosigned.
    Witness(Witnessed),
    /// Send a message. May be lost.
    Send(Addressed),
    /// Do a job and answer with [`Input::Done`].
    Run(Job),
    /// Tell a person: something was refused, nothing was recorded.
    Refused {
        /// What was being done.
        what: &'static str,
        /// Stable name of the refusal.
        code: &'static str,
        /// The same in words.
        message: String,
    },
}

/// A member's part of a signature of the committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// The 32 bytes that are signed.
    pub message: Digest,
    /// `comity_bls::PartialSignature`, encoded.
    pub part: Vec<u8>,
}

/// The latest checkpoint of another record that this node has cosigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witnessed {
    /// Whose record.
    pub record: SovereignId,
    /// At which size.
    pub size: u64,
    /// With which root.
    pub root: Digest,
}

/// What a person tells a node to do.
#[derive(Clone, Debug)]
pub enum Command {
    /// Recognise a sovereign whose record is followed.
    Recognise(TreatyPlan),
    /// End an own treaty before its time.
    RevokeTreaty {
        /// The statement that carries it.
        treaty: StatementId,
        /// In words, for the other party.
        reason: String,
    },
    /// Admit a person, a program or a device to the record.
    Admit(ActorAdmitted),
    /// Take money in from outside: the caller's own books show it.
    Credit(AccountCredited),
    /// Publish a MIP.
    Publish(MipPublished),
    /// Place an order.
    Place(Box<Order>),
    /// Do the next thing in a mission that nobody has ordered.
    Undertake(Box<Undertaking>),
    /// Decide at a mission's final gate, as the human who holds the gate role.
    Decide {
        /// The mission.
        mission: StatementId,
        /// Approve, or reject.
        decision: GateDecision,
        /// In words; required.
        reason: String,
    },
    /// Judge a mission as one of the people drawn for it.
    Judge {
        /// The mission.
        mission: StatementId,
        /// Which of this node's people.
        panellist: KeyId,
        /// Approve, or reject.
        judgement: Judgement,
        /// In words; required.
        reason: String,
    },
    /// Ask for people to judge an own mission, as its owner.
    Escalate {
        /// The mission.
        mission: StatementId,
        /// In words; required.
        reason: String,
    },
    /// Keep a reviewer of this house away from a mission.
    Recuse {
        /// The mission.
        mission: StatementId,
        /// Who will not judge it.
        reviewer: KeyId,
        /// In words; required.
        reason: String,
    },
    /// Offer the key of one of this node's actors for the committee. Once planned, it deals and signs without being asked.
    OfferKey {
        /// Whose.
        actor: KeyId,
    },
    /// State a fact of the constitution, of an appeal, of the committee or of trust. The world's rules refuse what is wrong.
    Act {
        /// Who states it.
        by: By,
        /// What.
        fact: Box<Fact>,
    },
}

impl Command {
    /// The command to state a fact.
    pub fn act(by: By, fact: impl Into<Fact>) -> Self {
        Self::Act { by, fact: Box::new(fact.into()) }
    }
}

/// What only people and machines can say about a mission that their record has undertaken for itself. Everything that
/// follows from it the node does.
#[derive(Clone, Debug)]
pub enum Undertaking {
    /// The mission exists. Its owner drafts it.
    Draft {
        /// For people.
        title: String,
        /// Which of this node's people owns it.
        owner: KeyId,
    },
    /// What is to be done, and under which tier.
    Scope(Scoped),
    /// How it is to be done; at first, or anew after it was turned down.
    Plan(Decomposed),
    /// An attempt begins.
    Start {
        /// The mission.
        mission: StatementId,
        /// Who works.
        worker: KeyId,
    },
    /// The worker has done a task.
    Work {
        /// The mission.
        mission: StatementId,
        /// The task.
        task: TaskId,
        /// Hash of what it produced.
        artifact: Digest,
    },
    /// A reviewer who was drawn decides.
    Review {
        /// The mission.
        mission: StatementId,
        /// Which of this node's reviewers.
        reviewer: KeyId,
        /// The decision.
        decision: Decision,
        /// In words; required.
        reason: String,
        /// What the reviewer asks for beyond it.
        flag: Option<Flag>,
    },
}

/// A treaty to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreatyPlan {
    /// Whom to recognise.
    pub to: SovereignId,
    /// For what; none listed means for everything.
    pub scopes: Vec<Scope>,
    /// From when.
    pub not_before: Time,
    /// Until when.
    pub not_after: Time,
}

/// Secret keys of one sovereign.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Founds the sovereign, then rests.
    pub root: SigningKey,
    /// Speaks for the sovereign and signs its log.
    pub authority: IssuerSecret,
    /// Keys of those actors that live in this node.
    pub actors: Vec<SigningKey>,
}

/// What a sovereign is founded with.
#[derive(Clone, Debug)]
pub struct Charter {
    /// Short name, unique among its peers by agreement.
    pub name: String,
    /// Organisation behind it.
    pub organisation: String,
    /// Region.
    pub region: String,
    /// Hash of the parameters it binds itself to.
    pub parameters: Digest,
    /// How many witnesses must cosign an exported checkpoint.
    pub witnesses_min: u64,
    /// Actors to admit.
    pub actors: Vec<ActorAdmitted>,
    /// Whether those who recognise this sovereign are recognised in return, for the same and as long, without asking a
    /// person.
    pub accepts_treaties: bool,
}
