//! Four sovereigns and one order, from genesis to the closed epoch, stated by hand with fixed keys.

use std::collections::BTreeMap;

use comity_commitment::CommitmentFact;
use comity_constitution::Parameters;
use comity_mesh::attestation::Status;
use comity_mesh::keys::MeshKey;
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use comity_mesh::{
    ActorAdmitted, ActorKind, Genesis, MeshFact, Role, Scope, TreatyIssued, treaty_text,
};
use comity_mission::MissionFact;
use comity_mycel::MycelFact;
use comity_mycel::facts::{AccountCredited, MipPublished};
use comity_mycel::mip::{Package, fault_watch};
use comity_replay::export::origin;
use comity_replay::{Refusal, World};
use comity_sign::{IssuerSecret, MlDsaSigningKey, Signed, SigningKey};
use comity_tlog::Vkey;
use comity_wire::mesh_json::Datetime;
use comity_wire::private::RawValue;
use comity_wire::{Digest, KeyId, SovereignId, Statement, StatementId, Subject, Time, sha256};

#[path = "scene/plot.rs"]
mod plot;
#[path = "scene/seal.rs"]
mod seal;

pub(crate) use self::seal::{export, export_sealed, frontier, seal};

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The sovereigns of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Buyer,
    Operator,
    House,
    Keeper,
}

pub(crate) const ALL: [Who; 4] = [Who::Buyer, Who::Operator, Who::House, Who::Keeper];
/// Cosignatures that each genesis demands.
pub(crate) const WITNESSES: u64 = 2;

impl Who {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Operator => "operator",
            Self::House => "reviewer-house",
            Self::Keeper => "keeper",
        }
    }
}

/// Who does what in one order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cast {
    pub(crate) seller: Who,
    pub(crate) house: Who,
    pub(crate) owner: &'static str,
    pub(crate) worker: &'static str,
    pub(crate) device: &'static str,
}

/// The order of the scene.
pub(crate) const CAST: Cast = Cast {
    seller: Who::Operator,
    house: Who::House,
    owner: "anna",
    worker: "watcher",
    device: "sensor",
};

/// One sovereign with its secrets and its record.
#[derive(Clone, Debug)]
pub(crate) struct House {
    pub(crate) who: Who,
    authority: IssuerSecret,
    pub(crate) id: SovereignId,
    pub(crate) envelopes: Vec<Box<[u8]>>,
}

/// The world while it is being made.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) houses: Vec<House>,
    /// What reports name as their verifier, if it is not the right one.
    pub(crate) verifier: Option<Digest>,
    /// Whom the reviewer house recuses before it commits to its share of the beacon.
    pub(crate) recuses: Option<&'static str>,
    pub(crate) parameters: Parameters,
    pub(crate) now: i64,
}

fn seed(name: &str) -> [u8; 32] {
    *sha256(name.as_bytes()).as_bytes()
}

pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(seed(name))
}

pub(crate) fn key_id(name: &str) -> KeyId {
    key(name).public().key_id()
}

/// What admits whoever has the key of that name, of a family with a method, at an organisation in a region.
pub(crate) fn admission(
    name: &str,
    (family, method): (&str, &str),
    (organisation, region): (&str, &str),
    roles: &[Role],
) -> ActorAdmitted {
    ActorAdmitted {
        name: name.to_owned(),
        key: key_id(name),
        actor: if family == "human" { ActorKind::Human } else { ActorKind::Machine },
        model_family: family.to_owned(),
        method_type: method.to_owned(),
        organisation: organisation.to_owned(),
        region: region.to_owned(),
        roles: roles.to_vec(),
    }
}

fn digest(name: &str) -> Digest {
    sha256(name.as_bytes())
}

impl Scene {
    /// Four geneses with classical keys.
    pub(crate) fn founded() -> Self {
        Self::with_hybrid(None)
    }

    /// Four geneses, one of them with a hybrid authority.
    pub(crate) fn with_hybrid(hybrid: Option<Who>) -> Self {
        Self::found_under(Parameters::founding(), hybrid)
    }

    /// Four geneses that name these parameters.
    pub(crate) fn under(parameters: Parameters) -> Self {
        Self::found_under(parameters, None)
    }

    fn found_under(parameters: Parameters, hybrid: Option<Who>) -> Self {
        let world = World::new([parameters.clone()]);
        let (houses, now) = (Vec::new(), 1_767_225_600);
        let mut scene = Self { world, houses, verifier: None, recuses: None, parameters, now };
        for who in ALL {
            scene.found(who, hybrid == Some(who));
        }
        scene
    }

    /// Everything up to a closed epoch in each record.
    pub(crate) fn complete() -> Self {
        Self::founded().completed()
    }

