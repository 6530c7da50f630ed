//! A committee and its anchors under statements in any order: nothing counts that was not signed for this record and this
//! time, rounds and windows only go forward, and a refusal changes nothing.

use std::sync::LazyLock;

use comity_bls::{
    Beacon, Ceremony, Certificate, CommitteeKey, Decision, Event, KeyEpoch, Kind, MemberSecret,
    Plan, Round, SecretShare,
};
use comity_commitment::{
    Anchored, Anchors, BeaconPublished, Block, Certified, ChainRef, Circumstances, Committee,
    CommitteeDealt, CommitteeKeyed, CommitteePlanned, DealingEnded, EpochId, EpochRecords, Item,
    ItemKind, KeyBase, Layer, LifecycleEvent, MemberKeyRevoked, MemberKeyStated, Rules, Stamp,
};
use comity_constitution::{Charter, Parameters};
use comity_sign::SigningKey;
use comity_wire::{Digest, KeyId, StatementId, Time, b64};

use super::{digest, id};
use crate::input::Input;
use crate::oracle;

const HOUR: i64 = 3_600;
/// The plan of the one ceremony whose statements are at hand.
const PLAN: u8 = 200;

struct Council {
    charter: Charter,
    parameters: Parameters,
    members: Vec<KeyId>,
    keys: Vec<String>,
    dealings: Vec<String>,
    key: CommitteeKey,
    shares: Vec<SecretShare>,
}

static COUNCIL: LazyLock<Council> = LazyLock::new(|| {
    let mut file = Parameters::founding().to_file();
    (file.commitment.committee_n, file.commitment.committee_t) = (3, 2);
    let secrets: Vec<_> = (1..4).map(|seed| MemberSecret::from_seed(&[seed; 32])).collect();
    let members: Vec<_> = secrets.iter().map(MemberSecret::member).collect();
    let plan = Plan::fresh(KeyEpoch(1), &digest(PLAN), &members, 2).expect("a plan");
    let deal = |secret| plan.deal(secret, None, &[9; 32]).expect("a dealing");
    let dealings: Vec<_> = secrets.iter().map(deal).collect();
    let mut ceremony = Ceremony::new(plan.clone());
    let said = dealings.iter().cloned().map(Event::Statement);
    for event in said.chain([Event::EndDealing, Event::EndComplaints]) {
        ceremony = ceremony.step(&event).expect("an honest ceremony");
    }
    let outcome = ceremony.outcome().expect("a key");
    let share = |secret| outcome.share(secret).expect("a share");
    let actor = |seed| SigningKey::from_seed([seed; 32]).public().key_id();
    Council {
        charter: Charter::founding(),
        parameters: Parameters::new(file).expect("two of three"),
        members: (1..4).map(actor).collect(),
        keys: members.iter().map(|member| b64::encode(&member.encode())).collect(),
        dealings: dealings.iter().map(|dealing| b64::encode(&dealing.encode())).collect(),
        key: outcome.key().clone(),
        shares: secrets.iter().map(share).collect(),
    }
});

struct World {
    committee: Committee,
    anchors: Anchors,
    at: Time,
    index: u64,
    previous: Digest,
    refused: bool,
}

impl World {
    fn refuse(&mut self, code: &str, error: &dyn std::fmt::Display) {
        oracle::refusal(code, error);
        self.refused = true;
    }

