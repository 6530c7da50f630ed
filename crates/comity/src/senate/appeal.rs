//! A complaint about the quarantine: one panel dismisses it, a fresh one that shares nobody with the first upholds it.

use anyhow::{Context as _, ensure};
use comity_constitution::AppealFact;
use comity_constitution::appeal::facts::{
    Appealed, Closed, Decided, Opened, PanelCalled, PanelSeated, Responded,
};
use comity_constitution::appeal::{Code, Effect, Finding, Ground, Relief};
use comity_wire::{KeyId, StatementId, sha256};

use super::story::brief;
use super::{HOUR, Senate, Speaker, cast};

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
        let appeals = self.world()?.appeals(self.id()?).context("no appeals")?;
        Ok(appeals.case(case).context("no such case")?.effect(self.at()?))
    }

    /// The founder answers, a panel is drawn, and so many of it uphold. Who sat.
    fn hear(&mut self, case: StatementId, uphold: usize) -> anyhow::Result<Vec<KeyId>> {
        let text = sha256(b"the rules were followed");
        self.plead(Some(cast::FOUNDER), Responded { case, evidence: Vec::new(), text })?;
        let (id, at, round) = (self.id()?, self.at()?, self.epoch()? + 2);
        let snapshot = self.world()?.appeal_pool_for(id, case, at)?;
        self.plead(None, PanelCalled { case, round, snapshot })?;
        self.next_epoch()?;
        let seconds = i64::try_from(round)? * HOUR - self.tour.town.now().wall.unix();
        self.tour.town.pass(seconds.max(0))?;
        self.publish_beacon()?;
        let members = self.world()?.appeal_panel_for(id, case)?;
        let seated = self.plead(None, PanelSeated { case, members: members.clone() })?;
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
        self.plead(None, Closed { case, dismissing, finding, upholding })?;
        self.rest()?;
        self.story.tell(format!(
            "{} sit; {upholding} uphold and {dismissing} dismiss: {finding:?}",
            names.join(", ")
        ));
        Ok(members)
    }
}
