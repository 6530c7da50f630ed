//! One sovereign with a constitution: twenty-four people, a founder, two machines, small chambers, real signatures.

use comity_commitment::CommitmentFact;
use comity_constitution::facts::{
    Change, Founded, IdentityVerified, Instrument, PoolCommitted, Proposed, Sponsored,
};
use comity_constitution::vote::Vote;
use comity_constitution::{Charter, ConstitutionFact, Nano, ParameterFile, Parameters, Polity};
use comity_mesh::{ActorAdmitted, Genesis, MeshFact, Role};
use comity_replay::export::{RecordParts, WriteError, origin, write_export};
use comity_replay::{Refusal, World};
use comity_sign::{IssuerSecret, Signed};
use comity_tlog::{Checkpoint, SignedCheckpoint};
use comity_wire::private::RawValue;
use comity_wire::{KeyId, SovereignId, Statement, StatementId, Subject, Time, sha256};

use crate::scene::{Files, frontier, key};

pub(crate) const DAY: i64 = 86_400;
pub(crate) const PEOPLE: usize = 24;

/// Who signs: the authority, or an actor by name.
pub(crate) type By<'a> = Option<&'a str>;

/// The sovereign and everything that was stated.
#[derive(Clone, Debug)]
pub(crate) struct Senate {
    pub(crate) world: World,
    pub(crate) id: SovereignId,
    pub(crate) now: i64,
    pub(crate) envelopes: Vec<Box<[u8]>>,
    pub(crate) parameters: Parameters,
    /// Files of rules that were proposed or founded.
    pub(crate) rules: Vec<Vec<u8>>,
}

pub(crate) fn person(number: usize) -> String {
    format!("person {number}")
}

fn key_id(name: &str) -> KeyId {
    key(name).public().key_id()
}

/// The founding parameters, under which newcomers are trusted enough to vote and to propose.
fn trusting() -> Parameters {
    let mut file = Parameters::founding().to_file();
    file.trust.human.baseline = Nano::new(900_000_000);
    file.commitment.committee_n = 3;
    file.commitment.committee_t = 2;
    Parameters::new(file).unwrap()
}

impl Senate {
    /// A genesis, its actors, and nothing constitutional.
    pub(crate) fn peopled() -> Self {
        let (parameters, charter) = (trusting(), Charter::small());
        let rules = vec![charter.bytes().to_vec()];
        let mut world = World::new([parameters.clone()]).with_charters([charter]);
        let root = IssuerSecret::classical(key("senate root"));
        let genesis = MeshFact::from(Genesis {
            name: "senate".to_owned(),
            organisation: "senate ltd".to_owned(),
            region: "eu-north".to_owned(),
            root: root.id(),
            authority: key_id("senate authority"),
            authority_ml_dsa: None,
            parameters: parameters.hash(),
            witnesses_min: 0,
        });
        let now = 1_767_225_600;
        let statement = Statement {
            kind: genesis.kind().to_owned(),
            subject: Subject { name: "parameters".to_owned(), sha256: parameters.hash() },
            issuer: None,
            signer: root.id(),
            at: Time::from_unix(now),
            cites: Vec::new(),
            body: genesis.encode().unwrap(),
        };
        let signed = Signed::sign(&root, statement).unwrap();
        let id = SovereignId::of_genesis(signed.id());
        world.apply(id, &signed).unwrap();
        let envelopes = vec![signed.bytes().into()];
        let mut senate = Self { world, id, now, envelopes, parameters, rules };
        for number in 0..PEOPLE {
            senate.admit(&person(number), number, true);
        }
        senate.admit("founder", 0, true);
        senate.admit("robot", 1, false);
        senate
    }

    /// Founded, and everybody's identity verified; counted at the next epoch.
    pub(crate) fn founded() -> Self {
        let mut senate = Self::peopled();
        let charter = sha256(&senate.rules[0]);
        senate.say(None, Founded { charter, founder: key_id("founder") }).unwrap();
        for number in 0..PEOPLE {
            let until = Time::from_unix(senate.now + 300 * DAY);
            let actor = key_id(&person(number));
            senate.say(None, IdentityVerified { actor, until }).unwrap();
        }
        senate
    }

    /// In G1.
    pub(crate) fn ready() -> Self {
        let mut senate = Self::founded();
        senate.close_epoch();
        senate
    }

    pub(crate) fn admit_machine(&mut self, name: &str, (family, method): (&str, &str)) {
        self.readmit_as(name, name, (family, method)).unwrap();
    }