    fn rules() -> Rules<'static> {
        Rules { charter: &COUNCIL.charter, parameters: &COUNCIL.parameters }
    }

    fn stamp(&mut self, signer: &KeyId, id: StatementId) -> Stamp {
        self.index += 1;
        Stamp { at: self.at, id, index: self.index, signer: signer.clone() }
    }

    /// Epoch, digest and parameters that are right, or nearly.
    fn certified(&self, input: &mut Input<'_>) -> Vec<u8> {
        let now = Self::rules().epoch_number(self.at);
        let close = self.committee.closes().last();
        let kind = input.pick(&[Kind::Decision, Kind::Commitment, Kind::Handover]);
        let (epoch, commitment) = match (kind, close) {
            (Kind::Commitment, Some(close)) => (close.number, close.hash),
            (Kind::Commitment | Kind::Decision | Kind::Handover, _) => {
                (now, digest(input.byte() % 8))
            }
        };
        let epoch = if input.once_in(8) { epoch.wrapping_add(input.number()) } else { epoch };
        let parameters = COUNCIL.parameters.hash();
        let decision = Decision { kind, epoch, commitment, parameters };
        let partials: Vec<_> =
            COUNCIL.shares.iter().take(2).map(|share| decision.sign(share)).collect();
        Certificate::combine(decision, &COUNCIL.key, &partials).expect("two of three").encode()
    }

    fn beacon(&self, input: &mut Input<'_>) -> Vec<u8> {
        let now = Self::rules().epoch_number(self.at);
        let round = Round(now.wrapping_add(u64::from(input.byte() % 4)).wrapping_sub(1));
        let partials: Vec<_> =
            COUNCIL.shares.iter().take(2).map(|share| round.sign(share)).collect();
        Beacon::combine(round, &COUNCIL.key, &partials).expect("two of three").encode()
    }

    fn key(&mut self, input: &mut Input<'_>) {
        let rules = Self::rules();
        let member = usize::from(input.byte() % 3);
        let stamp = self.stamp(&COUNCIL.members[member], id(PLAN));
        let plan = id(PLAN);
        let result = match input.byte() % 6 {
            0 => {
                let member = COUNCIL.keys[member].clone();
                self.committee.state_key(&stamp, &MemberKeyStated { member })
            }
            1 => {
                let body = CommitteePlanned {
                    base: input.pick(&[KeyBase::Fresh, KeyBase::Anew]),
                    key_epoch: 1 + self.committee.terms().len() as u64,
                    members: COUNCIL.members.clone(),
                    threshold: 2,
                };
                self.committee.plan(&stamp, &body, &rules)
            }
            2 => {
                let statement = COUNCIL.dealings[member].clone();
                self.committee.deal(&stamp, &CommitteeDealt { statement })
            }
            3 => self.committee.end_dealing(&stamp, &DealingEnded { plan }, &rules),
            4 => {
                let key = b64::encode(&COUNCIL.key.encode());
                let result = self.committee.key(&stamp, &CommitteeKeyed { key, plan }, &rules);
                if result.is_ok() {
                    self.anchors.oblige(self.at);
                }
                result
            }
            _ => {
                let actor = stamp.signer.clone();
                let by_authority = input.once_in(16);
                if !by_authority {
                    return;
                }
                self.committee.revoke(&stamp, by_authority, &MemberKeyRevoked { actor })
            }
        };
        if let Err(error) = result {
            self.refuse(error.code(), &error);
        }
    }

    /// The shortest way to a key, so that what follows it is reached.
    fn make_key(&mut self) {
        let rules = Self::rules();
        let plan = id(PLAN);
        for (member, key) in COUNCIL.members.iter().zip(&COUNCIL.keys) {
            let stamp = self.stamp(member, id(0));
            let _ = self.committee.state_key(&stamp, &MemberKeyStated { member: key.clone() });
        }
        let stamp = self.stamp(&COUNCIL.members[0], plan);
        let (base, threshold) = (KeyBase::Fresh, 2);
        let members = COUNCIL.members.clone();
        let body = CommitteePlanned { base, key_epoch: 1, members, threshold };
        let _ = self.committee.plan(&stamp, &body, &rules);
        for (member, statement) in COUNCIL.members.iter().zip(&COUNCIL.dealings) {
            let stamp = self.stamp(member, id(0));
            let statement = statement.clone();
            let _ = self.committee.deal(&stamp, &CommitteeDealt { statement });
        }
        let stamp = self.stamp(&COUNCIL.members[0], id(0));
        let _ = self.committee.end_dealing(&stamp, &DealingEnded { plan }, &rules);
        self.at = self.at.plus(HOUR);
        let stamp = self.stamp(&COUNCIL.members[0], id(0));
        let key = b64::encode(&COUNCIL.key.encode());
        if self.committee.key(&stamp, &CommitteeKeyed { key, plan }, &rules).is_ok() {
            self.anchors.oblige(self.at);
        }
        self.at = self.at.plus(HOUR);
    }

    fn certify(&mut self, input: &mut Input<'_>) {
        let mut bytes = self.certified(input);
        let is_whole = !input.once_in(4);
        if !is_whole {
            let place = input.below(bytes.len());
            bytes[place] ^= 1 << (input.byte() % 8);
        }
        let stamp = self.stamp(&COUNCIL.members[0], id(1));
        let body = Certified { certificate: b64::encode(&bytes), window_to: None };
        match self.committee.certify(&stamp, &body, &Self::rules()) {
            Err(error) => self.refuse(error.code(), &error),
            Ok(certified) => {
                assert!(is_whole, "a certificate that nobody made counts");
                let term = self.committee.term(certified.decision.epoch).expect("its key");
                assert!(self.at <= term.until, "an overdue key certifies");
                if certified.decision.kind == Kind::Decision {
                    self.push(certified.decision.commitment, LifecycleEvent::DecisionCertified);
                }
            }
        }
    }

    fn push(&mut self, digest: Digest, event: LifecycleEvent) {
        let (at, state_root) = (self.at, Digest::ZERO);
        self.anchors.push(Item { digest, kind: ItemKind::Event(event), at, state_root });
    }

    fn publish(&mut self, input: &mut Input<'_>) {
        let mut bytes = self.beacon(input);
        let is_whole = !input.once_in(4);
        if !is_whole {
            let place = input.below(bytes.len());
            bytes[place] ^= 1 << (input.byte() % 8);
        }
        let stamp = self.stamp(&COUNCIL.members[0], id(2));
        let (last, now) = (self.committee.last_round(), Self::rules().epoch_number(self.at));
        let body = BeaconPublished { beacon: b64::encode(&bytes) };
        match self.committee.publish(&stamp, &body, 0, &Self::rules()) {
            Err(error) => self.refuse(error.code(), &error),
            Ok(beacon) => {
                assert!(is_whole, "a beacon that nobody made counts");
                assert!(last < Some(beacon.round) && beacon.round <= now);
                assert!(!beacon.may_decide(self.index), "a value decides about what follows it");
            }
        }
    }

    fn close(&mut self) {
        let Ok(epoch) = EpochId::containing(self.at, 3_600) else { return };
        let circumstances = Circumstances {
            epoch,
            previous: self.previous,
            beacon_round: self.committee.last_round().unwrap_or(0),
            chamber_nonce: Digest::ZERO,
            parameters: COUNCIL.parameters.hash(),
        };
        let closed = EpochRecords::new().close(&circumstances).expect("nothing to hash");
        let stamp = self.stamp(&COUNCIL.members[0], id(3));
        self.committee.closed(&stamp, &closed, &Self::rules());
        self.previous = closed.hash;
        let (at, state_root) = (self.at, Digest::ZERO);
        self.anchors.push(Item {
            digest: closed.hash,
            kind: ItemKind::Epoch(epoch),
            at,
            state_root,
        });
    }

    fn anchor(&mut self, input: &mut Input<'_>) {
        let layer = input.pick(&[Layer::L1, Layer::L2]);
        let to = input.below(self.anchors.items().len() + 1) as u64;
        let Ok(mut window) = self.anchors.window(to) else { return };
        let item = self.anchors.items()[usize::try_from(to).expect("it is an index")];
        if layer == Layer::L2 {
            window = comity_commitment::Window::over(to, &[item.digest], item.state_root);
        }
        let Ok(payload) = window.payload() else { return };
        let time = self.at.plus(i64::from(input.byte() % 4) * 60 - 60);
        let mut body = Anchored {
            block: Block { hash: digest(input.byte()), number: u64::from(input.byte()), time },
            chain: ChainRef { id: u64::from(input.once_in(16)), name: "chain".to_owned() },
            contract: String::new(),
            depth: if input.once_in(8) { input.number() } else { 64 },
            layer,
            payload: if layer == Layer::L1 { payload } else { item.digest },
            transaction: digest(input.byte()),
            window,
        };
        let is_right = !input.once_in(4);
        if !is_right {
            let mut bytes = *body.payload.as_bytes();
            bytes[input.below(32)] ^= 1;
            body.payload = Digest::from_bytes(bytes);
        }
        let before = self.anchors.next(layer);
        let stamp = self.stamp(&COUNCIL.members[0], id(4));
        let committee = &self.committee;
        let is_certified = |digest: &Digest| committee.certificate(digest).is_some();
        match self.anchors.anchor(&stamp, &body, &is_certified, &Self::rules()) {
            Err(error) => self.refuse(error.code(), &error),
            Ok(()) => {
                assert!(is_right, "an anchor of something else counts");
                assert!(before <= to && self.anchors.next(layer) == to + 1);
                if layer == Layer::L1 {
                    let proof = self.anchors.prove(&item.digest).expect("it is final");
                    assert_eq!(proof.verify(&item.digest, &body.payload), Ok(to));
                }
            }
        }
    }
}

pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let mut world = World {
        committee: Committee::new(),
        anchors: Anchors::new(),
        at: Time::from_unix(1_767_268_800),
        index: 0,
        previous: Digest::ZERO,
        refused: false,
    };
    if !input.byte().is_multiple_of(4) {
        world.make_key();
    }
    for _ in 0..24 {
        if input.is_empty() {
            break;
        }
        world.at = world.at.plus(i64::from(input.byte()) * HOUR / 8);
        let (committee, anchors) = (world.committee.clone(), world.anchors.clone());
        world.refused = false;
        match input.byte() % 8 {
            0 => world.key(&mut input),
            1 | 2 => world.certify(&mut input),
            3 => world.publish(&mut input),
            4 => world.close(),
            5 | 6 => world.anchor(&mut input),
            _ => {
                let event = input.pick(&LifecycleEvent::ALL);
                world.push(digest(input.byte()), event);
            }
        }
        if world.refused {
            assert_eq!((&world.committee, &world.anchors), (&committee, &anchors));
        }
        let due = world.anchors.due(world.at, &World::rules());
        assert!(
            due.len() <= 2 && due.iter().all(|due| due.since <= world.at && due.from <= due.to)
        );
    }
}
