//! From what was received to a status.

use std::collections::BTreeMap;

use comity_wire::mesh_json::Datetime;

use super::{DAY_SECONDS, Duty, OfflineNotice, OperatorHeartbeat, RENEWAL_SECONDS};
use crate::keys::{MeshKey, SignedObject};
use crate::objects;
use crate::operator::words::{closed, seconds_between};

/// After so many intervals something that is late counts as abandoned: 24 hours are late, 72 hours are stale.
const INTERVALS_TO_STALE: i64 = 3;

closed! {
    /// How an operator is doing.
    pub enum ContinuityStatus expects "a continuity status" {
        /// Every duty was done in time.
        Healthy = "healthy",
        /// Something is late or wants a look.
        Watch = "watch",
        /// Something is so late that it cannot be relied upon.
        Stale = "stale",
        /// The operator said before that nobody would be there.
        DeclaredOffline = "declared_offline",
    }
}

closed! {
    /// What was found.
    pub enum FindingCode expects "a continuity finding" {
        /// A heartbeat that does not verify; it counts for nothing.
        HeartbeatRefused = "heartbeat_refused",
        /// A notice that does not verify; it counts for nothing.
        NoticeRefused = "notice_refused",
        /// Two different heartbeats of one sequence, both signed; neither counts.
        HeartbeatEquivocation = "heartbeat_equivocation",
        /// Two different notices of one sequence, both signed; neither counts.
        NoticeEquivocation = "notice_equivocation",
        /// A heartbeat is dated before one of a lower sequence.
        ClockWentBack = "clock_went_back",
        /// No heartbeat counts.
        NoHeartbeat = "no_heartbeat",
        /// The last heartbeat is old.
        HeartbeatLate = "heartbeat_late",
        /// A duty was never done.
        DutyNeverDone = "duty_never_done",
        /// A duty is overdue.
        DutyLate = "duty_late",
        /// Trust material changed, and the bundle was not exported since.
        BundleBehindChange = "bundle_behind_change",
        /// A treaty ends within 30 days.
        TreatyExpiresSoon = "treaty_expires_soon",
        /// No revocation feed was seen.
        FeedUnseen = "feed_unseen",
        /// The revocation feed is old.
        FeedLate = "feed_late",
    }
}

objects! {
    /// One thing found.
    pub struct Finding {
        /// What.
        code: FindingCode,
        /// Which duty, sequence or id; and the reason of a refusal.
        about: String,
        /// What the status is at best with this.
        level: ContinuityStatus,
    }

    /// The answer.
    pub struct Continuity {
        /// Whom it is about.
        sovereign_id: String,
        /// In one word.
        status: ContinuityStatus,
        /// For which time.
        assessed_at: Datetime,
        /// Sequence of the heartbeat that counts.
        heartbeat_sequence: Option<u64>,
        /// End of the absence that is in force.
        offline_until: Option<Datetime>,
        /// Everything found, in the order in which it is looked for.
        findings: Vec<Finding>,
    }
}

/// What somebody holds of an operator.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// Whose.
    pub sovereign_id: &'a str,
    /// Keys of the operator, from elsewhere.
    pub keys: &'a [MeshKey],
    /// All heartbeats, in any order.
    pub heartbeats: &'a [OperatorHeartbeat],
    /// All notices, in any order.
    pub notices: &'a [OfflineNotice],
    /// When the newest revocation feed was issued; `None` if none was seen.
    pub feed_issued_at: Option<Datetime>,
}

/// What one has received of an operator comes to, at `now`.
pub fn assess(received: &Received<'_>, now: Datetime) -> Continuity {
    let mut findings = Vec::new();
    let heartbeats = counted_heartbeats(received, now, &mut findings);
    let notices = counted_notices(received, now, &mut findings);
    let latest = heartbeats.one.last_key_value().map(|(_, heartbeat)| *heartbeat);
    clocks(&heartbeats, &mut findings);
    if let Some(latest) = latest {
        let first = heartbeats.one.values().map(|it| it.issued_at).min_by_key(|it| it.instant());
        duties(latest, first.unwrap_or(latest.issued_at), now, &mut findings);
    } else {
        findings.push(found(FindingCode::NoHeartbeat, "", ContinuityStatus::Stale));
    }
    match received.feed_issued_at {
        None => findings.push(found(FindingCode::FeedUnseen, "", ContinuityStatus::Stale)),
        Some(issued) => late(FindingCode::FeedLate, "", issued, DAY_SECONDS, now, &mut findings),
    }
    let absence = absence(&notices, latest, now);
    let is_two_faced = heartbeats.twice.last() > heartbeats.one.keys().last();
    let worst = findings.iter().map(|finding| finding.level).max();
    let status = match absence {
        _ if is_two_faced => ContinuityStatus::Stale,
        Some(_) => ContinuityStatus::DeclaredOffline,
        None => worst.unwrap_or(ContinuityStatus::Healthy),
    };
    Continuity {
        sovereign_id: received.sovereign_id.to_owned(),
        status,
        assessed_at: now,
        heartbeat_sequence: latest.map(|latest| latest.sequence),
        offline_until: absence.map(|notice| notice.until),
        findings,
    }
}

fn found(code: FindingCode, about: impl Into<String>, level: ContinuityStatus) -> Finding {
    Finding { code, about: about.into(), level }
}

/// Objects by sequence: those that have theirs alone, and the sequences that several claim.
struct BySequence<'a, T> {
    one: BTreeMap<u64, &'a T>,
    twice: Vec<u64>,
}

