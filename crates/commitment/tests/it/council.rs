//! A committee at work: real keys, a clock and a record that only counts.

use std::sync::LazyLock;

use comity_bls::{
    Beacon, Certificate, CommitteeKey, Decision, Kind, MemberSecret, PartialSignature, Plan, Round,
    SecretShare, Statement,
};
use comity_commitment::{
    Anchored, Anchors, BeaconPublished, Block, Certified, CertifiedDigest, ChainRef, Committee,
    CommitteeDealt, CommitteeError, CommitteeKeyed, CommitteePlanned, Counts, DealingEnded,
    EpochClosed, EpochId, EpochRecords, Item, ItemKind, KeyBase, Layer, MemberKeyStated,
    PublishedBeacon, Rules, Stamp,
};
use comity_commitment::{Circumstances, LifecycleEvent};
use comity_constitution::{Charter, Parameters};
use comity_wire::{Digest, KeyId, StatementId, Time, b64, sha256};

pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 24 * HOUR;
/// Noon of a day; a whole epoch.
pub(crate) const START: i64 = 1_767_268_800;

/// What a ceremony left behind.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) key: CommitteeKey,
    pub(crate) shares: Vec<SecretShare>,
}

#[derive(Clone, Debug)]
pub(crate) struct Council {
    pub(crate) parameters: Parameters,
    pub(crate) charter: Charter,
    pub(crate) committee: Committee,
    pub(crate) anchors: Anchors,
    pub(crate) now: Time,
    pub(crate) index: u64,
    previous: Digest,
    members: u16,
}

pub(crate) fn actor(number: u16) -> KeyId {
    let letters = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let letter = char::from(letters[usize::from(number)]);
    KeyId::parse(&format!("did:key:z6MkActor{letter}")).unwrap()
}

pub(crate) fn secret(number: u16) -> MemberSecret {
    MemberSecret::from_seed(sha256(format!("member {number}").as_bytes()).as_bytes())
}

pub(crate) fn member(secret: &MemberSecret) -> MemberKeyStated {
    MemberKeyStated { member: b64::encode(&secret.member().encode()) }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, CommitteeError>) -> &'static str {
    result.unwrap_err().code()
}

impl Council {
    /// A record without a committee; its parameters want `threshold` of `members`.
    pub(crate) fn of(threshold: u64, members: u16) -> Self {
        let mut file = Parameters::founding().to_file();
        file.commitment.committee_n = members.into();
        file.commitment.committee_t = threshold;
        let mut council = Self {
            parameters: Parameters::new(file).unwrap(),
            charter: Charter::founding(),
            committee: Committee::new(),
            anchors: Anchors::new(),
            now: Time::from_unix(START),
            index: 1,
            previous: Digest::ZERO,
            members,
        };
        for number in 0..members {
            let stamp = council.stamp(&actor(number));
            council.committee.state_key(&stamp, &member(&secret(number))).unwrap();
        }
        council
    }

    /// The same with a key, at the beginning of the first epoch that it certifies.
    pub(crate) fn keyed(threshold: u64, members: u16) -> (Self, Made) {
        static SMALL: LazyLock<(Council, Made)> = LazyLock::new(|| Council::make_keyed(2, 3));
        if (threshold, members) == (2, 3) {
            return SMALL.clone();
        }
        Self::make_keyed(threshold, members)
    }