    /// The code of the refusal to admit a key under another name.
    pub(crate) fn readmit(&mut self, name: &str, key: &str) -> &'static str {
        let made = self.readmit_as(name, key, ("engine", "reasoning_model"));
        made.map_or_else(|refusal| refusal.code(), |_| "accepted")
    }

    fn readmit_as(
        &mut self,
        name: &str,
        key: &str,
        (family, method): (&str, &str),
    ) -> Result<StatementId, Refusal> {
        let admitted = MeshFact::from(ActorAdmitted {
            name: name.to_owned(),
            key: key_id(key),
            actor: comity_mesh::ActorKind::Machine,
            model_family: family.to_owned(),
            method_type: method.to_owned(),
            organisation: "elsewhere ltd".to_owned(),
            region: "region 1".to_owned(),
            roles: vec![Role::Reviewer],
        });
        self.state(None, (admitted.kind(), admitted.encode().unwrap()))
    }

    fn admit(&mut self, name: &str, number: usize, is_human: bool) {
        let (family, method) =
            if is_human { ("human", "human_reviewer") } else { ("engine", "reasoning_model") };
        let admitted = MeshFact::from(ActorAdmitted {
            name: name.to_owned(),
            key: key_id(name),
            actor: if is_human {
                comity_mesh::ActorKind::Human
            } else {
                comity_mesh::ActorKind::Machine
            },
            model_family: family.to_owned(),
            method_type: method.to_owned(),
            // Spelled in two ways, and one all the same.
            organisation: if number.is_multiple_of(2) { "Org " } else { "org " }.to_owned()
                + &(number % 7).to_string(),
            region: format!("region {}", number % 5),
            roles: vec![Role::Reviewer],
        });
        self.state(None, (admitted.kind(), admitted.encode().unwrap())).unwrap();
    }

    pub(crate) fn polity(&self) -> &Polity {
        self.world.polity(self.id).unwrap()
    }

    /// Signs and applies; what is refused leaves the world as it was.
    pub(crate) fn state(
        &mut self,
        by: By<'_>,
        (kind, body): (&str, Box<RawValue>),
    ) -> Result<StatementId, Refusal> {
        let secret = IssuerSecret::classical(key(by.unwrap_or("senate authority")));
        self.now += 1;
        let statement = Statement {
            kind: kind.to_owned(),
            subject: Subject { name: "senate".to_owned(), sha256: sha256(body.get().as_bytes()) },
            issuer: Some(self.id),
            signer: secret.id(),
            at: Time::from_unix(self.now),
            cites: Vec::new(),
            body,
        };
        let signed = Signed::sign(&secret, statement).unwrap();
        self.world.apply(self.id, &signed)?;
        self.envelopes.push(signed.bytes().into());
        Ok(signed.id())
    }

    pub(crate) fn say(
        &mut self,
        by: By<'_>,
        fact: impl Into<ConstitutionFact>,
    ) -> Result<StatementId, Refusal> {
        let fact = fact.into();
        self.state(by, (fact.kind(), fact.encode().unwrap()))
    }

    pub(crate) fn code(&mut self, by: By<'_>, fact: impl Into<ConstitutionFact>) -> &'static str {
        self.say(by, fact).map_or_else(|refusal| refusal.code(), |_| "accepted")
    }

    pub(crate) fn commit(&mut self, fact: impl Into<CommitmentFact>) -> StatementId {
        let fact = fact.into();
        self.state(None, (fact.kind(), fact.encode().unwrap())).unwrap()
    }

    /// Closes the epoch of the last statement, an hour later.
    pub(crate) fn close_epoch(&mut self) {
        let at = self.world.record(self.id).unwrap().last;
        let closed = self.world.closing(self.id, at).unwrap().unwrap();
        self.now += 3_600;
        self.commit(closed);
    }

    /// A file that differs from the parameters in force, made known to the world.
    pub(crate) fn change(&mut self, edit: impl FnOnce(&mut ParameterFile)) -> Change {
        let mut file = self.world.parameters_of(self.id).unwrap().to_file();
        edit(&mut file);
        let file = Parameters::new(file).unwrap();
        self.rules.push(file.bytes().to_vec());
        let change = Change {
            from: self.polity().parameters(),
            instrument: Instrument::Parameters,
            to: file.hash(),
        };
        self.world.learn_parameters(file);
        change
    }

    /// Proposed by person 0 and sponsored by person 1.
    pub(crate) fn proposed(&mut self, change: Change) -> StatementId {
        let text = sha256(b"reasons");
        let amendment = self.say(Some("person 0"), Proposed { change, text }).unwrap();
        self.say(Some("person 1"), Sponsored { amendment }).unwrap();
        amendment
    }

    /// What the clerk states next about the pool.
    pub(crate) fn pool(&self, question: StatementId, round: u64) -> PoolCommitted {
        let at = Time::from_unix(self.now + 1);
        self.world.pool_for(self.id, question, round, at).unwrap()
    }

    pub(crate) fn vote(&self, amendment: StatementId) -> &Vote {
        self.polity().amendment(amendment).unwrap().vote().unwrap()
    }

    pub(crate) fn export(&self) -> Files {
        self.try_export().unwrap()
    }

    pub(crate) fn try_export(&self) -> Result<Files, WriteError> {
        let log = frontier(&self.envelopes);
        let checkpoint = Checkpoint::new(&origin(self.id), log.size(), log.root()).unwrap();
        let checkpoint = SignedCheckpoint::sign(checkpoint, &key("senate authority"));
        let parts = RecordParts {
            envelopes: &self.envelopes,
            checkpoint: &checkpoint,
            parameters: self.parameters.bytes(),
            rules: &self.rules,
            packages: &[],
        };
        write_export(&[parts])
    }
}