fn by_sequence<'a, T: SignedObject>(items: Vec<(u64, &'a T)>) -> BySequence<'a, T> {
    let mut one: BTreeMap<u64, &'a T> = BTreeMap::new();
    let mut twice = Vec::new();
    for (sequence, item) in items {
        match one.get(&sequence) {
            Some(other) if other.signed_bytes() != item.signed_bytes() => twice.push(sequence),
            Some(_) => {}
            None => drop(one.insert(sequence, item)),
        }
    }
    twice.sort_unstable();
    twice.dedup();
    one.retain(|sequence, _| !twice.contains(sequence));
    BySequence { one, twice }
}

fn counted_heartbeats<'a>(
    received: &Received<'a>,
    now: Datetime,
    findings: &mut Vec<Finding>,
) -> BySequence<'a, OperatorHeartbeat> {
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for heartbeat in received.heartbeats {
        match heartbeat.verify(received.sovereign_id, received.keys, None, now) {
            Ok(()) => good.push((heartbeat.sequence, heartbeat)),
            Err(reason) => refused.push(format!("{}: {reason}", heartbeat.heartbeat_id)),
        }
    }
    report_refused(FindingCode::HeartbeatRefused, refused, findings);
    let counted = by_sequence(good);
    for sequence in &counted.twice {
        let (code, level) = (FindingCode::HeartbeatEquivocation, ContinuityStatus::Watch);
        findings.push(found(code, sequence.to_string(), level));
    }
    counted
}

fn counted_notices<'a>(
    received: &Received<'a>,
    now: Datetime,
    findings: &mut Vec<Finding>,
) -> BySequence<'a, OfflineNotice> {
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for notice in received.notices {
        match notice.verify(received.sovereign_id, received.keys, now) {
            Ok(()) => good.push((notice.sequence, notice)),
            Err(reason) => refused.push(format!("{}: {reason}", notice.notice_id)),
        }
    }
    report_refused(FindingCode::NoticeRefused, refused, findings);
    let counted = by_sequence(good);
    for sequence in &counted.twice {
        let (code, level) = (FindingCode::NoticeEquivocation, ContinuityStatus::Watch);
        findings.push(found(code, sequence.to_string(), level));
    }
    counted
}

/// A forgery by somebody else must not lower anybody's status.
fn report_refused(code: FindingCode, mut refused: Vec<String>, findings: &mut Vec<Finding>) {
    refused.sort_unstable();
    let refused = refused.into_iter();
    findings.extend(refused.map(|about| found(code, about, ContinuityStatus::Healthy)));
}

fn clocks(heartbeats: &BySequence<'_, OperatorHeartbeat>, findings: &mut Vec<Finding>) {
    let pairs = heartbeats.one.values().zip(heartbeats.one.values().skip(1));
    for (_, after) in
        pairs.filter(|(before, after)| after.issued_at.instant() < before.issued_at.instant())
    {
        let about = after.sequence.to_string();
        findings.push(found(FindingCode::ClockWentBack, about, ContinuityStatus::Watch));
    }
}

fn duties(latest: &OperatorHeartbeat, first: Datetime, now: Datetime, findings: &mut Vec<Finding>) {
    late(FindingCode::HeartbeatLate, "", latest.issued_at, DAY_SECONDS, now, findings);
    for duty in Duty::ALL {
        let interval = duty.interval_seconds();
        if let Some(done) = latest.done_at(*duty) {
            late(FindingCode::DutyLate, duty.as_str(), done, interval, now, findings);
        } else {
            let level = level(first, interval, now).unwrap_or(ContinuityStatus::Watch);
            findings.push(found(FindingCode::DutyNeverDone, duty.as_str(), level));
        }
    }
    let exported = latest.done_at(Duty::Bundle).map(Datetime::instant);
    if let Some(changed) = latest.trust_changed_at
        && exported < Some(changed.instant())
    {
        let level = level(changed, DAY_SECONDS, now).unwrap_or(ContinuityStatus::Watch);
        findings.push(found(FindingCode::BundleBehindChange, "", level));
    }
    if let Some(expiry) = latest.next_treaty_expiry
        && seconds_between(now, expiry) < RENEWAL_SECONDS
    {
        let about = expiry.to_string();
        findings.push(found(FindingCode::TreatyExpiresSoon, about, ContinuityStatus::Watch));
    }
}

/// How bad it is that something was last done `done`; `None` within its interval.
pub(super) fn level(done: Datetime, interval: i64, now: Datetime) -> Option<ContinuityStatus> {
    if now.instant() <= done.plus(interval).instant() {
        None
    } else if now.instant() <= done.plus(INTERVALS_TO_STALE * interval).instant() {
        Some(ContinuityStatus::Watch)
    } else {
        Some(ContinuityStatus::Stale)
    }
}

fn late(
    code: FindingCode,
    about: &str,
    done: Datetime,
    interval: i64,
    now: Datetime,
    findings: &mut Vec<Finding>,
) {
    findings.extend(level(done, interval, now).map(|level| found(code, about, level)));
}

/// The notice in force: it covers now, no later notice replaces it, and no heartbeat came since it began.
fn absence<'a>(
    notices: &BySequence<'a, OfflineNotice>,
    latest: Option<&OperatorHeartbeat>,
    now: Datetime,
) -> Option<&'a OfflineNotice> {
    let stands = |notice: &&OfflineNotice| {
        let later = notices.one.values().filter(|later| notice.sequence < later.sequence);
        let is_replaced = later
            .filter_map(|later| later.replaces.as_deref())
            .any(|replaced| replaced == notice.notice_id);
        let is_back = latest.is_some_and(|it| notice.from.instant() <= it.issued_at.instant());
        notice.covers(now) && !is_replaced && !is_back
    };
    notices.one.values().copied().filter(stands).max_by_key(|notice| notice.until.instant())
}
