//! The order, from its parties to its last review and the trust that follows.

use comity_commitment::{BeaconCommitted, BeaconRevealed, beacon};
use comity_constitution::{DomainType, RiskTier};
use comity_mesh::{Role, Scope};
use comity_mission::facts as mission;
use comity_mission::facts::TaskId;
use comity_mycel::MycelFact;
use comity_mycel::facts::{
    Assurance, Audit, EscrowFunded, EvidenceCommitted, OpeningKind, OpeningLogged, Order,
    OutcomeClaimed, Reported, Reward, Span, Verdict,
};
use comity_mycel::mip::{Package, fault_watch};
use comity_mycel::order::Due;
use comity_replay::{Refusal, claim_nullifier};
use comity_trust::{Ended, TrustFact};
use comity_wire::{Digest, StatementId, Time, sha256};

use super::{ALL, CAST, Cast, Scene, Who, digest, key_id};

impl Scene {
    /// Actors, treaties, a package, money, and a funded order.
    pub(super) fn order(&mut self) -> StatementId {
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
}
