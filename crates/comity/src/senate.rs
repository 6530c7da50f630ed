//! The constitution's tour: one cooperative with a constitution, its people and machines, and the three sovereigns that it
//! deals with, in one process.
//!
//! The operator of the tour is the cooperative here. Everybody acts by commands to real nodes; time is counted, not read; all
//! keys follow from the seed. What a file of the folder does is a chapter of the story, or what chapters need:
//!
//! | file | what |
//! |---|---|
//! | `cast` | who there is, and the rules that they begin under |
//! | `plot` | the chapters, in order |
//! | `founding`, `missions`, `values`, `amendments`, `machine`, `appeal` | the chapters |
//! | `undertaking` | what the cooperative does for itself |
//! | `committee`, `harbour`, `clerk` | the committee's key, anchors, chambers |
//! | `story` | what is printed |
//!
//! # Invariants
//!
//! 1. The same seed gives the same records, byte by byte.
//! 2. Whatever is told has been read back from the record.
//! 3. A refusal that the story tells of has left the record as it was.

mod amendments;
mod appeal;
mod cast;
mod clerk;
mod committee;
mod founding;
mod harbour;
mod machine;
mod missions;
mod plot;
mod story;
mod undertaking;
mod values;

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use comity_constitution::{Polity, RiskTier};
use comity_node::{By, Command, Fact, NodeError};
use comity_replay::World;
use comity_sign::Claim;
use comity_wire::{KeyId, SovereignId, Statement, StatementId, Time};

use crate::cast::Seed;
use crate::plant::Plant;
use crate::tour::{Options, PREDICATE, Progress, Tour};

use self::harbour::Harbour;
pub use self::story::{Chapter, Story};

/// Seconds of an epoch of the tour's parameters.
const HOUR: i64 = 3_600;
/// Epochs after which a draw that has not come will not come, a count.
const EPOCHS_MAX: usize = 4;

/// The cooperative and everybody around it.
#[derive(Debug)]
pub struct Senate {
    /// The four.
    pub tour: Tour,
    /// What is told.
    pub story: Story,
    plant: Plant,
    harbour: Option<Harbour>,
}

/// Who speaks: the authority, or an actor by name.
type Speaker<'a> = Option<&'a str>;

impl Senate {
    /// Brings everybody up, with stores below `state`.
    ///
    /// # Errors
    ///
    /// A store that cannot be written, or rules that do not hold together.
    pub fn open(seed: u64, state: PathBuf) -> anyhow::Result<Self> {
        let options = Options {
            seed,
            tier: RiskTier::R0,
            orders: missions::ORDERS,
            state,
            predicate: PREDICATE.to_owned(),
        };
        let parameters = cast::parameters()?;
        let members = cast::members(Seed(seed), &parameters)?;
        let tour = Tour::with(options, parameters, members)?;
        let story = Story::new(seed);
        // One plant for every order: keys follow from the seed, what the detector finds does not.
        let plant = Plant::brief(7);
        Ok(Self { tour, story, plant, harbour: None })
    }

    /// Everything, from the first statement to the last cosignature.
    ///
    /// # Errors
    ///
    /// A refusal that the story does not expect.
    pub fn play(&mut self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        plot::play(self, progress)
    }

    /// The cooperative's id.
    fn id(&self) -> anyhow::Result<SovereignId> {
        self.tour.town.id(cast::HOME)
    }

    /// What the cooperative knows.
    fn world(&self) -> anyhow::Result<&World> {
        Ok(self.tour.town.citizen(cast::HOME)?.node.world())
    }

    fn polity(&self) -> anyhow::Result<&Polity> {
        self.world()?.polity(self.id()?).context("no constitution yet")
    }

    /// The date of the next statement.
    fn at(&self) -> anyhow::Result<Time> {
        let last = self.world()?.record(self.id()?).map_or(Time::MIN, |view| view.last);
        Ok(last.max(self.tour.town.now().wall))
    }

