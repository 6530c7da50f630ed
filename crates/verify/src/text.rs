//! The report for people: 80 columns, no colour.

use comity_mycel::facts::Verdict;
use comity_replay::report::{
    Check, ContractLine, OrderLine, Outcome, RecordLine, Report, ReportLine, Summary,
};
use comity_replay::verify::{History, Relationship, Verification};

use crate::args::Request;
use crate::prose;

/// Columns of a line.
const WIDTH: usize = 80;
/// Most orders shown in full; `--json` has them all.
const ORDERS_SHOWN_MAX: usize = 20;

/// The whole text; the last line is the verdict.
pub(crate) fn render(request: &Request, verification: &Verification) -> String {
    let mut page = Page::default();
    if !request.quiet {
        for (path, report) in request.directories.iter().zip(&verification.reports) {
            page.line(0, &format!("export {}", path.display()));
            if request.contract {
                contract(&mut page, report);
            } else {
                export(&mut page, report, request);
            }
        }
        histories(&mut page, &verification.histories);
    }
    // Never broken: scripts read it.
    page.text + &verdict(verification) + "\n"
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Words broken into lines, each indented. A word longer than a line stands alone.
    fn line(&mut self, indent: usize, words: &str) {
        self.hang(indent, indent, words);
    }

    /// Words broken into lines, the first indented differently from the rest.
    fn hang(&mut self, first: usize, rest: usize, words: &str) {
        let mut column = first;
        self.text.push_str(&" ".repeat(first));
        let mut is_first = true;
        for word in words.split(' ') {
            if !is_first && WIDTH < column + 1 + word.chars().count() {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(rest));
                column = rest;
            } else if !is_first {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(word);
            column += word.chars().count();
            is_first = false;
        }
        self.text.push('\n');
    }
}

fn export(page: &mut Page, report: &Report, request: &Request) {
    for record in &report.records {
        page.blank();
        head(page, record);
        let own = |check: &&Check| check.folder.as_ref() == Some(&record.folder);
        report.checks.iter().filter(own).for_each(|it| check(page, it));
    }
    page.blank();
    page.line(0, "all records together");
    report.checks.iter().filter(|it| it.folder.is_none()).for_each(|it| check(page, it));
    if let Some(summary) = &report.summary {
        proven(page, report, summary, request);
    } else {
        page.blank();
        page.line(0, "Nothing is shown as proven, since a check did not pass.");
    }
    page.blank();
}

/// The twelve lines, each with its reason below it.
fn contract(page: &mut Page, report: &Report) {
    for line in &report.contract {
        let ContractLine { number, text, standing, why } = line;
        page.hang(0, 16, &format!("{number:>2}  {:<11} {text}", standing.name()));
        page.line(16, why);
    }
    page.blank();
}

fn head(page: &mut Page, record: &RecordLine) {
    let RecordLine { folder, statements, epochs, .. } = record;
    let last = record.last.map(|at| format!(", last dated {at}")).unwrap_or_default();
    let (statements, epochs) = (count(*statements, "statement"), count(*epochs, "epoch"));
    page.line(0, &format!("{folder}: {statements}, {epochs} closed{last}"));
    if let Some(id) = record.sovereign {
        page.line(2, &format!("id {id}"));
        let who = [record.organisation.as_str(), &record.region].join(", ");
        page.line(2, &format!("declares to be {who}"));
    }
}

fn check(page: &mut Page, check: &Check) {
    let name = check.name;
    match &check.outcome {
        Outcome::Passed { detail } => {
            page.hang(2, 23, &format!("ok       {name:<11} {detail}"));
        }
        Outcome::Skipped { because } => {
            page.hang(2, 4, &format!("skipped  {name:<11} {because}"));
        }
        Outcome::Refused { place, code, message } => {
            page.hang(2, 4, &format!("REFUSED  {name:<11} {place}"));
            page.line(4, &format!("{code}: {message}"));
        }
    }
}

fn proven(page: &mut Page, report: &Report, summary: &Summary, request: &Request) {
    for order in summary.orders.iter().take(ORDERS_SHOWN_MAX) {
        page.blank();
        show_order(page, order);
    }
    if let Some(more) = summary.orders.len().checked_sub(ORDERS_SHOWN_MAX).filter(|n| 0 < *n) {
        page.blank();
        page.line(0, &format!("... and {more} more orders; --json has them all"));
    }
    for books in &summary.books {
        page.blank();
        let (keeper, asset) = (&books.keeper.name, &books.asset);
        page.line(0, &format!("books of {keeper} in {asset}: they sum to zero"));
        let vaults: Vec<String> =
            books.vaults.iter().map(|(party, sum)| format!("{} has {sum}", party.name)).collect();
        let (came_in, held) = (books.came_in, books.held);
        page.line(2, &format!("{came_in} came in, {held} held for orders, {}", vaults.join(", ")));
    }
    page.blank();
    page.line(0, "What this does not prove");
    for line in prose::not_proven(report, &request.expect) {
        page.hang(2, 4, &format!("- {line}"));
    }
}

