//! A complaint about the quarantine: one panel dismisses it, a fresh one that shares nobody with the first upholds it.

use anyhow::{Context as _, ensure};
use comity_constitution::AppealFact;
use comity_constitution::appeal::facts::{Appealed, Decided, Opened, Responded};
use comity_constitution::appeal::{Case, Code, Effect, Finding, Ground, Relief};
use comity_wire::{KeyId, StatementId, sha256};

use super::story::brief;
use super::{EPOCHS_MAX, Senate, Speaker, cast};

/// Who complains.
const COMPLAINANT: &str = "finn";

impl Senate {
    fn plead(
        &mut self,
        by: Speaker<'_>,
        fact: impl Into<AppealFact>,
    ) -> anyhow::Result<StatementId> {
        self.say(by, fact.into())
    }

    /// From the complaint to what the second panel asks for.
    pub(super) fn appeal(&mut self, subject: StatementId) -> anyhow::Result<()> {
        self.story.chapter("An appeal");
        let respondents = vec![self.key(cast::FOUNDER)?];
        let (evidence, ground) =
            (vec![sha256(b"the rule asked for more than everything")], Ground::QuarantineUnfounded);
        let opened = Opened { evidence, ground, respondents, subject };
        let case = self.plead(Some(COMPLAINANT), opened)?;
        self.story.tell(format!(
            "{COMPLAINANT} complains that the quarantine is unfounded: {}",
            brief(case)
        ));
        let first = self.hear(case, 2)?;
        let standing = self.effect(case)?;
        ensure!(standing == Effect::PriorStateActive, "the first panel is final");
        self.story.tell("until the case is final the quarantine stands");

        let (evidence, text) = (vec![sha256(b"the order's terms")], sha256(b"why once more"));
        self.plead(Some(COMPLAINANT), Appealed { case, evidence, text })?;
        let second = self.hear(case, 4)?;
        ensure!(first.iter().all(|key| !second.contains(key)), "the panels share somebody");
        let effect = self.effect(case)?;
        ensure!(effect == Effect::Upheld(Relief::OpenRecertification), "it was not upheld");
        self.story.tell("nobody sat on both panels; the machine may be certified again");
        let text = sha256(b"a third time");
        let again = Appealed { case, evidence: vec![sha256(b"nothing new")], text };
        let code = self.refused(Some(COMPLAINANT), AppealFact::from(again))?;
        self.story.tell(format!("a case is appealed once: {code}"));
        Ok(())
    }

    fn effect(&self, case: StatementId) -> anyhow::Result<Effect> {
        Ok(self.case(case)?.effect(self.at()?))
    }

    fn case(&self, case: StatementId) -> anyhow::Result<&Case> {
        let appeals = self.world()?.appeals(self.id()?).context("no appeals")?;
        appeals.case(case).context("no such case")
    }

    /// Waits until the beacon has drawn a panel. Who sits, and the statement that says so.
    fn panel(&mut self, case: StatementId) -> anyhow::Result<(Vec<KeyId>, StatementId)> {
        for _ in 0..EPOCHS_MAX {
            let found = self.case(case)?;
            if let Some(seated) = found.seated_by() {
                return Ok((found.panel().to_vec(), seated));
            }
            self.next_epoch()?;
        }
        anyhow::bail!("no panel was drawn")
    }

    /// The founder answers, a panel is drawn, and so many of it uphold. Who sat.
    fn hear(&mut self, case: StatementId, uphold: usize) -> anyhow::Result<Vec<KeyId>> {
        let text = sha256(b"the rules were followed");
        self.plead(Some(cast::FOUNDER), Responded { case, evidence: Vec::new(), text })?;
        let (members, seated) = self.panel(case)?;
        let names = self.names(&members)?;
        for (number, name) in names.iter().enumerate() {
            let (code, finding, reason) = if number < uphold {
                (Code::RuleMisapplied, Finding::Upheld, "no machine could have met that rule")
            } else {
                (Code::RuleFollowed, Finding::Dismissed, "the claim did not meet its rule")
            };
            let reason = format!("{reason} (simulated human)");
            self.plead(Some(name), Decided { case, code, finding, reason, seated })?;
        }
        let upholding = u32::try_from(uphold)?;
        let dismissing = u32::try_from(members.len())?.saturating_sub(upholding);
        let finding = if upholding < dismissing { Finding::Dismissed } else { Finding::Upheld };
        let counted = self.case(case)?.outcomes().last().context("nobody counted")?;
        let count = (counted.upholding, counted.dismissing, counted.finding);
        ensure!(count == (upholding, dismissing, finding), "counted otherwise: {count:?}");
        self.rest()?;
        self.story.tell(format!(
            "{} sit; {upholding} uphold and {dismissing} dismiss: {finding:?}",
            names.join(", ")
        ));
        Ok(members)
    }
}