    /// The number of the epoch that runs.
    fn epoch(&self) -> anyhow::Result<u64> {
        Ok(u64::try_from(self.at()?.unix() / HOUR)?)
    }

    /// The key of one of the cooperative's actors.
    fn key(&self, name: &str) -> anyhow::Result<KeyId> {
        let actors = &self.tour.town.citizen(cast::HOME)?.node.charter().actors;
        let found = actors.iter().find(|actor| actor.name == name);
        Ok(found.with_context(|| format!("no actor named {name}"))?.key.clone())
    }

    /// Names of people by key, in the order in which they were admitted.
    fn names(&self, keys: &[KeyId]) -> anyhow::Result<Vec<String>> {
        let actors = &self.tour.town.citizen(cast::HOME)?.node.charter().actors;
        let named = actors.iter().filter(|actor| keys.contains(&actor.key));
        Ok(named.map(|actor| actor.name.clone()).collect())
    }

    /// Has the cooperative do what one of its people asks.
    fn command(&mut self, command: Command) -> anyhow::Result<StatementId> {
        self.tour.town.command(cast::HOME, command)
    }

    /// Has somebody of the cooperative state a fact.
    fn say(&mut self, by: Speaker<'_>, fact: impl Into<Fact>) -> anyhow::Result<StatementId> {
        let by = self.by(by)?;
        self.command(Command::act(by, fact))
    }

    fn by(&self, speaker: Speaker<'_>) -> anyhow::Result<By> {
        Ok(match speaker {
            None => By::Authority,
            Some(name) => By::Actor(self.key(name)?),
        })
    }

    /// Has somebody try what the rules refuse: the name of the refusal, once it is certain that nothing was recorded.
    fn refused(&mut self, by: Speaker<'_>, fact: impl Into<Fact>) -> anyhow::Result<&'static str> {
        let by = self.by(by)?;
        self.refused_command(Command::act(by, fact))
    }

    /// The same for any command.
    fn refused_command(&mut self, command: Command) -> anyhow::Result<&'static str> {
        let size = |senate: &Self| -> anyhow::Result<usize> {
            Ok(senate.tour.town.citizen(cast::HOME)?.node.envelopes().len())
        };
        let before = size(self)?;
        let error = match self.command(command) {
            Ok(id) => bail!("{id} should have been refused"),
            Err(error) => error,
        };
        if size(self)? != before {
            bail!("a refusal was recorded: {error}");
        }
        match error.downcast_ref::<NodeError>() {
            Some(refusal) => Ok(refusal.code()),
            None => Err(error),
        }
    }

    /// The last statement of a kind in the cooperative's record, and its body.
    fn last_of(&self, kind: &str) -> anyhow::Result<(StatementId, String)> {
        for bytes in self.tour.town.citizen(cast::HOME)?.node.envelopes().iter().rev() {
            let claim = Claim::<Statement>::decode(bytes)?;
            if claim.claimed().kind == kind {
                return Ok((claim.id(), claim.claimed().body.get().to_owned()));
            }
        }
        bail!("no statement of kind {kind}")
    }

    /// Lets everybody come to rest, and anchors what waits for it.
    fn rest(&mut self) -> anyhow::Result<()> {
        self.tour.town.run_until(|_| false)?;
        self.anchor()
    }

    /// Lets time pass until a date, and everybody come to rest. No anchor is late meanwhile.
    fn wait_until(&mut self, at: Time) -> anyhow::Result<()> {
        while let Some(due) = self.next_anchor()?
            && self.tour.town.now().wall < due
            && due < at
        {
            self.tour.town.pass_until(due)?;
            self.rest()?;
        }
        self.tour.town.pass_until(at)?;
        self.rest()
    }

    /// Lets the epoch end and be closed.
    fn next_epoch(&mut self) -> anyhow::Result<()> {
        let now = self.tour.town.now().wall.unix();
        self.wait_until(Time::from_unix((now.div_euclid(HOUR) + 1) * HOUR))
    }
}