fn show_order(page: &mut Page, order: &OrderLine) {
    page.line(0, &format!("order {}: {}", order.id.short(), order.title));
    let OrderLine { buyer, seller, house, keeper, .. } = order;
    let roles = format!(
        "{} ordered from {}; {} reviewed, {} held the money",
        buyer.name, seller.name, house.name, keeper.name
    );
    page.line(2, &roles);
    let (tier, mip) = (order.tier.name(), &order.mip);
    page.line(2, &format!("tier {tier}, judged by {mip}, rule {}", order.predicate));
    let attempts = count(order.attempts, "attempt");
    page.line(2, &format!("{} after {attempts}", order.state));
    page.line(2, "proven");
    let mut reports: Vec<&ReportLine> = order.reports.iter().collect();
    reports.sort_by_key(|line| std::cmp::Reverse(line.assurance));
    for line in reports {
        show_report(page, line);
    }
    page.hang(4, 6, &format!("money: {}", prose::money(order)));
    for line in &order.trust {
        let (before, after) = (prose::trust(line.before), prose::trust(line.after));
        let held = if line.is_held { ", held by the delta guard" } else { "" };
        let whose = format!("{} ({})", line.actor, line.sovereign.name);
        page.hang(4, 6, &format!("trust: {whose} {before} -> {after}{held}"));
    }
    let mut classes: Vec<_> = order.reports.iter().map(|line| line.assurance).collect();
    classes.sort_unstable();
    classes.dedup();
    if !classes.is_empty() {
        page.line(2, "not proven");
    }
    for class in classes {
        page.hang(4, 6, prose::does_not_show(class));
    }
}

fn show_report(page: &mut Page, line: &ReportLine) {
    let ReportLine { assurance, reviewer, declared, code, .. } = line;
    let says = match line.verdict {
        Verdict::Accept => "accepts",
        Verdict::Reject => "rejects",
    };
    page.hang(4, 6, &format!("{assurance:?} {reviewer} ({declared}) {says}: {code}"));
    page.line(6, &format!("says that it {}", prose::shows(*assurance)));
    if !line.outputs.is_empty() {
        let outputs = line.outputs.iter().map(|(name, value)| format!("{name} {value}"));
        page.line(6, &outputs.collect::<Vec<_>>().join(", "));
    }
    if let Some(audit) = &line.audit {
        let (five, one) =
            (prose::percent(audit.finds_5_percent_ppm), prose::percent(audit.finds_1_percent_ppm));
        let (drawn, rows) = (audit.drawn, audit.rows);
        page.line(
            6,
            &format!(
                "{drawn} of {rows} leaves drawn: finds false rows with probability {five} if 5 % \
                 are false, {one} if 1 % are"
            ),
        );
    }
}

fn histories(page: &mut Page, histories: &[History]) {
    if histories.is_empty() {
        return;
    }
    page.line(0, "one sovereign in two exports");
    for history in histories {
        check(page, &history.to_check());
        if matches!(history.relationship, Relationship::Forked { .. }) {
            page.line(4, "--json holds both signed checkpoints as evidence");
        }
    }
    page.blank();
}

/// A number with its noun.
fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// One line: valid, or the first reason; a lie about history goes before everything else.
fn verdict(verification: &Verification) -> String {
    if verification.is_valid() {
        let sum = |of: fn(&Summary) -> usize| -> usize {
            verification.reports.iter().filter_map(|it| it.summary.as_ref()).map(of).sum()
        };
        let records: usize = verification.reports.iter().map(|it| it.records.len()).sum();
        let statements: u64 = verification
            .reports
            .iter()
            .filter_map(|it| it.summary.as_ref())
            .map(|it| it.statements)
            .sum();
        let (orders, open) = (sum(|it| it.orders.len()), sum(Summary::open_orders));
        return format!(
            "valid: {}, {}, {} ({open} open)",
            count(records as u64, "record"),
            count(statements, "statement"),
            count(orders as u64, "order"),
        );
    }
    match first_refusal(verification) {
        Some(Outcome::Refused { place, code, .. }) => format!("refused: {code} at {place}"),
        Some(Outcome::Passed { .. } | Outcome::Skipped { .. }) | None => {
            "refused: two records could not be compared".to_owned()
        }
    }
}

/// The refusal that matters most.
pub(crate) fn first_refusal(verification: &Verification) -> Option<Outcome> {
    let checks: Vec<Check> = verification
        .histories
        .iter()
        .map(History::to_check)
        .chain(verification.reports.iter().flat_map(|report| report.refusals().cloned()))
        .filter(|check| matches!(check.outcome, Outcome::Refused { .. }))
        .collect();
    let is_lie = |check: &&Check| check.name == "histories";
    checks.iter().find(is_lie).or(checks.first()).map(|check| check.outcome.clone())
}
