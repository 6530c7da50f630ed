//! The chapters, in order.

use crate::tour::Progress;

use super::Senate;

pub(super) fn play(senate: &mut Senate, progress: &mut dyn Progress) -> anyhow::Result<()> {
    senate.tour.prepare(progress)?;
    progress.stage("the cooperative founds its constitution");
    senate.found()?;
    progress.stage("three people make the committee's key");
    senate.make_key()?;
    senate.work(progress)?;
    progress.stage("a mission that people judge");
    senate.judge()?;
    progress.stage("an amendment: three chambers, certificate, finality");
    senate.amend()?;
    progress.stage("what is entrenched stays");
    senate.entrenched()?;
    let quarantined = senate.fail(progress)?;
    progress.stage("a complaint, and an appeal to a fresh panel");
    senate.appeal(quarantined)?;
    senate.recertify(progress)?;
    senate.close(progress)
}

impl Senate {
    /// Closes the last epoch, and has every record cosigned.
    fn close(&mut self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        self.tour.close_epoch(progress)?;
        self.tour.seal(progress)?;
        self.story.count(&self.tour)?;
        self.records();
        Ok(())
    }

    /// The last chapter: what there is now.
    fn records(&mut self) {
        self.story.chapter("The records");
        let lines: Vec<String> = self
            .tour
            .town
            .citizens()
            .filter_map(|(name, citizen)| {
                let view = citizen.node.world().record(citizen.node.id()?)?;
                let (statements, epochs) = (view.log.size(), view.chain().len());
                Some(format!("{name}: {statements} statements, {epochs} closed epochs"))
            })
            .collect();
        for line in lines {
            self.story.tell(line);
        }
        let story = &self.story;
        let of = |name: &str| story.of_kind(name);
        let counted = format!(
            "{} beacons, {} certificates, {} anchors on the embedded stand-in",
            of("commitment/beacon_published"),
            of("commitment/certified"),
            of("commitment/anchored"),
        );
        let (silent, replaced) = (of("mission/reviewer_silent"), of("mission/reviewer_replaced"));
        let text = format!("{silent} reviewers were found silent, {replaced} replaced");
        self.story.tell(counted);
        self.story.tell(text);
    }
}
