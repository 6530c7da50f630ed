//! A record with a threshold committee: from the keys of its members to an anchor that is final.

use comity_bls::{
    Beacon, Ceremony, Certificate, Decision, Event, KeyEpoch, Kind, MemberSecret, Plan, Round,
    SecretShare,
};
use comity_commitment::{
    Anchored, BeaconPublished, Block, Certified, ChainRef, CommitmentFact, CommitteeDealt,
    CommitteeKeyed, CommitteePlanned, DealingEnded, KeyBase, Layer, LifecycleEvent,
    MemberKeyStated,
};
use comity_constitution::Parameters;
use comity_mesh::{Genesis, MeshFact, Role};
use comity_replay::{Refusal, World};
use comity_sign::{IssuerSecret, Signed};
use comity_wire::private::RawValue;
use comity_wire::{Digest, SovereignId, Statement, StatementId, Subject, Time, b64, sha256};

use crate::scene::{admission, key};

const MEMBERS: [&str; 3] = ["ada", "ben", "cleo"];
const HOUR: i64 = 3_600;

type Body = (String, Box<RawValue>);

/// One sovereign whose parameters want two of three.
struct Town {
    world: World,
    id: SovereignId,
    now: i64,
    said: Vec<Signed<Statement>>,
}

fn parameters() -> Parameters {
    let mut file = Parameters::founding().to_file();
    file.commitment.committee_n = 3;
    file.commitment.committee_t = 2;
    file.commitment.c0_humans_max = 4;
    Parameters::new(file).unwrap()
}

fn secret(name: &str) -> MemberSecret {
    MemberSecret::from_seed(sha256(name.as_bytes()).as_bytes())
}

fn of(fact: impl Into<CommitmentFact>) -> Body {
    let fact = fact.into();
    (fact.kind().to_owned(), fact.encode().unwrap())
}

impl Town {
    fn founded() -> Self {
        let (root, authority) = ("root", "authority");
        let parameters = parameters();
        let hash = parameters.hash();
        let fact = MeshFact::from(Genesis {
            name: "town".to_owned(),
            organisation: "town".to_owned(),
            region: "eu-north".to_owned(),
            root: key(root).public().key_id(),
            authority: key(authority).public().key_id(),
            authority_ml_dsa: None,
            parameters: hash,
            witnesses_min: 0,
        });
        let secret = IssuerSecret::classical(key(root));
        let statement = Statement {
            kind: fact.kind().to_owned(),
            subject: Subject { name: "parameters".to_owned(), sha256: hash },
            issuer: None,
            signer: secret.id(),
            at: Time::from_unix(1_767_268_800),
            cites: Vec::new(),
            body: fact.encode().unwrap(),
        };
        let signed = Signed::sign(&secret, statement).unwrap();
        let id = SovereignId::of_genesis(signed.id());
        let mut town =
            Self { world: World::new([parameters]), id, now: 1_767_268_800, said: Vec::new() };
        town.world.apply(id, &signed).unwrap();
        town.said.push(signed);
        for name in MEMBERS {
            town.admit(name);
        }
        town
    }

    fn admit(&mut self, name: &str) {
        let (kind, home) = (("human", "inspection"), ("town", "eu-north"));
        let admitted = MeshFact::from(admission(name, kind, home, &[Role::Reviewer]));
        self.say(None, (admitted.kind().to_owned(), admitted.encode().unwrap()));
    }

    fn signed(&self, actor: Option<&str>, (kind, body): Body) -> Signed<Statement> {
        let secret = IssuerSecret::classical(key(actor.unwrap_or("authority")));
        let statement = Statement {
            kind,
            subject: Subject { name: "town".to_owned(), sha256: sha256(body.get().as_bytes()) },
            issuer: Some(self.id),
            signer: secret.id(),
            at: Time::from_unix(self.now),
            cites: Vec::new(),
            body,
        };
        Signed::sign(&secret, statement).unwrap()
    }

    fn say(&mut self, actor: Option<&str>, body: Body) -> StatementId {
        let signed = self.signed(actor, body);
        let kind = signed.body().kind.clone();
        self.world.apply(self.id, &signed).unwrap_or_else(|refusal| panic!("{kind}: {refusal}"));
        self.said.push(signed.clone());
        signed.id()
    }