    /// The whole loop after the founding.
    pub(crate) fn completed(self) -> Self {
        let mut scene = self;
        let order = scene.order();
        let claim = scene.work(CAST, order);
        scene.review_and_settle(order, claim);
        scene.close();
        scene
    }

    fn found(&mut self, who: Who, is_hybrid: bool) {
        let root = IssuerSecret::classical(key(&format!("{} root", who.name())));
        let ed25519 = key(&format!("{} authority", who.name()));
        let authority = if is_hybrid {
            IssuerSecret::hybrid(ed25519, MlDsaSigningKey::from_seed(seed("ml-dsa")))
        } else {
            IssuerSecret::classical(ed25519)
        };
        let parameters = self.parameters.hash();
        let genesis = MeshFact::from(Genesis {
            name: who.name().to_owned(),
            organisation: format!("{} ltd", who.name()),
            region: "eu-north".to_owned(),
            root: root.id(),
            authority: authority.id(),
            authority_ml_dsa: authority.public().ml_dsa_id().map(|id| id.as_str().to_owned()),
            parameters,
            witnesses_min: WITNESSES,
        });
        let statement = Statement {
            kind: genesis.kind().to_owned(),
            subject: Subject { name: "parameters".to_owned(), sha256: parameters },
            issuer: None,
            signer: root.id(),
            at: Time::from_unix(self.now),
            cites: Vec::new(),
            body: genesis.encode().unwrap(),
        };
        let signed = Signed::sign(&root, statement).unwrap();
        let id = SovereignId::of_genesis(signed.id());
        self.world.apply(id, &signed).unwrap();
        let envelopes = vec![signed.bytes().into()];
        self.houses.push(House { who, authority, id, envelopes });
    }

    pub(crate) fn house(&self, who: Who) -> &House {
        self.houses.iter().find(|house| house.who == who).unwrap()
    }

    pub(crate) fn id(&self, who: Who) -> SovereignId {
        self.house(who).id
    }

    /// The key of a record's log.
    pub(crate) fn log_key(&self, who: Who) -> Vkey {
        let house = self.house(who);
        Vkey::log(&origin(house.id), house.authority.ed25519().public()).unwrap()
    }

    /// States a fact by the authority, or by an actor, citing what has not been seen yet.
    pub(crate) fn state(
        &mut self,
        who: Who,
        actor: Option<&str>,
        (kind, body): (&str, Box<RawValue>),
        cites: &[StatementId],
    ) -> StatementId {
        let stated = self.try_state(who, actor, (kind, body), cites);
        stated.unwrap_or_else(|refusal| panic!("{kind}: {refusal}"))
    }

    /// The same, or why it is refused; then nothing has been recorded.
    pub(crate) fn try_state(
        &mut self,
        who: Who,
        actor: Option<&str>,
        (kind, body): (&str, Box<RawValue>),
        cites: &[StatementId],
    ) -> Result<StatementId, Refusal> {
        let house = self.house(who);
        let secret = match actor {
            None => house.authority.clone(),
            Some(name) => IssuerSecret::classical(key(name)),
        };
        let id = house.id;
        self.now += 1;
        let statement = Statement {
            kind: kind.to_owned(),
            subject: Subject { name: "scene".to_owned(), sha256: sha256(body.get().as_bytes()) },
            issuer: Some(id),
            signer: secret.id(),
            at: Time::from_unix(self.now),
            cites: self.world.unseen(id, cites),
            body,
        };
        let signed = Signed::sign(&secret, statement).unwrap();
        self.world.apply(id, &signed)?;
        let house = self.houses.iter_mut().find(|house| house.who == who).unwrap();
        house.envelopes.push(signed.bytes().into());
        Ok(signed.id())
    }

    /// States something about a mission, or says why it is refused.
    pub(crate) fn try_mission(
        &mut self,
        who: Who,
        actor: Option<&str>,
        fact: impl Into<MissionFact>,
        cites: &[StatementId],
    ) -> Result<StatementId, Refusal> {
        let fact = fact.into();
        self.try_state(who, actor, (fact.kind(), fact.encode().unwrap()), cites)
    }

    /// Lets time pass.
    pub(crate) const fn wait(&mut self, seconds: i64) {
        self.now += seconds;
    }

    fn mesh(&mut self, who: Who, fact: impl Into<MeshFact>, cites: &[StatementId]) -> StatementId {
        let fact = fact.into();
        self.state(who, None, (fact.kind(), fact.encode().unwrap()), cites)
    }

    fn mycel(
        &mut self,
        who: Who,
        fact: impl Into<MycelFact>,
        cites: &[StatementId],
    ) -> StatementId {
        let fact = fact.into();
        self.state(who, None, (fact.kind(), fact.encode().unwrap()), cites)
    }

