//! Four sovereigns and one order, from genesis to the closed epoch, stated by hand with fixed keys.

use std::collections::{BTreeMap, BTreeSet};

use comity_commitment::{BeaconCommitted, BeaconRevealed, CommitmentFact, beacon};
use comity_constitution::{DomainType, Parameters, RiskTier};
use comity_mesh::attestation::Status;
use comity_mesh::keys::MeshKey;
use comity_mesh::recognition::{RecognitionTreaty, RecognitionTreatyScope};
use comity_mesh::{
    ActorAdmitted, ActorKind, Genesis, MeshFact, Role, Scope, TreatyIssued, treaty_text,
};
use comity_mission::MissionFact;
use comity_mission::facts as mission;
use comity_mission::facts::TaskId;
use comity_mycel::MycelFact;
use comity_mycel::facts::{
    AccountCredited, Assurance, Audit, EscrowFunded, EvidenceCommitted, MipPublished, OpeningKind,
    OpeningLogged, Order, OutcomeClaimed, Reported, Reward, Span, Verdict,
};
use comity_mycel::mip::{Package, fault_watch};
use comity_mycel::order::Due;
use comity_replay::export::{RecordParts, origin, write_export};
use comity_replay::{Refusal, World, claim_nullifier};
use comity_sign::{IssuerSecret, MlDsaSigningKey, Signed, SigningKey};
use comity_tlog::{Checkpoint, Cosignature, Frontier, SignedCheckpoint, Vkey, leaf_hash};
use comity_trust::{Ended, TrustFact};
use comity_wire::mesh_json::Datetime;
use comity_wire::private::RawValue;
use comity_wire::{Digest, KeyId, SovereignId, Statement, StatementId, Subject, Time, sha256};

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
        (family, method): (&str, &str),
        (organisation, region): (&str, &str),
        roles: &[Role],
    ) {
        let is_human = family == "human";
        let admitted = ActorAdmitted {
            name: name.to_owned(),
            key: key_id(name),
            actor: if is_human { ActorKind::Human } else { ActorKind::Machine },
            model_family: family.to_owned(),
            method_type: method.to_owned(),
            organisation: organisation.to_owned(),
            region: region.to_owned(),
            roles: roles.to_vec(),
        };
        self.mesh(who, admitted, &[]);
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

    /// Actors, treaties, a package, money, and a funded order.
    fn order(&mut self) -> StatementId {
        let mip = self.prepare();
        self.place(CAST, mip)
    }

    /// Actors, treaties, a package and money.
    pub(crate) fn prepare(&mut self) -> Digest {
        use Who::{Buyer, House, Keeper, Operator};
        let machine = "rule_based_deterministic";
        self.admit(Operator, "anna", "human", "human_reviewer", &[Role::Owner, Role::Gate]);
        self.admit_once(Operator, "watcher", "band-watch", machine, &[Role::Worker]);
        self.admit(Operator, "sensor", "probe", machine, &[Role::Device]);
        self.admit_once(House, "replayer", "engine", machine, &[Role::Reviewer]);
        self.admit(House, "auditor", "sampler", "reasoning_model", &[Role::Reviewer]);
        self.treaty(Buyer, Operator, &[Scope::Order]);
        self.treaty(Buyer, Keeper, &[Scope::Escrow]);
        self.treaty(Operator, Keeper, &[Scope::Escrow]);
        self.treaty(House, Operator, &[Scope::Review]);
        let mip = self.publish(House);
        self.credit("bank transfer 1");
        mip
    }

    /// The same, and what the other direction needs: the house sells too, and the operator reviews.
    pub(crate) fn prepare_both(&mut self) -> Digest {
        use Who::{Buyer, House, Keeper, Operator};
        let machine = "rule_based_deterministic";
        for (who, name, family, roles) in [
            (House, "olga", "human", &[Role::Owner][..]),
            (House, "replayer", "engine", &[Role::Reviewer, Role::Worker]),
            (House, "probe", "probe", &[Role::Device]),
            (Operator, "watcher", "band-watch", &[Role::Worker, Role::Reviewer]),
        ] {
            let method = if family == "human" { "human_reviewer" } else { machine };
            self.admit(who, name, family, method, roles);
        }
        self.admit(Operator, "checker", "sampler", "reasoning_model", &[Role::Reviewer]);
        self.treaty(Buyer, House, &[Scope::Order]);
        self.treaty(House, Keeper, &[Scope::Escrow]);
        self.prepare()
    }

    /// A funded order.
    pub(crate) fn place(&mut self, cast: Cast, mip: Digest) -> StatementId {
        use Who::{Buyer, Keeper};
        let Cast { seller, house, .. } = cast;
        let (mip_id, _) = self.world.mip(mip).unwrap();
        let order = Order {
            title: "Watch the machine and report its faults".to_owned(),
            seller: self.id(seller),
            reviewer_house: self.id(house),
            ledger: self.id(Keeper),
            mip,
            mission_class: "internal_operations_change".to_owned(),
            risk_tier: RiskTier::R1,
            domain_type: DomainType::Objective,
            predicate: "report.recall_ppm >= 750000 && report.precision_ppm >= 500000".to_owned(),
            assurance_min: vec![Assurance::A3, Assurance::A1],
            span: Span { from: Time::from_unix(self.now - 9_000), to: Time::from_unix(self.now) },
            windows: digest("windows"),
            reward: Reward { amount: 1_000, asset: "EUR-cent".to_owned() },
            beacon: vec![self.id(seller), self.id(house)],
            audit_leaves: 59,
            attempts_max: 2,
            challenge_window_s: 60,
            deadline: Time::from_unix(self.now + 50_000),
        };
        let mut cites = self.treaties_of(Buyer, &[(seller, Scope::Order), (Keeper, Scope::Escrow)]);
        cites.extend([mip_id, StatementId::from_digest(self.id(house).digest())]);
        let id = self.mycel(Buyer, MycelFact::OrderPlaced(order), &cites);

        let funded = EscrowFunded {
            order: id,
            from: self.id(Buyer),
            amount: 1_000,
            asset: "EUR-cent".to_owned(),
        };
        let parties = [(Buyer, Scope::Escrow), (seller, Scope::Escrow)];
        let mut cites = self.treaties_of(Keeper, &parties);
        cites.push(id);
        self.mycel(Keeper, funded, &cites);
        id
    }

    pub(crate) fn head(&self, order: StatementId) -> StatementId {
        self.world.order(order).unwrap().head
    }

    /// From the draft to the plan.
    pub(crate) fn plan(&mut self, cast: Cast, order: StatementId) -> StatementId {
        let Cast { seller, house, owner, .. } = cast;
        let mut cites = self.treaties_of(seller, &[(Who::Buyer, Scope::Order)]);
        cites.extend(self.treaties_of(seller, &[(house, Scope::Review)]));
        cites.push(self.head(order));
        let title = "Watch".to_owned();
        let drafted = mission::Drafted { order: Some(order), title, owner: key_id(owner) };
        let id = self.mission(seller, None, drafted, &cites);
        let scoped = mission::Scoped {
            mission: id,
            mission_class: "internal_operations_change".to_owned(),
            risk_tier: RiskTier::R1,
            domain_type: DomainType::Objective,
            scope: "the second half".to_owned(),
        };
        self.mission(seller, None, scoped, &[]);
        let task = mission::Task {
            id: TaskId::new("report"),
            title: "Report".to_owned(),
            domain_type: DomainType::Objective,
            depends_on: Vec::new(),
        };
        self.mission(seller, None, mission::Decomposed { mission: id, tasks: vec![task] }, &[]);
        id
    }

    /// From the draft to the attached evidence.
    pub(crate) fn work(&mut self, cast: Cast, order: StatementId) -> StatementId {
        let Cast { seller, house, worker, device, .. } = cast;
        let id = self.plan(cast, order);
        let started =
            mission::Started { mission: id, worker: key_id(worker), attempt: 1, share: None };
        let started = self.mission(seller, None, started, &[]);
        if let Some(name) = self.recuses {
            let (reviewer, reason) = (key_id(name), "knows the worker".to_owned());
            let fact = mission::Recused { mission: id, reviewer, reason };
            self.mission(house, None, fact, &[started]);
        }
        let commits = self.beacon_commits(cast, order, started);

        let terms = self.world.order(order).unwrap().placed.terms().clone();
        let window = Span { from: terms.span.from, to: terms.span.to };
        let committed = EvidenceCommitted {
            order,
            mission: id,
            attempt: 1,
            mip: terms.mip,
            root: digest("evidence"),
            rows: 22_695,
            window,
            device: key_id(device),
            beacon: commits.clone(),
        };
        let mut cites = commits;
        cites.push(self.head(order));
        let commitment = self.mycel(seller, committed, &cites);
        let (_, mip) = self.world.mip(terms.mip).unwrap();
        let nullifier = claim_nullifier(self.id(seller), mip, &key_id(device), &terms.span);
        let claimed = OutcomeClaimed {
            order,
            mission: id,
            attempt: 1,
            commitment,
            module: digest("module"),
            result: digest("result"),
            alarms: 6,
            nullifier,
        };
        let claim = self.mycel(seller, claimed, &[]);
        let work = mission::EvidenceOfWork {
            mission: id,
            task: TaskId::new("report"),
            artifact: digest("result"),
            nonce: digest("nonce"),
        };
        let work = vec![self.mission(seller, Some(worker), work, &[])];
        let (commitment, named) = (Some(commitment), Some(claim));
        let attached = mission::EvidenceAttached { mission: id, work, commitment, claim: named };
        self.mission(seller, None, attached, &[]);
        claim
    }

    fn share(who: Who) -> Digest {
        digest(&format!("{} share", who.name()))
    }

    pub(crate) fn beacon_commits(
        &mut self,
        cast: Cast,
        order: StatementId,
        started: StatementId,
    ) -> Vec<StatementId> {
        let commit = |scene: &mut Self, who: Who| {
            let digest = beacon::commit_digest(order, 1, &Self::share(who));
            let fact = BeaconCommitted { attempt: 1, digest, order };
            scene.commitment(who, fact, &[started])
        };
        vec![commit(self, cast.seller), commit(self, cast.house)]
    }

    /// From the revealed beacon to the reviewers drawn: mission and opening.
    pub(crate) fn open_review(
        &mut self,
        cast: Cast,
        order: StatementId,
    ) -> (StatementId, StatementId) {
        let Cast { seller, house, .. } = cast;
        let id = self.world.order(order).unwrap().mission.unwrap();
        let attached = self.world.mission(id).unwrap().attached.unwrap();
        for who in [seller, house] {
            let commit = self.world.round(order, 1).unwrap().commit_of(self.id(who)).unwrap();
            let value = Self::share(who);
            let fact = BeaconRevealed { attempt: 1, commit, order, value };
            self.commitment(who, fact, &[attached]);
        }
        let round = self.world.round(order, 1).unwrap();
        let (beacon, reveals) = (round.value().unwrap(), round.reveals().collect::<Vec<_>>());
        let view = self.world.mission(id).unwrap();
        let request = view.mission.route_request(beacon).unwrap();
        let pool = self.world.reviewer_pool(view).unwrap();
        let reviewers = comity_mission::route(&pool, &request).unwrap();
        let (beacon, share, amendment) = (Some(beacon), None, None);
        let opened = mission::ReviewOpened { mission: id, reviewers, beacon, share, amendment };
        (id, self.mission(seller, None, opened, &reveals))
    }

    /// From the revealed beacon to the payment.
    pub(crate) fn review_and_settle(&mut self, order: StatementId, claim: StatementId) {
        use Who::{Keeper, Operator};
        let (id, opened) = self.open_review(CAST, order);
        let mut cites = Vec::new();
        for (name, assurance) in [("replayer", Assurance::A3), ("auditor", Assurance::A1)] {
            cites.extend(self.review(id, claim, opened, name, assurance));
        }
        let reviews: Vec<_> = {
            let panel = self.world.mission(id).unwrap().panel().unwrap();
            panel.reviews.values().map(|review| review.statement).collect()
        };
        let integrated = mission::Integrated { mission: id, artifact: digest("result"), reviews };
        self.mission(Operator, None, integrated, &cites);
        self.mission(Operator, None, mission::GateOpened { mission: id }, &[]);
        let head = self.head(order);
        let gate = mission::Gate::Automatic;
        let completed = mission::Completed { mission: id, gate, approval: None };
        self.mission(Operator, None, completed, &[head]);
        self.now += 120;
        let placed = self.world.order(order).unwrap().placed.clone();
        let Some(Due::Release(body)) = placed.due(Time::from_unix(self.now)) else {
            panic!("nothing to release in {:?}", placed.state())
        };
        let head = self.head(order);
        self.mycel(Keeper, body, &[head]);
    }

    /// Openings, report, decision and vouching of one reviewer.
    pub(crate) fn review(
        &mut self,
        id: StatementId,
        claim: StatementId,
        opened: StatementId,
        name: &str,
        assurance: Assurance,
    ) -> Vec<StatementId> {
        let review = self.try_review(id, claim, opened, name, assurance).unwrap();
        let trusted = mission::EvidenceOfTrust {
            mission: id,
            task: TaskId::new("report"),
            artifact: digest("result"),
            worker: key_id("watcher"),
            review,
        };
        vec![review, self.mission(Who::House, Some(name), trusted, &[])]
    }

    /// Openings, report and decision of one reviewer, or why the decision is refused.
    pub(crate) fn try_review(
        &mut self,
        id: StatementId,
        claim: StatementId,
        opened: StatementId,
        name: &str,
        assurance: Assurance,
    ) -> Result<StatementId, Refusal> {
        use Who::{House, Operator};
        let (order, commitment) = {
            let claim = self.world.claim(claim).unwrap();
            (claim.order, claim.commitment)
        };
        let what = if assurance == Assurance::A3 { OpeningKind::Rows } else { OpeningKind::Leaves };
        let logged = OpeningLogged {
            order,
            attempt: 1,
            to: key_id(name),
            what,
            count: 59,
            disclosure: digest(name),
        };
        let opening = self.mycel(Operator, logged, &[order]);
        let beacon = self.world.round(order, 1).unwrap().value().unwrap();
        let package = Package::load(&fault_watch()).unwrap();
        let audit = Audit { beacon, leaves: 65, drawn: digest("drawn") };
        let outputs = [("precision_ppm", 666_666), ("recall_ppm", 1_000_000)];
        let reported = Reported {
            claim,
            commitment,
            mip: package.id(),
            verifier: self.verifier.unwrap_or_else(|| sha256(package.verifier())),
            engine: "by hand".to_owned(),
            verdict: Verdict::Accept,
            code: "ok".to_owned(),
            outputs: outputs.map(|(name, value)| (name.to_owned(), value)).into(),
            fuel: 1_000,
            assurance,
            audit: (assurance == Assurance::A1).then_some(audit),
            openings: vec![opening],
            reviewer: key_id(name),
        };
        let reported = MycelFact::from(reported);
        let reported = (reported.kind(), reported.encode().unwrap());
        let report = self.state(House, Some(name), reported, &[opened, opening]);
        let reviewed = mission::Reviewed {
            mission: id,
            claim,
            decision: mission::Decision::Approve,
            report: Some(report),
            reason: "ok".to_owned(),
            flag: None,
        };
        self.try_mission(House, Some(name), reviewed, &[opened])
    }

    /// Trust of everybody who took part, then the epoch of each record.
    pub(crate) fn close(&mut self) {
        let missions: Vec<StatementId> = self.world.missions().map(|(id, _)| id).collect();
        self.now += 3_600;
        for who in ALL {
            for mission in &missions {
                self.update_trust(who, *mission);
            }
            let at = self.world.record(self.id(who)).unwrap().last;
            if let Some(closed) = self.world.closing(self.id(who), at).unwrap() {
                self.commitment(who, closed, &[]);
            }
        }
    }

    pub(crate) fn update_trust(&mut self, who: Who, mission: StatementId) {
        let id = self.id(who);
        let view = self.world.mission(mission).unwrap();
        let Some(ending) = self.world.ending(mission).unwrap() else { return };
        for actor in self.world.participants(id, view) {
            let work = self.world.work_of(id, mission, &actor).unwrap().unwrap();
            let (policy, ledger) = self.world.trust(id).unwrap();
            // Dated as the next statement will be.
            let at = Time::from_unix(self.now + 1);
            let epoch = u64::try_from(at.unix()).unwrap() / 3_600;
            let ended = Ended { mission, at: ending.at };
            // As the node does: who has no update due is passed over.
            let Ok(updated) = ledger.propose(policy, &actor, ended, epoch, work, at) else {
                continue;
            };
            let fact = TrustFact::from(updated);
            let body = (fact.kind(), fact.encode().unwrap());
            self.state(who, None, body, &[ending.shown_by]);
        }
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

/// The root of a record's envelopes.
pub(crate) fn frontier(envelopes: &[Box<[u8]>]) -> Frontier {
    envelopes.iter().map(|bytes| leaf_hash(sha256(bytes).as_bytes())).collect()
}

/// A record's checkpoint with the cosignatures of the first other sovereigns by id, as many as demanded.
pub(crate) fn seal(houses: &[House], at: usize, witnesses: u64) -> SignedCheckpoint {
    let house = &houses[at];
    let log = frontier(&house.envelopes);
    let checkpoint = Checkpoint::new(&origin(house.id), log.size(), log.root()).unwrap();
    let mut signed = SignedCheckpoint::sign(checkpoint, house.authority.ed25519());
    let mut added = BTreeSet::new();
    let mut others: Vec<&House> = houses.iter().filter(|other| other.id != house.id).collect();
    others.sort_by_key(|other| other.id);
    for other in others.into_iter().take(usize::try_from(witnesses).unwrap()) {
        let (name, key) = (origin(other.id), other.authority.ed25519());
        let time = Time::from_unix(1_800_000_000);
        let cosignature = Cosignature::sign(&name, key, signed.checkpoint(), time).unwrap();
        signed.add(cosignature, &Vkey::witness(&name, key.public()).unwrap()).unwrap();
        added.insert(other.id);
    }
    assert_eq!(added.len() as u64, witnesses);
    signed
}

/// An export of these records, resealed.
pub(crate) fn export(houses: &[House]) -> Files {
    export_sealed(houses, WITNESSES)
}

/// An export of these records with this number of cosignatures each.
pub(crate) fn export_sealed(houses: &[House], witnesses: u64) -> Files {
    let seals: Vec<_> = (0..houses.len()).map(|at| seal(houses, at, witnesses)).collect();
    let parameters = Parameters::founding();
    let packages = [fault_watch()];
    let parts = |(house, checkpoint)| {
        let House { envelopes, .. }: &House = house;
        RecordParts {
            envelopes,
            checkpoint,
            parameters: parameters.bytes(),
            rules: &[],
            packages: &packages,
        }
    };
    let parts: Vec<_> = houses.iter().zip(&seals).map(parts).collect();
    write_export(&parts).unwrap()
}