    fn refused(&mut self, actor: Option<&str>, body: Body) -> Refusal {
        let signed = self.signed(actor, body);
        let before = format!("{:?}", self.world);
        let refusal = self.world.apply(self.id, &signed).unwrap_err();
        assert_eq!(format!("{:?}", self.world), before, "a refusal changed something");
        refusal
    }

    fn number(&self) -> u64 {
        u64::try_from(self.now / HOUR).unwrap()
    }

    fn next_epoch(&mut self) {
        self.now += HOUR - self.now.rem_euclid(HOUR);
    }

    /// The key ceremony; the shares of all three.
    fn key(&mut self) -> (comity_bls::CommitteeKey, Vec<SecretShare>) {
        for name in MEMBERS {
            let member = b64::encode(&secret(name).member().encode());
            self.say(Some(name), of(MemberKeyStated { member }));
        }
        let plan = self.say(None, of(Self::plan()));
        let members: Vec<_> = MEMBERS.iter().map(|name| secret(name).member()).collect();
        let agreed = Plan::fresh(KeyEpoch(1), &plan.digest(), &members, 2).unwrap();
        let mut ceremony = Ceremony::new(agreed.clone());
        for name in MEMBERS {
            let dealing = agreed.deal(&secret(name), None, &[7; 32]).unwrap();
            let statement = b64::encode(&dealing.encode());
            self.say(Some(name), of(CommitteeDealt { statement }));
            ceremony = ceremony.step(&Event::Statement(dealing)).unwrap();
        }
        self.say(None, of(DealingEnded { plan }));
        self.now += HOUR;
        let ended = ceremony.step(&Event::EndDealing).unwrap().step(&Event::EndComplaints).unwrap();
        let outcome = ended.outcome().unwrap();
        let key = b64::encode(&outcome.key().encode());
        self.say(None, of(CommitteeKeyed { key, plan }));
        let share = |name: &&str| outcome.share(&secret(name)).unwrap();
        (outcome.key().clone(), MEMBERS.iter().map(share).collect())
    }

    fn plan() -> CommitteePlanned {
        let members = MEMBERS.iter().map(|name| key(name).public().key_id()).collect();
        CommitteePlanned { base: KeyBase::Fresh, key_epoch: 1, members, threshold: 2 }
    }

    fn close(&mut self) -> Digest {
        let at = Time::from_unix(self.now);
        let closed = self.world.closing(self.id, at).unwrap().unwrap();
        let hash = closed.hash;
        self.say(None, of(closed));
        hash
    }

    fn certificate(
        &self,
        (key, shares): &(comity_bls::CommitteeKey, Vec<SecretShare>),
        kind: Kind,
        commitment: Digest,
    ) -> Certified {
        let (epoch, parameters) = (self.number(), parameters().hash());
        let decision = Decision { kind, epoch, commitment, parameters };
        let partials: Vec<_> = shares.iter().map(|share| decision.sign(share)).collect();
        let certificate = Certificate::combine(decision, key, &partials).unwrap();
        Certified { certificate: b64::encode(&certificate.encode()), window_to: None }
    }

    fn anchored(&self) -> Anchored {
        let anchors = self.world.record(self.id).unwrap().anchors();
        let window = anchors.window(anchors.items().len() as u64 - 1).unwrap();
        let number = u64::try_from(self.now).unwrap();
        Anchored {
            block: Block { hash: sha256(b"block"), number, time: Time::from_unix(self.now) },
            chain: ChainRef { id: 1, name: "Ethereum".to_owned() },
            contract: String::new(),
            depth: 64,
            layer: Layer::L1,
            payload: window.payload().unwrap(),
            transaction: sha256(&self.now.to_be_bytes()),
            window,
        }
    }
}

