//! What the cooperative's authority states as a clerk: pools, seatings and counts, as the record demands them.

use comity_constitution::chamber::{Choice, Verdict};
use comity_constitution::facts::BallotCast;
use comity_constitution::vote::Vote;
use comity_constitution::{ConstitutionFact, Stage};
use comity_wire::StatementId;

use anyhow::Context as _;

use super::{HOUR, Senate, Speaker};

impl Senate {
    /// Has somebody state a fact of the constitution.
    pub(super) fn constitute(
        &mut self,
        by: Speaker<'_>,
        fact: impl Into<ConstitutionFact>,
    ) -> anyhow::Result<StatementId> {
        self.say(by, fact.into())
    }

    /// Draws the chamber that is due on a question: the pool, the close of its epoch, the beacon of the next but one.
    pub(super) fn seat(&mut self, question: StatementId) -> anyhow::Result<Vec<String>> {
        let (id, at, round) = (self.id()?, self.at()?, self.epoch()? + 2);
        let pool = self.world()?.pool_for(id, question, round, at)?;
        self.constitute(None, pool)?;
        self.next_epoch()?;
        let seconds = i64::try_from(round)? * HOUR - self.tour.town.now().wall.unix();
        self.tour.town.pass(seconds.max(0))?;
        self.publish_beacon()?;
        let seating = self.world()?.seating_for(id, question)?;
        self.constitute(None, seating)?;
        self.rest()?;
        let polity = self.polity()?;
        let amendment = polity.amendment(question).context("no such amendment")?;
        let sitting = amendment.vote().and_then(|vote| vote.sitting()).context("nobody sits")?;
        self.names(&sitting.members().iter().cloned().collect::<Vec<_>>())
    }

    /// A chamber votes: so many of its members say yes, all others no. The count.
    pub(super) fn vote(
        &mut self,
        question: StatementId,
        members: &[String],
        yes: usize,
    ) -> anyhow::Result<Verdict> {
        let (sitting, charter) = {
            let polity = self.polity()?;
            let amendment = polity.amendment(question).context("no such amendment")?;
            let sitting = amendment.vote().and_then(Vote::seated_by);
            (sitting.context("nobody sits")?, polity.charter())
        };
        for (number, name) in members.iter().enumerate() {
            let choice = if number < yes { Choice::Yes } else { Choice::No };
            self.constitute(Some(name), BallotCast { charter, choice, question, sitting })?;
        }
        let count = self.polity()?.count_for(question, self.at()?)?;
        self.constitute(None, count)?;
        self.rest()?;
        Ok(count.verdict)
    }

    /// Where an amendment stands.
    pub(super) fn stage(&self, amendment: StatementId) -> anyhow::Result<Stage> {
        Ok(self.polity()?.amendment(amendment).context("no such amendment")?.stage())
    }
}