    pub(crate) fn mission(
        &mut self,
        who: Who,
        actor: Option<&str>,
        fact: impl Into<MissionFact>,
        cites: &[StatementId],
    ) -> StatementId {
        let fact = fact.into();
        self.state(who, actor, (fact.kind(), fact.encode().unwrap()), cites)
    }

    fn commitment(
        &mut self,
        who: Who,
        fact: impl Into<CommitmentFact>,
        cites: &[StatementId],
    ) -> StatementId {
        let fact = fact.into();
        self.state(who, None, (fact.kind(), fact.encode().unwrap()), cites)
    }

    fn admit(&mut self, who: Who, name: &str, family: &str, method: &str, roles: &[Role]) {
        let organisation = format!("{} ltd", who.name());
        self.admit_of(who, name, (family, method), (&organisation, "eu-north"), roles);
    }

    /// Unless it has been admitted with other roles.
    fn admit_once(&mut self, who: Who, name: &str, family: &str, method: &str, roles: &[Role]) {
        if self.world.directory().actor(&key_id(name)).is_err() {
            self.admit(who, name, family, method, roles);
        }
    }

    pub(crate) fn admit_of(
        &mut self,
        who: Who,
        name: &str,
        kind: (&str, &str),
        home: (&str, &str),
        roles: &[Role],
    ) {
        self.mesh(who, admission(name, kind, home, roles), &[]);
    }

    /// Both recognise each other.
    pub(crate) fn treaty(&mut self, a: Who, b: Who, scopes: &[Scope]) {
        self.recognise(a, b, scopes);
        self.recognise(b, a, scopes);
    }

    fn recognise(&mut self, by: Who, to: Who, scopes: &[Scope]) -> StatementId {
        let (issuer, subject) = (self.id(by), self.id(to));
        let genesis = StatementId::from_digest(subject.digest());
        let at = |seconds| Datetime::from(Time::from_unix(seconds));
        let draft = RecognitionTreaty {
            treaty_id: format!("{} recognises {}", by.name(), to.name()),
            issuer_sovereign_id: issuer.to_string(),
            subject_sovereign_id: subject.to_string(),
            subject_public_keys: vec![
                MeshKey::from(key(&format!("{} authority", to.name())).public()).to_string(),
            ],
            scope: RecognitionTreatyScope {
                allowed_roles: scopes.iter().map(|scope| scope.role().to_owned()).collect(),
                ..RecognitionTreatyScope::default()
            },
            status: Status::Active,
            issued_at: at(self.now - 10),
            valid_from: at(self.now - 10),
            expires_at: at(self.now + 1_000_000),
            issued_by: format!("{} authority", by.name()),
            metadata: BTreeMap::new(),
            signatures: Vec::new(),
        };
        let treaty = draft.issue(&key(&format!("{} authority", by.name()))).unwrap();
        self.mesh(by, TreatyIssued { treaty: treaty_text(&treaty) }, &[genesis])
    }

    pub(crate) fn treaties_of(&self, who: Who, others: &[(Who, Scope)]) -> Vec<StatementId> {
        let at = Time::from_unix(self.now);
        let one = |(other, scope): &(Who, Scope)| {
            self.world.treaty_in_force(self.id(who), self.id(*other), *scope, at).unwrap()
        };
        others.iter().map(one).collect()
    }

    pub(crate) fn publish(&mut self, who: Who) -> Digest {
        let package = Package::load(&fault_watch()).unwrap();
        let published = MipPublished {
            name: package.manifest().full_name(),
            version: package.manifest().version.clone(),
            manifest: package.id(),
        };
        self.mycel(who, published, &[]);
        package.id()
    }

    /// Something to cite.
    pub(crate) fn publish_again(&mut self, who: Who) -> StatementId {
        let published = MipPublished {
            name: "MIP-MFG/other".to_owned(),
            version: "1".to_owned(),
            manifest: digest("another manifest"),
        };
        self.mycel(who, published, &[])
    }

    pub(crate) fn credit(&mut self, reference: &str) {
        let account = self.id(Who::Buyer);
        let (amount, asset) = (5_000, "EUR-cent".to_owned());
        let genesis = StatementId::from_digest(account.digest());
        let reference = reference.to_owned();
        let credited = AccountCredited { account, amount, asset, reference };
        self.mycel(Who::Keeper, credited, &[genesis]);
    }

    /// The whole export as it stands.
    pub(crate) fn export(&self) -> Files {
        export(&self.houses)
    }

    /// Copies of the records, to go on by hand.
    pub(crate) fn split(&self) -> Self {
        Self {
            world: self.world.clone(),
            houses: self.houses.clone(),
            verifier: None,
            recuses: None,
            parameters: self.parameters.clone(),
            now: self.now,
        }
    }
}