/// Everything once; the town afterwards.
fn whole() -> Town {
    let mut town = Town::founded();
    let keys = town.key();
    town.next_epoch();
    let announced = town.world.record(town.id).unwrap().log.size();
    let hash = town.close();
    let certified = town.certificate(&keys, Kind::Commitment, hash);
    town.say(None, of(certified));
    town.next_epoch();

    let round = Round(town.number());
    let partials: Vec<_> = keys.1.iter().map(|share| round.sign(share)).collect();
    let beacon = Beacon::combine(round, &keys.0, &partials).unwrap();
    town.say(None, of(BeaconPublished { beacon: b64::encode(&beacon.encode()) }));
    let published = *town.world.beacon_of(town.id, round.0).unwrap();
    assert_eq!(Ok(published.value), beacon.verify(&keys.0.group()));
    assert!(published.may_decide(announced - 1));
    assert!(!published.may_decide(announced + 1));

    // A decision is certified; both are due, and final once they are anchored.
    let decision = sha256(b"decision");
    let certified = town.certificate(&keys, Kind::Decision, decision);
    town.say(None, of(certified));
    let found = town.world.certificate_of(town.id, &decision).unwrap();
    assert_eq!((found.decision.kind, found.key_epoch), (Kind::Decision, KeyEpoch(1)));
    let due = town.world.anchors_due(town.id, Time::from_unix(town.now)).unwrap();
    let reason = comity_commitment::schedule::Reason::Event(LifecycleEvent::DecisionCertified);
    assert_eq!(due.first().map(|due| due.reason), Some(reason));
    assert!(!town.world.is_final(town.id, &decision));
    let anchored = town.anchored();
    town.say(None, of(anchored));
    assert!(town.world.is_final(town.id, &decision) && town.world.is_final(town.id, &hash));

    let view = town.world.record(town.id).unwrap();
    assert_eq!(view.beacon_round(), round.0);
    town.close();
    town
}

#[test]
fn a_record_makes_its_key_certifies_draws_and_anchors() {
    let town = whole();
    let view = town.world.record(town.id).unwrap();
    assert_eq!(view.anchors().of(Layer::L1).len(), 1);
    assert_eq!(view.committee().terms().len(), 1);
    assert_eq!(view.chain().head().unwrap().beacon_round, town.number());
}

/// A close is one statement: whoever dies in the middle of it has closed nothing, and goes on as if nothing had happened.
#[test]
fn a_record_that_is_cut_anywhere_goes_on_as_if_it_had_not_been() {
    let town = whole();
    let wanted = format!("{:?}", town.world);
    let from = town.said.len() - 8;
    for cut in from..town.said.len() {
        let mut again = World::new([parameters()]);
        for signed in &town.said[..cut] {
            again.apply(town.id, signed).unwrap();
        }
        if town.said[cut].body().kind == "comity:commitment/epoch_closed/v1" {
            let at = town.said[cut].body().at;
            let closed = again.closing(town.id, at).unwrap().unwrap();
            assert_eq!(of(closed).1.get(), town.said[cut].body().body.get());
        }
        // The last statement arrives twice: once before it was acknowledged, once after.
        for signed in &town.said[cut..] {
            again.apply(town.id, signed).unwrap();
            let twice = again.apply(town.id, signed).unwrap_err();
            assert_eq!(twice.code(), "replay.repeated");
        }
        assert_eq!(format!("{again:?}"), wanted, "cut at {cut}");
    }
}

#[test]
fn clerks_acts_are_the_authoritys_and_keys_are_the_actors() {
    let mut town = Town::founded();
    let member = b64::encode(&secret("ada").member().encode());
    let refusal = town.refused(None, of(MemberKeyStated { member }));
    assert_eq!(refusal.code(), "replay.disagrees");
    let plan = Town::plan();
    assert_eq!(town.refused(Some("ada"), of(plan.clone())).code(), "replay.authority_only");
    assert_eq!(town.refused(None, of(plan)).code(), "commitment.no_member_key");
    let mut anchored = whole().anchored();
    anchored.window = comity_commitment::Window::over(0, &[Digest::ZERO], Digest::ZERO);
    anchored.block.time = Time::from_unix(town.now);
    let anchored = of(anchored);
    assert_eq!(town.refused(Some("ben"), anchored.clone()).code(), "replay.authority_only");
    assert_eq!(town.refused(None, anchored).code(), "commitment.no_such_items");
}

#[test]
fn a_commitment_names_the_last_round_that_was_published() {
    let mut town = whole();
    town.next_epoch();
    town.admit("dora");
    let at = Time::from_unix(town.now);
    let mut closed = town.world.closing(town.id, at).unwrap().unwrap();
    closed.commitment.public_beacon_round += 1;
    closed.hash = closed.commitment.hash().unwrap();
    assert_eq!(town.refused(None, of(closed)).code(), "replay.disagrees");
    town.close();
}

#[test]
fn a_fourth_person_raises_the_tier_and_that_is_anchored_at_once() {
    let mut town = whole();
    town.admit("dora");
    let due = town.world.anchors_due(town.id, Time::from_unix(town.now)).unwrap();
    let reason = comity_commitment::schedule::Reason::Event(LifecycleEvent::TierChanged);
    assert_eq!(due.first().map(|due| due.reason), Some(reason));
}
