//! A byzantine peer: it has a genesis and a log like everybody else, and misuses them in one of three forms.
//!
//! It signs with its own keys only and the transport tells who sent a letter, so what it can do is what a real peer
//! with a modified program could do. It holds no treaty: see the crate's header for what is not simulated.

mod garbage;

use comity_constitution::Parameters;
use comity_mesh::{ActorAdmitted, ActorKind, Genesis, MeshFact, Role};
use comity_node::Message;
use comity_replay::export::origin;
use comity_sign::{IssuerSecret, Signed, SigningKey};
use comity_tlog::{Checkpoint, SignedCheckpoint, Tree, leaf_hash};
use comity_wire::dsse::Envelope;
use comity_wire::{Digest, SovereignId, Statement, Subject, sha256};

use crate::START;
use crate::cast;
use crate::scenario::Form;

/// The byzantine peer.
#[derive(Debug)]
pub(crate) struct Rogue {
    pub(crate) id: SovereignId,
    pub(crate) form: Form,
    /// Who is shown the fork.
    pub(crate) victim: SovereignId,
    authority: IssuerSecret,
    /// What everybody is shown.
    shown: Log,
    /// What the victim is shown first.
    fork: Log,
}

/// Envelopes with their tree.
#[derive(Clone, Debug, Default)]
struct Log {
    envelopes: Vec<Vec<u8>>,
    tree: Tree,
}

impl Log {
    fn push(&mut self, envelope: Vec<u8>) {
        self.tree.append(leaf_hash(sha256(&envelope).as_bytes()));
        self.envelopes.push(envelope);
    }
}

impl Rogue {
    /// Founds it. `None` only if its statements could not be encoded.
    pub(crate) fn found(
        seed: u64,
        form: Form,
        parameters: &Parameters,
        victim: SovereignId,
    ) -> Option<Self> {
        let root = cast::key(seed, "rogue", "root");
        let authority = IssuerSecret::classical(cast::key(seed, "rogue", "authority"));
        let genesis = MeshFact::from(Genesis {
            name: "rogue".to_owned(),
            organisation: "Nobody".to_owned(),
            region: "nowhere".to_owned(),
            root: root.public().key_id(),
            authority: authority.id(),
            authority_ml_dsa: None,
            parameters: parameters.hash(),
            witnesses_min: 0,
        });
        let opening = sign(None, &IssuerSecret::classical(root), &genesis)?;
        let id = SovereignId::of_genesis(opening.id());
        let mut shown = Log::default();
        shown.push(opening.bytes().to_vec());
        let mut fork = shown.clone();
        let admit = |name: &str| {
            let fact = admission(name, &cast::key(seed, "rogue", name));
            sign(Some(id), &authority, &fact).map(|signed| signed.bytes().to_vec())
        };
        shown.push(admit("actor-a")?);
        fork.push(admit("actor-b")?);
        let third = admit("actor-c")?;
        shown.push(if form == Form::BadSignature { spoiled(&third)? } else { third });
        Some(Self { id, form, victim, authority, shown, fork })
    }

    /// Its answer to a fetch.
    pub(crate) fn entries(&self, to: SovereignId, from: u64) -> Option<Message> {
        let is_new = from < self.fork.envelopes.len() as u64;
        let forks = self.form == Form::Fork && to == self.victim && is_new;
        let log = if forks { &self.fork } else { &self.shown };
        let start = usize::try_from(from).ok()?;
        let envelopes = log.envelopes.get(start..).filter(|rest| !rest.is_empty())?.to_vec();
        let checkpoint = self.checkpoint(log)?;
        Some(Message::Entries { from, envelopes, checkpoint })
    }

    /// What it announces to everybody, also to the victim.
    pub(crate) fn announcement(&self) -> Option<Message> {
        Some(Message::Announce { checkpoint: self.checkpoint(&self.shown)? })
    }

    fn checkpoint(&self, log: &Log) -> Option<Vec<u8>> {
        let checkpoint =
            Checkpoint::new(&origin(self.id), log.tree.size(), log.tree.root()).ok()?;
        Some(SignedCheckpoint::sign(checkpoint, self.authority.ed25519()).encode())
    }
}

fn admission(name: &str, key: &SigningKey) -> MeshFact {
    MeshFact::from(ActorAdmitted {
        name: name.to_owned(),
        key: key.public().key_id(),
        actor: ActorKind::Machine,
        model_family: "none".to_owned(),
        method_type: "reasoning_model".to_owned(),
        organisation: "Nobody".to_owned(),
        region: "nowhere".to_owned(),
        roles: vec![Role::Worker],
    })
}

fn sign(
    issuer: Option<SovereignId>,
    secret: &IssuerSecret,
    fact: &MeshFact,
) -> Option<Signed<Statement>> {
    let statement = Statement {
        kind: fact.kind().to_owned(),
        subject: Subject { name: "rogue".to_owned(), sha256: Digest::ZERO },
        issuer,
        signer: secret.id(),
        at: START,
        cites: Vec::new(),
        body: fact.encode().ok()?,
    };
    Signed::sign(secret, statement).ok()
}

/// The same envelope with one bit of its signature changed.
fn spoiled(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut envelope = Envelope::decode(bytes).ok()?;
    let byte = envelope.signatures.first_mut()?.sig.first_mut()?;
    *byte ^= 1;
    Some(envelope.encode())
}
