//! Where each duty stands, for people who want to know why.

use comity_wire::mesh_json::Datetime;

use super::{ContinuityStatus, Duty, OperatorHeartbeat, status};
use crate::objects;
use crate::operator::words::closed;

closed! {
    /// Where a duty stands.
    pub enum DutyState expects "a state of a duty" {
        /// It was done within its interval.
        InTime = "in_time",
        /// Its interval has passed.
        Late = "late",
        /// Three intervals have passed.
        Stale = "stale",
        /// No heartbeat says that it was ever done.
        Never = "never",
    }
}

objects! {
    /// One duty at a time.
    pub struct DutyStanding {
        /// Which.
        duty: Duty,
        /// Where it stands.
        state: DutyState,
        /// When it was last done, by the heartbeat that counts.
        done_at: Option<Datetime> = None,
        /// When it is due again; `null` if it was never done, which is due now.
        due_at: Option<Datetime> = None,
    }
}

/// Where every duty of RFC-007 stands `now`, by the heartbeat that counts; [`super::assess`] says which that is.
pub fn standings(heartbeat: Option<&OperatorHeartbeat>, now: Datetime) -> Vec<DutyStanding> {
    let standing = |duty: &Duty| {
        let interval = duty.interval_seconds();
        let done_at = heartbeat.and_then(|heartbeat| heartbeat.done_at(*duty));
        let state =
            done_at.map_or(DutyState::Never, |done| match status::level(done, interval, now) {
                None | Some(ContinuityStatus::Healthy) => DutyState::InTime,
                Some(ContinuityStatus::Watch) => DutyState::Late,
                Some(ContinuityStatus::Stale | ContinuityStatus::DeclaredOffline) => {
                    DutyState::Stale
                }
            });
        DutyStanding {
            duty: *duty,
            state,
            done_at,
            due_at: done_at.map(|done| done.plus(interval)),
        }
    };
    Duty::ALL.iter().map(standing).collect()
}

#[cfg(test)]
mod tests {
    use comity_wire::mesh_json::Datetime;

    use super::{DutyState, standings};
    use crate::continuity::{DAY_SECONDS, Duty, DutyDone, OperatorHeartbeat};

    #[test]
    fn a_duty_goes_from_in_time_to_stale_by_its_own_interval() {
        let done_at = Datetime::parse("2026-01-01T00:00:00Z").unwrap();
        let done = |duty| DutyDone { duty, done_at, evidence_sha256: None };
        let heartbeat = OperatorHeartbeat {
            object_type: OperatorHeartbeat::OBJECT_TYPE.to_owned(),
            heartbeat_id: "h".to_owned(),
            sovereign_id: "alpha".to_owned(),
            sequence: 1,
            issued_at: done_at,
            duties: vec![done(Duty::Health), done(Duty::Connectome)],
            trust_changed_at: None,
            next_treaty_expiry: None,
            issued_by: "op".to_owned(),
            signature: None,
        };
        let states = |seconds: i64| {
            let now = done_at.plus(seconds);
            let all = standings(Some(&heartbeat), now);
            assert_eq!(all.len(), Duty::ALL.len());
            all.iter().take(3).map(|it| it.state).collect::<Vec<_>>()
        };
        let never = DutyState::Never;
        assert_eq!(states(DAY_SECONDS), [DutyState::InTime, DutyState::InTime, never]);
        assert_eq!(states(DAY_SECONDS + 1), [DutyState::Late, DutyState::InTime, never]);
        assert_eq!(states(7 * DAY_SECONDS + 1), [DutyState::Stale, DutyState::Late, never]);
        assert!(standings(None, done_at).iter().all(|it| it.state == never));
        assert_eq!(standings(Some(&heartbeat), done_at)[0].due_at, Some(done_at.plus(DAY_SECONDS)));
    }
}
