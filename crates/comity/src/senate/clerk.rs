//! Chambers: the node draws and counts them when it is time, their members vote.

use comity_constitution::chamber::{Choice, Verdict};
use comity_constitution::facts::BallotCast;
use comity_constitution::vote::Vote;
use comity_constitution::{ConstitutionFact, Stage};
use comity_wire::StatementId;

use anyhow::Context as _;

use super::{EPOCHS_MAX, Senate, Speaker};

impl Senate {
    /// Has somebody state a fact of the constitution.
    pub(super) fn constitute(
        &mut self,
        by: Speaker<'_>,
        fact: impl Into<ConstitutionFact>,
    ) -> anyhow::Result<StatementId> {
        self.say(by, fact.into())
    }

    /// Waits until the beacon has drawn the chamber that is due on a question. Its members.
    pub(super) fn seat(&mut self, question: StatementId) -> anyhow::Result<Vec<String>> {
        for _ in 0..EPOCHS_MAX {
            let amendment = self.polity()?.amendment(question).context("no such amendment")?;
            if let Some(sitting) = amendment.vote().and_then(Vote::sitting) {
                return self.names(&sitting.members().iter().cloned().collect::<Vec<_>>());
            }
            self.next_epoch()?;
        }
        anyhow::bail!("nobody sits")
    }

    /// A chamber votes: so many of its members say yes, all others no. The count, which the last ballot brings about.
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
        let amendment = self.polity()?.amendment(question).context("no such amendment")?;
        Ok(amendment.tallies().last().context("nobody counted")?.verdict)
    }

    /// Where an amendment stands.
    pub(super) fn stage(&self, amendment: StatementId) -> anyhow::Result<Stage> {
        Ok(self.polity()?.amendment(amendment).context("no such amendment")?.stage())
    }
}