    fn make_keyed(threshold: u64, members: u16) -> (Self, Made) {
        let mut council = Self::of(threshold, members);
        let made = council.ceremony(KeyBase::Fresh, None);
        council.next_epoch();
        (council, made)
    }

    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules { charter: &self.charter, parameters: &self.parameters }
    }

    pub(crate) fn stamp(&mut self, signer: &KeyId) -> Stamp {
        self.index += 1;
        let id = StatementId::from_digest(sha256(&self.index.to_be_bytes()));
        Stamp { at: self.now, id, index: self.index, signer: signer.clone() }
    }

    pub(crate) fn authority(&mut self) -> Stamp {
        self.stamp(&KeyId::parse("did:key:z6MkAuthority").unwrap())
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now = self.now.plus(seconds);
    }

    /// To the first moment of the next epoch.
    pub(crate) fn next_epoch(&mut self) {
        self.wait(HOUR - self.now.unix().rem_euclid(HOUR));
    }

    pub(crate) fn number(&self) -> u64 {
        self.rules().epoch_number(self.now)
    }

    pub(crate) fn step<T>(
        &mut self,
        act: impl FnOnce(&mut Committee, &Rules<'_>) -> Result<T, CommitteeError>,
    ) -> Result<T, CommitteeError> {
        let rules = Rules { charter: &self.charter, parameters: &self.parameters };
        act(&mut self.committee, &rules)
    }

    pub(crate) fn planned(&self, base: KeyBase) -> CommitteePlanned {
        CommitteePlanned {
            base,
            key_epoch: self.committee.terms().len() as u64 + 1,
            members: (0..self.members).map(actor).collect(),
            threshold: u16::try_from(self.parameters.commitment().committee_t).unwrap(),
        }
    }

    /// Begins a ceremony; the plan as members see it.
    pub(crate) fn begin(&mut self, base: KeyBase, old: Option<&Made>) -> (StatementId, Plan) {
        let body = self.planned(base);
        let stamp = self.authority();
        self.step(|committee, rules| committee.plan(&stamp, &body, rules)).unwrap();
        let members: Vec<_> = (0..self.members).map(|number| secret(number).member()).collect();
        let (epoch, context) = (comity_bls::KeyEpoch(body.key_epoch), stamp.id.digest());
        let plan = match old {
            None => Plan::fresh(epoch, &context, &members, body.threshold),
            Some(old) => {
                Plan::anew(epoch, &context, (&old.key, &members), &members, body.threshold)
            }
        };
        (stamp.id, plan.unwrap())
    }

    pub(crate) fn deal(
        &mut self,
        number: u16,
        statement: &Statement,
    ) -> Result<(), CommitteeError> {
        let stamp = self.stamp(&actor(number));
        let body = CommitteeDealt { statement: b64::encode(&statement.encode()) };
        self.step(|committee, _| committee.deal(&stamp, &body))
    }

    pub(crate) fn end_dealing(&mut self, plan: StatementId) -> Result<(), CommitteeError> {
        let stamp = self.authority();
        self.step(|committee, rules| committee.end_dealing(&stamp, &DealingEnded { plan }, rules))
    }

    pub(crate) fn key(
        &mut self,
        plan: StatementId,
        key: &CommitteeKey,
    ) -> Result<(), CommitteeError> {
        let stamp = self.authority();
        let body = CommitteeKeyed { key: b64::encode(&key.encode()), plan };
        self.step(|committee, rules| committee.key(&stamp, &body, rules))?;
        self.anchors.oblige(self.now);
        Ok(())
    }

    /// A whole ceremony in which all deal right.
    pub(crate) fn ceremony(&mut self, base: KeyBase, old: Option<&Made>) -> Made {
        let (id, plan) = self.begin(base, old);
        let mut ceremony = comity_bls::Ceremony::new(plan.clone());
        for number in 0..self.members {
            let held = old.map(|old| &old.shares[usize::from(number)]);
            let dealing = plan.deal(&secret(number), held, &[7; 32]).unwrap();
            self.deal(number, &dealing).unwrap();
            ceremony = ceremony.step(&comity_bls::Event::Statement(dealing)).unwrap();
        }
        self.end_dealing(id).unwrap();
        self.wait(HOUR);
        let ended = ceremony.step(&comity_bls::Event::EndDealing).unwrap();
        let ended = ended.step(&comity_bls::Event::EndComplaints).unwrap();
        let outcome = ended.outcome().unwrap();
        self.key(id, outcome.key()).unwrap();
        let share = |number| outcome.share(&secret(number)).unwrap();
        Made { key: outcome.key().clone(), shares: (0..self.members).map(share).collect() }
    }

    /// Closes the current epoch over nothing; its hash.
    pub(crate) fn close(&mut self) -> EpochClosed {
        let circumstances = Circumstances {
            epoch: EpochId::containing(self.now, 3_600).unwrap(),
            previous: self.previous,
            beacon_round: self.committee.last_round().unwrap_or(0),
            chamber_nonce: Digest::ZERO,
            parameters: self.parameters.hash(),
        };
        let closed = EpochRecords::new().close(&circumstances).unwrap();
        assert_eq!(closed.counts, Counts::default());
        let stamp = self.authority();
        let rules = Rules { charter: &self.charter, parameters: &self.parameters };
        self.committee.closed(&stamp, &closed, &rules);
        self.previous = closed.hash;
        self.push(closed.hash, ItemKind::Epoch(closed.commitment.epoch_id));
        closed
    }

    pub(crate) fn push(&mut self, digest: Digest, kind: ItemKind) {
        let (at, state_root) = (self.now, sha256(b"state"));
        self.anchors.push(Item { digest, kind, at, state_root });
    }

    pub(crate) fn event(&mut self, event: LifecycleEvent) -> Digest {
        self.index += 1;
        let digest = sha256(format!("event {}", self.index).as_bytes());
        self.push(digest, ItemKind::Event(event));
        digest
    }

    /// What members sign about a digest now.
    pub(crate) fn decision(&self, kind: Kind, commitment: Digest) -> Decision {
        Decision { kind, epoch: self.number(), commitment, parameters: self.parameters.hash() }
    }

    pub(crate) fn certify(
        &mut self,
        certificate: &[u8],
    ) -> Result<CertifiedDigest, CommitteeError> {
        let stamp = self.authority();
        let body = Certified { certificate: b64::encode(certificate), window_to: None };
        self.step(|committee, rules| committee.certify(&stamp, &body, rules))
    }

    pub(crate) fn certified(&mut self, made: &Made, kind: Kind, digest: Digest) {
        let certificate = made.certificate(self.decision(kind, digest));
        self.certify(&certificate).unwrap();
    }

    pub(crate) fn publish(&mut self, beacon: &[u8]) -> Result<PublishedBeacon, CommitteeError> {
        let stamp = self.authority();
        let body = BeaconPublished { beacon: b64::encode(beacon) };
        self.step(|committee, rules| committee.publish(&stamp, &body, 0, rules))
    }

    /// An anchor as it should be stated now, of what waits up to `to`.
    pub(crate) fn anchored(&self, layer: Layer, to: u64) -> Anchored {
        let window = match layer {
            Layer::L1 => self.anchors.window(to).unwrap(),
            Layer::L2 => {
                let item = &self.anchors.items()[usize::try_from(to).unwrap()];
                comity_commitment::Window::over(to, &[item.digest], item.state_root)
            }
        };
        let item = &self.anchors.items()[usize::try_from(to).unwrap()];
        let number = u64::try_from(self.now.unix() / 12).unwrap();
        let hash = |what: &str| sha256(format!("{what} {layer:?} {number} {to}").as_bytes());
        Anchored {
            block: Block { hash: hash("block"), number, time: self.now },
            chain: ChainRef { id: 1, name: "Ethereum".to_owned() },
            contract: "0x00000000000000000000000000000000000000aa".to_owned(),
            depth: 64,
            layer,
            payload: if layer == Layer::L1 { window.payload().unwrap() } else { item.digest },
            transaction: hash("transaction"),
            window,
        }
    }

    pub(crate) fn anchor(&mut self, body: &Anchored) -> Result<(), comity_commitment::AnchorError> {
        let stamp = self.authority();
        let rules = Rules { charter: &self.charter, parameters: &self.parameters };
        let is_certified = |digest: &Digest| self.committee.certificate(digest).is_some();
        self.anchors.anchor(&stamp, body, &is_certified, &rules)
    }
}

impl Made {
    pub(crate) fn partials(&self, message: &Digest) -> Vec<PartialSignature> {
        self.shares.iter().map(|share| share.sign(message.as_bytes())).collect()
    }

    pub(crate) fn certificate(&self, decision: Decision) -> Vec<u8> {
        let partials = self.partials(&decision.message());
        Certificate::combine(decision, &self.key, &partials).unwrap().encode()
    }

    pub(crate) fn beacon(&self, round: u64) -> Vec<u8> {
        let partials = self.partials(&Round(round).message());
        Beacon::combine(Round(round), &self.key, &partials).unwrap().encode()
    }
}
