//! The summary as text: 80 columns, no colour, nothing that a terminal must interpret.

use std::fmt::Write as _;

use comity_mycel::facts::{Assurance, Verdict};

use super::page::{heading, line, short, wrapped};
use super::{OrderLine, ReviewLine, Summary};

pub(super) fn text(summary: &Summary) -> String {
    let mut out = String::new();
    let note =
        if summary.is_simulated { "simulated" } else { "real series, simulated device keys" };
    heading(&mut out, "Comity tour");
    line(&mut out, &format!("{} ({note})", summary.source));
    line(&mut out, &format!("{} rows; {}", group(summary.rows), summary.calibration));
    if 0 < summary.clock_folds {
        line(
            &mut out,
            &format!("local clock changes tolerated in the series: {}", summary.clock_folds),
        );
    }
    line(&mut out, &format!("all keys follow from seed {}: for showing only", summary.seed));

    heading(&mut out, "Who");
    for member in &summary.sovereigns {
        let _ = writeln!(
            out,
            "  {:<10} {:<26} {:<11} {}",
            member.name,
            member.organisation,
            member.region,
            short(&member.id)
        );
    }
    for order in &summary.orders {
        order_text(&mut out, order);
    }

    trust_text(&mut out, summary);
    books_text(&mut out, summary);
    records_text(&mut out, summary);
    heading(&mut out, "What this does not prove");
    for item in &summary.does_not_prove {
        wrapped(&mut out, "  - ", item);
    }
    if let Some(place) = &summary.exported_to {
        heading(&mut out, "Recheck it yourself");
        line(&mut out, &format!("comity-verify {place}"));
    }
    out
}

fn trust_text(out: &mut String, summary: &Summary) {
    heading(out, "Trust (units of 1e-9)");
    if summary.trust.is_empty() {
        line(out, "nobody's trust changed");
    }
    for trust in &summary.trust {
        let change = trust.after - trust.before;
        let held = if trust.held { "  held by the delta guard" } else { "" };
        let _ = writeln!(
            out,
            "  {:<10} {:<10} {} -> {}  ({}{}){held}",
            trust.actor,
            trust.sovereign,
            nano(trust.before),
            nano(trust.after),
            if change < 0 { "-" } else { "+" },
            nano(change.abs()),
        );
    }
}

fn books_text(out: &mut String, summary: &Summary) {
    heading(out, "Books of the ledger keeper");
    for (account, amount) in &summary.balances {
        let _ = writeln!(out, "  {account:<44} {:>16}", signed(*amount));
    }
    for (asset, sum) in &summary.ledger_sums {
        let _ = writeln!(out, "  {:<44} {sum:>16}", format!("sum of all accounts ({asset})"));
    }
}

fn records_text(out: &mut String, summary: &Summary) {
    heading(out, "Records");
    for member in &summary.sovereigns {
        let _ = writeln!(
            out,
            "  {:<10} {:>4} statements  root {}  {} cosignatures",
            member.name,
            member.statements,
            short(&member.root),
            member.witnesses
        );
        let _ = writeln!(
            out,
            "  {:<10} {:>4} epoch{}       commitment {}",
            "",
            member.commitments,
            if member.commitments == 1 { " " } else { "s" },
            short(&member.commitment)
        );
    }
}

fn order_text(out: &mut String, order: &OrderLine) {
    heading(out, &format!("Order {}: {}", short(&order.id), order.title));
    let (amount, asset) = &order.reward;
    line(
        out,
        &format!("tier {}, {}, reward {} {asset}", order.tier, order.domain_type, group(*amount)),
    );
    line(out, &format!("judged from {} to {}", order.span.0, order.span.1));
    line(out, &format!("accepted if {}", order.predicate));
    if !order.path.is_empty() {
        wrapped(out, "  mission: ", &order.path.join(" -> "));
    }
    if let Some(gate) = &order.gate {
        line(out, &format!("final gate: {gate}"));
    }
    if let (Some(worker), Some(evidence)) = (&order.worker, &order.evidence) {
        line(
            out,
            &format!(
                "worker {worker}: {} rows sealed as {}, {} alarms claimed",
                group(evidence.rows),
                short(&evidence.root),
                evidence.alarms
            ),
        );
        line(out, "  sealed (salted) before anybody could know what an audit would draw");
    }
    for review in &order.reviews {
        review_text(out, review);
    }
    line(out, &format!("money: {}", order.state));
}

fn review_text(out: &mut String, review: &ReviewLine) {
    let verdict = match review.verdict {
        Verdict::Accept => "accepts",
        Verdict::Reject => "rejects",
    };
    line(
        out,
        &format!(
            "reviewer {} {verdict} [{}], class {:?}",
            review.reviewer, review.code, review.assurance
        ),
    );
    line(out, &format!("  declares {}, {}", review.model_family, review.method_type));
    line(out, &format!("  from {}, {}", review.organisation, review.region));
    match (review.assurance, review.audited) {
        (Assurance::A1, Some(rows)) => {
            let met = percent(i64::try_from(review.detection_ppm).unwrap_or(0));
            line(
                out,
                &format!(
                    "  opened {rows} rows: {} that a later beacon drew, and those with an alarm; if \
                     5 % of the rows were false, the draw would have met one with {met} %",
                    review.drawn
                ),
            );
        }
        _ => line(out, "  re-executed the module and the MIP's verifier on every row"),
    }
    if let (Some(recall), Some(precision)) =
        (review.outputs.get("recall_ppm"), review.outputs.get("precision_ppm"))
    {
        let of = |name: &str| review.outputs.get(name).copied().unwrap_or(0);
        line(
            out,
            &format!(
                "  recall {} % ({} of {} windows), precision {} % ({} of {} alarm days)",
                percent(*recall),
                of("windows_hit"),
                of("windows"),
                percent(*precision),
                of("alarm_days_true"),
                of("alarm_days"),
            ),
        );
    }
}

/// Parts per million as a percentage with one digit, rounded down.
fn percent(ppm: i64) -> String {
    format!("{}.{}", ppm / 10_000, ppm % 10_000 / 1_000)
}

fn nano(value: i64) -> String {
    format!("{}.{:09}", value / 1_000_000_000, value % 1_000_000_000)
}

fn group(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index != 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn signed(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}", group(value.unsigned_abs()))
}
