//! How a file of this project differs in form from the one that this release was founded with.
//!
//! The strict decoder stops at the first fault and knows no names. This walk is for people whose file it refused: it
//! says of every member whether it is missing, unknown, there twice, or of another kind. What values must be is not its
//! business.

use std::collections::BTreeSet;

use comity_wire::limits::INTEGER_MAX;

use super::report::Report;
use super::value::Value;
use crate::vocabulary::RiskTier;

const SOURCE: &str = "parameters.md";
/// The only object whose names are free: classes with their tiers.
const CLASSES: &str = "mission_classes";

/// Everything in which `given` differs in form from `founding`; the paths begin with `name`.
pub fn form(name: &str, founding: &Value, given: &Value) -> Report {
    let mut report = Report::default();
    compare(name, founding, given, &mut report);
    report
}

fn compare(path: &str, founding: &Value, given: &Value, report: &mut Report) {
    let is_same_kind = match (founding, given) {
        (Value::Map(known), Value::Map(members)) => {
            object(path, known, members, report);
            true
        }
        (Value::Number(_), Value::Number(number)) => {
            let is_count = number.to_count().is_ok_and(|count| (0..=INTEGER_MAX).contains(&count));
            if !is_count {
                let what = format!("is {}, must be a whole number from 0", given.brief(60));
                report.violation(path, what, SOURCE);
            }
            true
        }
        _ => founding.kind() == given.kind(),
    };
    if !is_same_kind {
        let (brief, kind) = (given.brief(60), given.kind());
        let what = format!("is {brief} ({kind}), must be {}", founding.kind());
        report.violation(path, what, SOURCE);
    }
}

fn object(path: &str, known: &[(String, Value)], members: &[(String, Value)], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for (name, value) in members {
        let here = format!("{path}/{name}");
        let founding = known.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        if !seen.insert(name) {
            report.violation(here, "is there twice", SOURCE);
        } else if path.ends_with(CLASSES) {
            if value.as_text().and_then(RiskTier::parse).is_none() {
                let what = format!("is {}, must be R0, R1, R2 or R3", value.brief(60));
                report.violation(here, what, SOURCE);
            }
        } else if let Some(founding) = founding {
            compare(&here, founding, value, report);
        } else {
            report.violation(here, "is no member of this version", SOURCE);
        }
    }
    if !path.ends_with(CLASSES) {
        for (name, _) in known.iter().filter(|(name, _)| !seen.contains(name)) {
            report.violation(format!("{path}/{name}"), "is missing", SOURCE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUNDING: &str = r#"{"a":{"n":3,"t":"x"},"b":true,"mission_classes":{"one":"R0"}}"#;

    fn faults(given: &str) -> Vec<String> {
        let parse = |text: &str| Value::parse(text.as_bytes(), 1 << 20).unwrap();
        form("file", &parse(FOUNDING), &parse(given))
            .findings()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_same_form_with_other_values_has_no_fault() {
        let none: [String; 0] = [];
        assert_eq!(faults(FOUNDING), none);
        let other = r#"{"mission_classes":{"two":"R3"},"b":false,"a":{"t":"","n":0}}"#;
        assert_eq!(faults(other), none);
    }

    #[test]
    fn every_fault_of_form_is_named() {
        let given = r#"{"a":{"n":3,"n":-1,"u":1},"b":0,"mission_classes":{"one":"R9","one":"R0"}}"#;
        assert_eq!(
            faults(given),
            [
                "file/a/n: is there twice",
                "file/a/u: is no member of this version",
                "file/a/t: is missing",
                "file/b: is 0 (a number), must be a boolean",
                "file/mission_classes/one: is \"R9\", must be R0, R1, R2 or R3",
                "file/mission_classes/one: is there twice",
            ]
        );
        for number in ["-1", "1.0", "NaN", "9007199254740992", "1e99"] {
            let given = FOUNDING.replace('3', number);
            assert_eq!(
                faults(&given),
                [format!("file/a/n: is {number}, must be a whole number from 0")]
            );
        }
        assert_eq!(faults("[]"), ["file: is [] (a list), must be an object"]);
    }
}
