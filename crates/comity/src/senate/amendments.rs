//! Two amendments and a third that never was: what chambers pass comes into force, what is entrenched needs four fifths, and what
//! cannot be amended is refused by name.

use anyhow::{Context as _, ensure};
use comity_constitution::amendment::Amendment;
use comity_constitution::chamber::Verdict;
use comity_constitution::facts::{Change, Instrument, Proposed, Sponsored};
use comity_constitution::{
    ConstitutionFact, DomainType, Nano, ParameterFile, Parameters, RiskTier, RuleFile, Stage,
};
use comity_wire::{Digest, StatementId, sha256};

use super::story::brief;
use super::undertaking::Work;
use super::{HOUR, Senate, cast};

/// The guard that the amendment asks for: a trust of 0.018 more in an epoch, instead of 0.020.
const DELTA_FAST: Nano = Nano::new(18_000_000);

impl Senate {
    /// From the mission that makes the file to the first epoch that closes under it.
    pub(super) fn amend(&mut self) -> anyhow::Result<()> {
        self.story.chapter("An amendment, which is a mission of tier R3");
        let change = self.change(|file| file.trust.delta_fast = DELTA_FAST)?;
        let mission = self.draft_rules(change.to)?;
        let amendment = self.propose(("alma", "bent"), change, mission.digest())?;
        self.story.tell(format!(
            "alma proposes that trust.delta_fast be 0.018, bent sponsors it: {}",
            brief(amendment)
        ));
        for chamber in ["proposal", "ratification", "challenge"] {
            let until = self.polity()?.amendment(amendment).and_then(Amendment::waits_until);
            if let Some(until) = until {
                let days = (until.unix() - self.at()?.unix() + HOUR) / 86_400;
                self.story.tell(format!("the challenge window is open for {days} days"));
                self.wait_until(until)?;
                self.next_epoch()?;
            }
            let members = self.seat(amendment)?;
            let verdict = self.vote(amendment, &members, members.len())?;
            ensure!(verdict == Verdict::Passed, "the {chamber} chamber said {verdict:?}");
            self.story.tell(format!("the {chamber} chamber passes it: {}", members.join(", ")));
            if self.stage(amendment)? != Stage::Confirmed {
                self.rest()?;
            }
        }
        self.activate(amendment)?;
        self.next_epoch()?;
        let view = self.world()?.record(self.id()?).context("no record")?;
        let close = view.committee().closes().last().context("no epoch was closed")?;
        ensure!(close.parameters == change.to, "the epoch was closed under other parameters");
        self.story.tell("the next epoch is closed under the new parameters");
        let phase = self.world()?.mission(mission)?.mission.phase().name();
        self.story
            .tell(format!("{}'s mission is {phase}: chambers decided, no machine", cast::FOUNDER));
        Ok(())
    }

    /// A mission of the tier that only chambers decide: its one task makes a file of rules.
    fn draft_rules(&mut self, file: Digest) -> anyhow::Result<StatementId> {
        let mission = self.undertake_work(&Work {
            title: "a slower guard of trust",
            class: "constitutional_change",
            tier: RiskTier::R3,
            domain: DomainType::Normative,
            scope: "the parameters of trust",
            task: ("write", "write the file"),
            made: file,
        })?;
        self.story.tell(format!(
            "{} has {} write a file of parameters: {}",
            cast::FOUNDER,
            cast::WORKER,
            brief(mission)
        ));
        Ok(mission)
    }

    /// The certificate, its finality, and the rules in force.
    fn activate(&mut self, amendment: StatementId) -> anyhow::Result<()> {
        let activation = self.polity()?.activation_of(amendment)?;
        let certified = self.world()?.certificate_of(self.id()?, &activation.decision);
        let certified = brief(certified.context("it is not certified")?.statement);
        self.story.tell(format!("any two of the committee certify the decision: {certified}"));
        let code = self.refused(None, ConstitutionFact::from(activation))?;
        self.story.tell(format!("before the certificate is final it is not in force: {code}"));
        self.anchor()?;
        ensure!(self.stage(amendment)? == Stage::Activated, "it is not in force");
        let (activated, _) = self.last_of("comity:constitution/activated/v1")?;
        self.story
            .tell(format!("certified, anchored and final, it is in force: {}", brief(activated)));
        Ok(())
    }

    /// What is entrenched, and what nobody can amend.
    pub(super) fn entrenched(&mut self) -> anyhow::Result<()> {
        self.story.chapter("What is entrenched");
        let fixed = self.change(|file| file.commitment.epoch_s = 1_800)?;
        let text = sha256(b"shorter epochs");
        let code =
            self.refused(Some("cleo"), ConstitutionFact::from(Proposed { change: fixed, text }))?;
        self.story.tell(format!(
            "cleo proposes epochs of half an hour; refused by name, nothing recorded: {code}"
        ));
        let change = self.change(|file| file.governance.challenge_window_s = 86_400)?;
        let amendment = self.propose(("dora", "emil"), change, sha256(b"reasons"))?;
        self.story.tell(format!(
            "dora proposes a challenge window of one day, which is entrenched: {}",
            brief(amendment)
        ));
        let members = self.seat(amendment)?;
        let verdict = self.vote(amendment, &members, members.len())?;
        ensure!(verdict == Verdict::Passed, "the proposal chamber said {verdict:?}");
        let members = self.seat(amendment)?;
        let yes = members.len() - 1;
        let verdict = self.vote(amendment, &members, yes)?;
        ensure!(verdict == Verdict::Rejected, "the ratification chamber said {verdict:?}");
        self.rest()?;
        self.story.tell(format!(
            "{yes} of {} ratify it, which is less than four fifths: {verdict:?}",
            members.len()
        ));
        let refusal =
            self.polity()?.activation_of(amendment).err().context("it can be activated")?;
        self.story.tell(format!("it can never be activated: {}", refusal.code()));
        Ok(())
    }

    /// A change of the parameters in force, published for everybody.
    fn change(&mut self, edit: impl FnOnce(&mut ParameterFile)) -> anyhow::Result<Change> {
        let from = self.polity()?.parameters();
        let mut file = self.world()?.parameters_of(self.id()?)?.to_file();
        edit(&mut file);
        let file = Parameters::new(file)?;
        let change = Change { from, instrument: Instrument::Parameters, to: file.hash() };
        self.tour.town.learn(&RuleFile::from(file))?;
        Ok(change)
    }

    fn propose(
        &mut self,
        (by, sponsor): (&str, &str),
        change: Change,
        text: Digest,
    ) -> anyhow::Result<StatementId> {
        let amendment = self.constitute(Some(by), Proposed { change, text })?;
        self.constitute(Some(sponsor), Sponsored { amendment })?;
        Ok(amendment)
    }
}
