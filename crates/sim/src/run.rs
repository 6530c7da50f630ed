//! One seed, from founding to the last cosignature.

use std::fmt;

use comity_mycel::order::OrderState;
use comity_wire::Digest;

use crate::scenario::{Form, Scenario};
use crate::sim::Sim;
use crate::violation::Violation;

/// What happened in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The seed.
    pub seed: u64,
    /// One hash of all records.
    pub digest: Digest,
    /// Sovereigns, a count, without the byzantine one.
    pub sovereigns: usize,
    /// Statements in all records, a count.
    pub statements: u64,
    /// Letters sent, a count.
    pub letters: u64,
    /// Letters lost, a count.
    pub lost: u64,
    /// Crashes, a count.
    pub crashes: u64,
    /// Seconds of simulated time.
    pub seconds: u64,
    /// The byzantine peer, if there was one.
    pub rogue: Option<Form>,
    /// How each order ended, in the order of placing.
    pub endings: Vec<String>,
}

/// Runs a seed, checking every invariant on the way.
///
/// # Errors
///
/// The first invariant that did not hold.
pub fn run(seed: u64) -> Result<Story, Violation> {
    let mut sim = Sim::new(Scenario::of(seed))?;
    sim.storm()?;
    sim.finish()?;
    Ok(story(&sim))
}

fn story(sim: &Sim) -> Story {
    let world = sim.hosts.iter().find_map(|host| host.node.as_ref()).map(comity_node::Node::world);
    let ending = |id: &comity_wire::StatementId| {
        let order = world.and_then(|world| world.order(*id).ok());
        order.map_or_else(String::new, |order| {
            let state = order.placed.state();
            if let OrderState::Refunded { reason } = state {
                format!("refunded: {reason:?}")
            } else {
                state.name().to_owned()
            }
        })
    };
    Story {
        seed: sim.scenario.seed,
        digest: sim.digest(),
        sovereigns: sim.hosts.len(),
        statements: sim.durable(),
        letters: sim.letters,
        lost: sim.lost,
        crashes: sim.crashes,
        seconds: sim.now_ms / 1000,
        rogue: sim.rogue.as_ref().map(|rogue| rogue.form),
        endings: sim.placed.values().map(ending).collect(),
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rogue = self.rogue.map_or_else(|| "none".to_owned(), |form| format!("{form:?}"));
        write!(
            f,
            "seed {} {} sovereigns {} statements {} letters {} lost {} crashes {} seconds {} byzantine {rogue} orders {:?}",
            self.seed,
            self.digest,
            self.sovereigns,
            self.statements,
            self.letters,
            self.lost,
            self.crashes,
            self.seconds,
            self.endings,
        )
    }
}
