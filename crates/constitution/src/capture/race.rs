//! The odds of a captor who owns whole regions, with the caps of regions.
//!
//! A draw that skips full regions is a race: let people arrive in each region by a Poisson process
//! and be seated until their region is full. The captor wins a chamber of `n` that passes with `k`
//! when the k-th captor is seated while at most `n - k` others are. So the probability is the
//! integral over the time of that arrival; it is smooth in the logarithm of time, where equal steps
//! give it to many digits.

use super::Regions;
use crate::charter::ChamberSize;

/// Steps of the integral, and its range as multiples of the chamber's size.
const STEPS: u32 = 300;
const FROM: f64 = 0.02;
const TO: f64 = 200.0;

/// The probability that at least `pass` of `seats` go to the captor. NaN outside of 0 to 1.
pub(super) fn tail(size: ChamberSize, cap: u32, regions: Regions, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || regions.all < regions.held {
        return f64::NAN;
    }
    let others = regions.all - regions.held;
    let seats_of = |count: u32| u64::from(count) * u64::from(cap);
    // Too few seats within the caps: no panel at all, or none that the captor wins.
    if seats_of(regions.all) < u64::from(size.seats) || seats_of(regions.held) < size.pass.into() {
        return 0.0;
    }
    if p <= 0.0 || size.seats < size.pass {
        return 0.0;
    }
    if 1.0 <= p || size.pass == 0 || others == 0 {
        return 1.0;
    }
    let cap = cap.min(size.seats);
    let (held_f, others_f) = (f64::from(regions.held), f64::from(others));
    let (won, lost) = (size.pass - 1, size.seats - size.pass);
    let n = f64::from(size.seats);
    let step = (TO / FROM).ln() / f64::from(STEPS);
    let mut sum = 0.0;
    for i in 0..=STEPS {
        let time = n * FROM * (step * f64::from(i)).exp();
        let (ours, theirs) = (p / held_f * time, (1.0 - p) / others_f * time);
        let captors = arrival(cap, regions.held, won, ours);
        let honest: f64 = power(&seated(cap, theirs, lost), others, lost).iter().sum();
        sum += captors * honest;
    }
    (sum * step).min(1.0)
}

/// The density, in the logarithm of time, of the arrival that makes one more captor than `won`: the
/// others of `held` regions have the rest of the seats and one region is not full.
fn arrival(cap: u32, held: u32, won: u32, mean: f64) -> f64 {
    let one = seated(cap, mean, won);
    let rest = power(&one, held - 1, won);
    let open = one.iter().zip(0..cap).map(|(probability, _)| probability);
    let free: f64 = open.zip(rest.iter().rev()).map(|(a, b)| a * b).sum();
    free * mean * f64::from(held)
}

/// Probabilities of `0..=max` people seated in one region, with a Poisson number who arrive and `cap`
/// seats; always `max + 1` of them.
fn seated(cap: u32, mean: f64, max: u32) -> Vec<f64> {
    let mut probability = (-mean).exp();
    let mut found = Vec::new();
    let mut below = 0.0;
    for count in 0..=max {
        if count == cap {
            found.push(at_least(cap, mean, probability, below));
        } else {
            found.push(if count < cap { probability } else { 0.0 });
        }
        below += probability;
        probability *= mean / f64::from(count + 1);
    }
    found
}

/// The Poisson tail from `cap` on, from the probability of `cap` and the sum below it.
fn at_least(cap: u32, mean: f64, probability: f64, below: f64) -> f64 {
    if f64::from(cap) < mean {
        return (1.0 - below).max(0.0);
    }
    let (mut term, mut sum) = (probability, probability);
    for count in cap + 1..cap + 200 {
        term *= mean / f64::from(count);
        sum += term;
    }
    sum
}

/// The distribution of the sum of `count` independent numbers, up to `max`.
fn power(one: &[f64], count: u32, max: u32) -> Vec<f64> {
    let len = usize::try_from(max).unwrap_or(usize::MAX).saturating_add(1);
    let mut result = vec![0.0; len];
    if let Some(first) = result.first_mut() {
        *first = 1.0;
    }
    let (mut base, mut left) = (one.to_vec(), count);
    while 0 < left {
        if left % 2 == 1 {
            result = sum_of(&result, &base, len);
        }
        left /= 2;
        if 0 < left {
            base = sum_of(&base, &base, len);
        }
    }
    result
}

fn sum_of(a: &[f64], b: &[f64], len: usize) -> Vec<f64> {
    let mut out = vec![0.0; len];
    for (i, x) in a.iter().enumerate().filter(|(_, x)| **x != 0.0) {
        for (slot, y) in out.iter_mut().skip(i).zip(b) {
            *slot += x * y;
        }
    }
    out
}
