//! The report for machines: one JSON document.

use comity_replay::report::{
    BooksLine, Check, ContractLine, Money, OrderLine, Outcome, Party, RecordLine, Report,
    ReportLine, Summary, TrustLine,
};
use comity_replay::verify::{History, Relationship, Verification};
use serde_json::{Value, json};

use crate::args::Request;
use crate::prose;
use crate::text::first_refusal;

/// The document, indented, with a final newline.
pub(crate) fn render(request: &Request, verification: &Verification) -> String {
    let exports = request.directories.iter().zip(&verification.reports);
    let exports: Vec<Value> = exports
        .map(|(path, report)| {
            let members = json!({
                "path": path.display().to_string(),
                "valid": report.is_valid(),
            });
            if request.quiet { members } else { with(export(report, request), members) }
        })
        .collect();
    let document = json!({
        "valid": verification.is_valid(),
        "refusal": first_refusal(verification).as_ref().map(outcome),
        "exports": exports,
        "histories": verification.histories.iter().map(history).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn export(report: &Report, request: &Request) -> Value {
    json!({
        "records": report.records.iter().map(record).collect::<Vec<_>>(),
        "checks": report.checks.iter().map(check).collect::<Vec<_>>(),
        "histories": report.histories.iter().map(history).collect::<Vec<_>>(),
        "proven": report.summary.as_ref().map(summary),
        "not_proven": prose::not_proven(report, &request.expect),
        "contract": report.contract.iter().map(contract).collect::<Vec<_>>(),
    })
}

fn contract(line: &ContractLine) -> Value {
    json!({
        "number": line.number,
        "text": line.text,
        "standing": line.standing.name(),
        "why": line.why,
    })
}

fn record(record: &RecordLine) -> Value {
    json!({
        "folder": record.folder,
        "sovereign": record.sovereign.map(|id| id.to_string()),
        "name": record.name,
        "organisation": record.organisation,
        "region": record.region,
        "statements": record.statements,
        "root": record.root.map(|root| root.to_string()),
        "parameters": record.parameters.map(|hash| hash.to_string()),
        "epochs": record.epochs,
        "last": record.last.map(|at| at.to_string()),
    })
}

fn check(check: &Check) -> Value {
    let members = json!({ "name": check.name, "folder": check.folder });
    with(outcome(&check.outcome), members)
}

/// One object with the members of two.
fn with(mut object: Value, members: Value) -> Value {
    if let (Value::Object(object), Value::Object(members)) = (&mut object, members) {
        object.extend(members);
    }
    object
}

fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Passed { detail } => json!({ "outcome": "passed", "detail": detail }),
        Outcome::Skipped { because } => json!({ "outcome": "skipped", "because": because }),
        Outcome::Refused { place, code, message } => {
            json!({ "outcome": "refused", "place": place, "code": code, "message": message })
        }
    }
}

fn history(history: &History) -> Value {
    let (relationship, evidence) = match &history.relationship {
        Relationship::Same => ("same", None),
        Relationship::Extends => ("extends", None),
        Relationship::Forked { evidence } => ("forked", Some(evidence)),
        Relationship::Undecided => ("undecided", None),
    };
    json!({
        "sovereign": history.sovereign.to_string(),
        "first": { "place": history.first, "size": history.first_size },
        "second": { "place": history.second, "size": history.second_size },
        "relationship": relationship,
        "evidence": evidence,
    })
}

fn summary(summary: &Summary) -> Value {
    json!({
        "statements": summary.statements,
        "epochs": summary.epochs,
        "open_orders": summary.open_orders(),
        "orders": summary.orders.iter().map(order).collect::<Vec<_>>(),
        "books": summary.books.iter().map(books).collect::<Vec<_>>(),
    })
}

fn party(party: &Party) -> Value {
    json!({ "name": party.name, "id": party.id.to_string() })
}

fn order(order: &OrderLine) -> Value {
    let money = match order.money {
        Money::None => "none",
        Money::Held => "held",
        Money::Paid => "paid",
        Money::Returned { .. } => "returned",
    };
    json!({
        "id": order.id.to_string(),
        "title": order.title,
        "buyer": party(&order.buyer),
        "seller": party(&order.seller),
        "reviewer_house": party(&order.house),
        "ledger": party(&order.keeper),
        "mip": order.mip,
        "risk_tier": order.tier.name(),
        "predicate": order.predicate,
        "reward": { "amount": order.amount, "asset": order.asset },
        "state": order.state,
        "final": order.is_final,
        "attempts": order.attempts,
        "money": money,
        "money_text": prose::money(order),
        "reports": order.reports.iter().map(report).collect::<Vec<_>>(),
        "trust": order.trust.iter().map(trust).collect::<Vec<_>>(),
    })
}

fn report(line: &ReportLine) -> Value {
    let audit = line.audit.map(|audit| {
        json!({
            "leaves": audit.leaves,
            "drawn": audit.drawn,
            "rows": audit.rows,
            "finds_5_percent_ppm": audit.finds_5_percent_ppm,
            "finds_1_percent_ppm": audit.finds_1_percent_ppm,
        })
    });
    json!({
        "id": line.id.to_string(),
        "reviewer": line.reviewer,
        "key": line.key.as_str(),
        "declared": line.declared,
        "assurance": format!("{:?}", line.assurance),
        "verdict": format!("{:?}", line.verdict).to_lowercase(),
        "code": line.code,
        "outputs": line.outputs,
        "engine": line.engine,
        "fuel": line.fuel,
        "audit": audit,
        "shows": prose::shows(line.assurance),
        "does_not_show": prose::does_not_show(line.assurance),
    })
}

fn trust(line: &TrustLine) -> Value {
    json!({
        "sovereign": party(&line.sovereign),
        "actor": line.actor,
        "key": line.key.as_str(),
        "before_nano": line.before.get(),
        "after_nano": line.after.get(),
        "held": line.is_held,
    })
}

fn books(books: &BooksLine) -> Value {
    let vault = |(who, sum): &(Party, i64)| json!({ "party": party(who), "balance": sum });
    json!({
        "keeper": party(&books.keeper),
        "asset": books.asset,
        "came_in": books.came_in,
        "held": books.held,
        "vaults": books.vaults.iter().map(vault).collect::<Vec<_>>(),
        "sum": 0,
    })
}
