//! The threshold committee: three people make a key that nobody holds, and two of them sign with it.

use anyhow::Context as _;
use comity_bls::{
    Beacon, Ceremony, Certificate, CommitteeKey, Decision, Event, KeyEpoch, Kind, MemberSecret,
    Plan, Round, SecretShare,
};
use comity_commitment::{
    BeaconPublished, Certified, CommitmentFact, CommitteeDealt, CommitteeKeyed, CommitteePlanned,
    DealingEnded, KeyBase, MemberKeyStated,
};
use comity_wire::{Digest, StatementId, b64};

use super::story::brief;
use super::{HOUR, Senate, cast};
use crate::cast::Seed;

/// How many of the committee sign: as many as must.
const THRESHOLD: u16 = 2;

/// The key that the ceremony made, and the shares of those who hold them.
#[derive(Debug)]
pub(super) struct Quorum {
    pub(super) key: CommitteeKey,
    shares: Vec<SecretShare>,
}

fn secret(seed: Seed, name: &str) -> MemberSecret {
    MemberSecret::from_seed(&seed.bytes(name, "committee"))
}

impl Senate {
    /// The distributed ceremony, all of it by public statements.
    pub(super) fn make_key(&mut self) -> anyhow::Result<()> {
        self.story.chapter("The committee");
        let seed = Seed(self.tour.seed());
        let secrets = cast::COMMITTEE.map(|name| secret(seed, name));
        for (name, secret) in cast::COMMITTEE.iter().zip(&secrets) {
            let member = b64::encode(&secret.member().encode());
            self.sign(Some(name), MemberKeyStated { member })?;
        }
        let plan = self.plan_key()?;
        let members: Vec<_> = secrets.iter().map(MemberSecret::member).collect();
        let agreed = Plan::fresh(KeyEpoch(1), &plan.digest(), &members, THRESHOLD)?;
        let mut ceremony = Ceremony::new(agreed.clone());
        for (name, secret) in cast::COMMITTEE.iter().zip(&secrets) {
            let dealing = agreed.deal(secret, None, &seed.bytes(name, "dealing"))?;
            let statement = b64::encode(&dealing.encode());
            self.sign(Some(name), CommitteeDealt { statement })?;
            ceremony = ceremony.step(&Event::Statement(dealing))?;
        }
        self.sign(None, DealingEnded { plan })?;
        // Whoever was dealt something wrong has this long to say so.
        self.tour.town.pass(HOUR)?;
        let ended = ceremony.step(&Event::EndDealing)?.step(&Event::EndComplaints)?;
        let outcome = ended.outcome().context("the ceremony has no outcome")?;
        let key = outcome.key().clone();
        let stated = b64::encode(&key.encode());
        let keyed = self.sign(None, CommitteeKeyed { key: stated, plan })?;
        let share = |secret: &MemberSecret| outcome.share(secret).context("no share");
        let shares = secrets.iter().map(share).collect::<anyhow::Result<_>>()?;
        let (names, keyed) = (cast::COMMITTEE.join(", "), brief(keyed));
        self.story.tell(format!("{names} deal a key that none of them holds: {keyed}"));
        self.story.tell("any two of the three certify, and sign a beacon for each epoch");
        self.found_harbour(&key)?;
        self.committee = Some(Quorum { key, shares });
        self.next_epoch()
    }

    fn plan_key(&mut self) -> anyhow::Result<StatementId> {
        let members =
            cast::COMMITTEE.iter().map(|name| self.key(name)).collect::<anyhow::Result<_>>()?;
        let (base, threshold) = (KeyBase::Fresh, THRESHOLD);
        self.sign(None, CommitteePlanned { base, key_epoch: 1, members, threshold })
    }

    pub(super) fn sign(
        &mut self,
        by: super::Speaker<'_>,
        fact: impl Into<CommitmentFact>,
    ) -> anyhow::Result<StatementId> {
        self.say(by, fact.into())
    }

    fn quorum(&self) -> anyhow::Result<&Quorum> {
        self.committee.as_ref().context("no committee yet")
    }

    /// Publishes the beacon of the epoch that runs, unless that has been done.
    pub(super) fn publish_beacon(&mut self) -> anyhow::Result<()> {
        let round = self.epoch()?;
        if self.world()?.beacon_of(self.id()?, round).is_some() {
            return Ok(());
        }
        let (quorum, round) = (self.quorum()?, Round(round));
        let partials: Vec<_> = quorum.shares.iter().map(|share| round.sign(share)).collect();
        let beacon = Beacon::combine(round, &quorum.key, &partials)?;
        let beacon = b64::encode(&beacon.encode());
        self.sign(None, BeaconPublished { beacon })?;
        Ok(())
    }

    /// A certificate of the committee over something decided now.
    pub(super) fn certificate(&self, commitment: Digest) -> anyhow::Result<Certificate> {
        let (quorum, epoch) = (self.quorum()?, self.epoch()?);
        let parameters = self.polity()?.parameters();
        let decision = Decision { kind: Kind::Decision, epoch, commitment, parameters };
        let partials: Vec<_> = quorum.shares.iter().map(|share| decision.sign(share)).collect();
        Ok(Certificate::combine(decision, &quorum.key, &partials)?)
    }

    /// Has the committee certify a decision, or the window that ends with an item.
    pub(super) fn certify(
        &mut self,
        commitment: Digest,
        window_to: Option<u64>,
    ) -> anyhow::Result<Certificate> {
        let certificate = self.certificate(commitment)?;
        let encoded = b64::encode(&certificate.encode());
        self.sign(None, Certified { certificate: encoded, window_to })?;
        Ok(certificate)
    }
}
