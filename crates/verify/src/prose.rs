//! The words for what is proven, how strongly, and what is not.

use comity_constitution::Nano;
use comity_mycel::facts::{Assurance, RefundReason};
use comity_replay::report::{Money, OrderLine, Report};
use comity_wire::SovereignId;

/// What a report of a class shows.
pub(crate) const fn shows(class: Assurance) -> &'static str {
    match class {
        Assurance::A0 => "ran in the claimant's own vault: the claim fits its own commitment",
        Assurance::A1 => "audited leaves that were drawn after the commitment",
        Assurance::A2 => "compared with the buyer's own committed meter",
        Assurance::A3 => "ran the verifier again on every row of the evidence",
        Assurance::A4 => "checked an attestation of hardware or a zero-knowledge proof",
    }
}

/// What a report of a class does not show.
pub(crate) const fn does_not_show(class: Assurance) -> &'static str {
    match class {
        Assurance::A0 => "A0 catches nothing false that was committed to.",
        Assurance::A1 => "A1 misses a few altered rows, and false data from the device.",
        Assurance::A2 => "A2 misses two meters that lie together.",
        Assurance::A3 => "A3 misses false data from the device.",
        Assurance::A4 => "A4 rests on that hardware or proof system, and misses false data.",
    }
}

/// What no verification of an export shows.
pub(crate) fn not_proven(report: &Report, expected: &[SovereignId]) -> Vec<String> {
    let mut lines = vec![
        "That the readings are true: a right calculation over committed data proves the \
         calculation."
            .to_owned(),
        "Anything about a device: device signatures are simulated in this version.".to_owned(),
        "That a reviewer did what its signed report says: reports are its word, rows stay private."
            .to_owned(),
        "That reviewers are independent: model family, method, region and organisation are what \
         their sovereigns declare."
            .to_owned(),
        format!(
            "That nobody colludes: the {} sovereigns here witness each other and could have made \
             up all of it together.",
            report.records.len()
        ),
        "That nothing came later: an older export is as valid as it was.".to_owned(),
    ];
    let open = report
        .records
        .iter()
        .filter(|record| !record.sovereign.is_some_and(|id| expected.contains(&id)))
        .count();
    if 0 < open {
        lines.push(format!(
            "Who they are: {open} of {} ids were not given by --expect, so anybody may be behind \
             them.",
            report.records.len()
        ));
    }
    lines
}

/// What became of the money.
pub(crate) fn money(order: &OrderLine) -> String {
    let (amount, asset) = (order.amount, &order.asset);
    match order.money {
        Money::None => format!("no money in escrow; the reward is {amount} {asset}"),
        Money::Held => format!("{amount} {asset} in escrow at {}", order.keeper.name),
        Money::Paid => format!("{amount} {asset} paid to {}, once", order.seller.name),
        Money::Returned { reason } => {
            let (buyer, why) = (&order.buyer.name, why(reason));
            format!("{amount} {asset} returned to {buyer}, once: {why}")
        }
    }
}

const fn why(reason: RefundReason) -> &'static str {
    match reason {
        RefundReason::ClaimRejected => "the claim was rejected",
        RefundReason::Deadline => "the deadline passed",
        RefundReason::DisputeUpheld => "the dispute was upheld",
        RefundReason::Cancelled => "the order was cancelled",
    }
}

/// Millionths as a percentage with one digit, rounded down.
pub(crate) fn percent(ppm: u64) -> String {
    format!("{}.{} %", ppm / 10_000, ppm / 1_000 % 10)
}

/// Trust with six digits, rounded towards zero.
pub(crate) fn trust(value: Nano) -> String {
    let units = value.get();
    let sign = if units < 0 { "-" } else { "" };
    let micro = units.unsigned_abs() / 1_000;
    format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}
