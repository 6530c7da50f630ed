//! The threshold committee: three people make a key that nobody holds, and two of them sign with it. They offer their keys; what
//! follows from that, their nodes state.

use anyhow::Context as _;
use comity_commitment::{CommitmentFact, CommitteePlanned, KeyBase};
use comity_node::Command;
use comity_wire::StatementId;

use super::story::brief;
use super::{HOUR, Senate, cast};

/// How many of the committee sign: as many as must.
const THRESHOLD: u16 = 2;

impl Senate {
    /// The distributed ceremony, all of it by public statements.
    pub(super) fn make_key(&mut self) -> anyhow::Result<()> {
        self.story.chapter("The committee");
        for name in cast::COMMITTEE {
            let actor = self.key(name)?;
            self.command(Command::OfferKey { actor })?;
        }
        self.plan_key()?;
        // Whoever was dealt something wrong has this long to say so.
        self.tour.town.pass(HOUR)?;
        let record = self.world()?.record(self.id()?).context("no record")?;
        let term = record.committee().terms().last().context("no key was made")?;
        let (key, keyed) = (term.key.clone(), brief(term.statement));
        let names = cast::COMMITTEE.join(", ");
        self.story.tell(format!("{names} deal a key that none of them holds: {keyed}"));
        self.story.tell("any two of the three certify, and sign a beacon for each epoch");
        self.found_harbour(&key)?;
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
}
