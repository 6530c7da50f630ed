//! A machine loses its trust, is quarantined in the same step, and comes back on probation because people say so.

use anyhow::{Context as _, ensure};
use comity_constitution::RiskTier;
use comity_mission::Phase;
use comity_mycel::facts::RefundReason;
use comity_mycel::order::OrderState;
use comity_trust::{
    Endorsed, RecertificationMeasured, RecertificationRequested, Recertified, Standing, TrustFact,
    Updated,
};
use comity_wire::{StatementId, sha256};

use super::story::brief;
use super::{Senate, Speaker, cast};
use crate::tour::{PREDICATE, Progress, Wish};

/// A rule that no report satisfies: more than everything is found.
const IMPOSSIBLE: &str = "report.recall_ppm >= 1000001";
/// The order that fails, and the one that is worked on under probation, by number.
const FAILS: usize = 3;
const PROBATION: usize = 4;
/// People who vouch, none of whom has anything to do with the machine.
const ENDORSERS: [&str; 5] = ["gwen", "hugo", "ines", "jens", "kaja"];

impl Senate {
    /// A claim is rejected: the worker has no trust left. The statement that says so.
    pub(super) fn fail(&mut self, progress: &mut dyn Progress) -> anyhow::Result<StatementId> {
        self.story.chapter("A machine fails");
        let before = self.worth(cast::WORKER)?;
        let predicate = IMPOSSIBLE.to_owned();
        let wish = Wish { tier: RiskTier::R1, predicate, attempts_max: 1 };
        let order = self.carry_out(FAILS, &wish, progress)?;
        let state = self.world()?.order(order)?.placed.state().clone();
        let refunded = OrderState::Refunded { reason: RefundReason::ClaimRejected };
        ensure!(state == refunded, "the claim was not rejected: {state:?}");
        let (shown_by, updated) = self.last_update()?;
        ensure!(updated.quarantined, "there is trust left");
        let after = self.worth(cast::WORKER)?;
        let standing = self.standing()?;
        ensure!(matches!(standing, Standing::Quarantined { .. }), "it is not quarantined");
        self.story.tell("both reviewers reject a claim, the buyer is refunded".to_owned());
        self.story.tell(format!(
            "{}'s trust goes from {before} to {after}, and the same statement quarantines it: {}",
            cast::WORKER,
            brief(shown_by)
        ));
        Ok(shown_by)
    }

    /// The last update of the worker's trust.
    fn last_update(&self) -> anyhow::Result<(StatementId, Updated)> {
        let (id, body) = self.last_of("comity:trust/updated/v1")?;
        Ok((id, serde_json::from_str(&body)?))
    }

    /// How the worker stands.
    fn standing(&self) -> anyhow::Result<Standing> {
        let (world, worker) = (self.world()?, self.key(cast::WORKER)?);
        world.standing(&worker, self.at()?).context("nobody knows the worker")
    }

    fn vouch(
        &mut self,
        by: Speaker<'_>,
        fact: impl Into<TrustFact>,
    ) -> anyhow::Result<StatementId> {
        self.say(by, fact.into())
    }

    /// Measured, vouched for, and on probation: one order of the lowest tier.
    pub(super) fn recertify(&mut self, progress: &mut dyn Progress) -> anyhow::Result<()> {
        self.story.chapter("The machine comes back");
        let wish = Wish { tier: RiskTier::R0, predicate: PREDICATE.to_owned(), attempts_max: 1 };
        progress.stage("an order that a quarantined machine may not work on");
        let order = self.tour.place_as(PROBATION, &self.plant, &wish)?;
        self.rest()?;
        ensure!(!self.has_begun(order)?, "a quarantined machine works");
        self.story
            .tell(format!("an order of tier R0 waits, nobody may work on it: {}", brief(order)));

        let machine = self.key(cast::WORKER)?;
        let request = self.vouch(None, RecertificationRequested { machine })?;
        let (report, cases) = (sha256(b"benchmark report"), 2_000);
        let (correct, reproduced, severe) = (1_950, 1_990, 3);
        let measured =
            RecertificationMeasured { cases, correct, report, reproduced, request, severe };
        let about = self.vouch(None, measured)?;
        self.story.tell(format!("{correct} of {cases} cases right, {severe} severe errors"));
        let code = self.refused(Some("scribe"), TrustFact::from(Endorsed { about }))?;
        self.story.tell(format!("a machine cannot vouch for a machine: {code}"));
        let vouched = ENDORSERS.map(|name| self.vouch(Some(name), Endorsed { about }));
        let endorsements = vouched.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
        let recertified = self.vouch(None, Recertified { endorsements, measured: about })?;
        let left = self.probation()?;
        self.story.tell(format!(
            "{} vouch; on probation for {left} tasks: {}",
            ENDORSERS.join(", "),
            brief(recertified)
        ));
        self.see_through(order, progress)?;
        let state = self.world()?.order(order)?.placed.state().clone();
        ensure!(state == OrderState::Released, "the order was not paid: {state:?}");
        let left = self.probation()?;
        self.story.tell(format!("the order goes on by itself and is paid; {left} tasks are left"));
        Ok(())
    }

    /// Tasks of probation that are left.
    fn probation(&self) -> anyhow::Result<u64> {
        match self.standing()? {
            Standing::Probation { left } => Ok(left),
            other @ (Standing::Active
            | Standing::Quarantined { .. }
            | Standing::Decommissioned { .. }) => {
                anyhow::bail!("it is not on probation: {}", other.name())
            }
        }
    }

    /// Whether anybody works on an order.
    fn has_begun(&self, order: StatementId) -> anyhow::Result<bool> {
        let world = self.world()?;
        let Some(mission) = world.order(order)?.mission else { return Ok(false) };
        Ok(!matches!(world.mission(mission)?.mission.phase(), Phase::Decomposed { .. }))
    }
}
