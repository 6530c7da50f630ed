//! A certificate of ten out of fifteen: ten partial signatures from bytes to one, and that one from bytes to believed.

use std::hint::black_box;

use anyhow::{Context as _, ensure};
use comity_bls::{
    Ceremony, Certificate, Decision, Event, KeyEpoch, KeyRing, Kind, MemberSecret,
    PartialSignature, Plan, SecretShare, Term,
};
use comity_wire::sha256;

use crate::measure::{at_most, timed};

const MEMBERS: u8 = 15;
const THRESHOLD: u16 = 10;
const ROUNDS: usize = 32;
const MS_MAX: f64 = 15.0;

pub(super) fn run() -> anyhow::Result<()> {
    let secrets: Vec<_> =
        (1..=MEMBERS).map(|number| MemberSecret::from_seed(&[number; 32])).collect();
    let ceremony = make_key(&secrets)?;
    let outcome = ceremony.outcome().context("the ceremony ended")?;
    let key = outcome.key();
    let shares: Vec<SecretShare> =
        secrets.iter().map(|secret| outcome.share(secret)).collect::<Result<_, _>>()?;
    let decision = Decision {
        kind: Kind::Commitment,
        epoch: 1,
        commitment: sha256(b"roots"),
        parameters: sha256(b"parameters"),
    };
    let ring = KeyRing::new(Term { key_epoch: key.epoch(), group: key.group(), from: 0 });
    let partials: Vec<_> =
        shares.iter().map(|share| decision.sign(share).encode().to_vec()).collect();
    let certify = |partials: &[Vec<u8>]| -> anyhow::Result<Vec<u8>> {
        let partials = partials
            .iter()
            .map(|bytes| PartialSignature::decode(bytes))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Certificate::combine(decision, key, &partials)?.encode())
    };
    let believe = |bytes: &[u8]| -> anyhow::Result<()> {
        Ok(Certificate::decode(bytes)?.verify(&ring, &decision)?)
    };

    let quorum = usize::from(THRESHOLD);
    let first = partials.get(..quorum).context("ten partial signatures")?;
    let last = partials.get(partials.len() - quorum..).context("ten partial signatures")?;
    let certificate = certify(first)?;
    ensure!(certificate == certify(last)?, "other members make another certificate");
    ensure!(certify(first.get(1..).unwrap_or_default()).is_err(), "nine are enough");
    let mut flipped = certificate.clone();
    flipped.iter_mut().rev().take(120).last().into_iter().for_each(|byte| *byte ^= 1);
    ensure!(flipped != certificate && believe(&flipped).is_err(), "a changed bit is believed");

    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let cost = timed(|| {
            let certificate = certify(black_box(first))?;
            believe(&certificate)
        })?;
        best = best.min(cost.wall.as_secs_f64() * 1_000.0);
    }
    at_most("bls/certificate n=15 t=10", best, "ms", MS_MAX);
    Ok(())
}

fn make_key(secrets: &[MemberSecret]) -> anyhow::Result<Ceremony> {
    let members: Vec<_> = secrets.iter().map(MemberSecret::member).collect();
    let plan = Plan::fresh(KeyEpoch(1), &sha256(b"bench"), &members, THRESHOLD)?;
    let mut ceremony = Ceremony::new(plan.clone());
    for secret in secrets {
        let dealing = plan.deal(secret, None, &[1; 32])?;
        ceremony = ceremony.step(&Event::Statement(dealing))?;
    }
    Ok(ceremony.step(&Event::EndDealing)?.step(&Event::EndComplaints)?)
}
