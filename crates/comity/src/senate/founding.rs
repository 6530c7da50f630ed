//! The founding: a charter, a founder, people whose identity is verified, and the first count of them.

use comity_constitution::RuleFile;
use comity_constitution::facts::{Founded, IdentitySignalled, IdentityVerified, Signal};
use comity_wire::sha256;

use super::story::brief;
use super::{Senate, cast};

/// For how many days an identity counts as verified.
const VERIFIED_DAYS: i64 = 300;

impl Senate {
    pub(super) fn found(&mut self) -> anyhow::Result<()> {
        self.story.chapter("The founding");
        let charter = cast::charter()?;
        let hash = charter.hash();
        self.tour.town.learn(&RuleFile::from(charter))?;
        let founder = self.key(cast::FOUNDER)?;
        let founded = self.constitute(None, Founded { charter: hash, founder })?;
        let until = self.at()?.plus(VERIFIED_DAYS * 86_400);
        for name in cast::PEOPLE {
            let actor = self.key(name)?;
            self.constitute(None, IdentityVerified { actor, until })?;
        }
        let (actor, evidence) = (self.key(cast::WORKER)?, sha256(b"what was seen"));
        let signal = Signal::ProofOfAgenthood;
        self.constitute(None, IdentitySignalled { actor, evidence, signal })?;
        self.next_epoch()?;
        let polity = self.polity()?;
        let phase = polity.phase().phase().map_or("none", |phase| phase.name());
        let (people, tier) = (polity.humans(), polity.phase().tier());
        self.story.tell(format!("{} founds it: {}", cast::FOUNDER, brief(founded)));
        self.story.tell(format!(
            "{people} verified people are counted at the first close: phase {phase}, tier {tier}"
        ));
        self.story.tell("an identity signal about a machine is an alert and mints nothing");
        Ok(())
    }
}
