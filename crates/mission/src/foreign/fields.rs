//! Single members: what is there, and of which form.

use std::collections::BTreeSet;

use comity_constitution::source::{Report, Value};
use comity_wire::Time;

use super::{FORM, Mode, SOURCE};

/// Collects what is wrong with the members of one bundle.
pub(super) struct Fields {
    pub(super) report: Report,
    pub(super) mode: Mode,
}

impl Fields {
    /// Exactly these members, each once. False if this is no object.
    pub(super) fn object(&mut self, path: &str, value: &Value, names: &[&str]) -> bool {
        let Value::Map(members) = value else {
            self.report.violation(path, format!("is {}, must be an object", value.kind()), FORM);
            return false;
        };
        let mut seen = BTreeSet::new();
        for (name, _) in members {
            if !seen.insert(name.as_str()) {
                self.report.violation(format!("{path}/{name}"), "is there twice", FORM);
            } else if !names.contains(&name.as_str()) {
                self.report.violation(format!("{path}/{name}"), "is no member of a bundle", FORM);
            }
        }
        for name in names.iter().filter(|name| !seen.contains(*name)) {
            self.report.violation(format!("{path}/{name}"), "is missing", SOURCE);
        }
        true
    }

    /// A list with something in it. What is missing has been reported.
    pub(super) fn list<'a>(&mut self, path: &str, value: Option<&'a Value>) -> Option<&'a [Value]> {
        let value = value?;
        match value {
            Value::List(items) if !items.is_empty() => Some(items),
            Value::List(_) => {
                self.report.violation(path, "is empty", SOURCE);
                None
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
                self.report.violation(path, format!("is {}, must be a list", value.kind()), FORM);
                None
            }
        }
    }

    /// Text that is not blank.
    pub(super) fn text<'a>(&mut self, path: &str, value: Option<&'a Value>) -> Option<&'a str> {
        let value = value?;
        match value.as_text() {
            Some(text) if !text.trim().is_empty() => Some(text),
            _ => {
                let what = format!("is {}, must be text that is not blank", value.brief(40));
                self.report.violation(path, what, FORM);
                None
            }
        }
    }

    /// `prefix`, then lower-case hexadecimal; `digits` of them in the strict mode.
    pub(super) fn digest(
        &mut self,
        path: &str,
        value: Option<&Value>,
        prefix: &str,
        digits: usize,
    ) {
        let Some(text) = self.text(path, value) else { return };
        let hex = text.strip_prefix(prefix).unwrap_or_default();
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if hex.is_empty() || !hex.bytes().all(is_hex) {
            let what = format!("must be {prefix} and lower-case hexadecimal digits");
            self.report.violation(path, what, FORM);
        } else if self.mode == Mode::Strict && hex.len() != digits {
            let what = format!("has {} hexadecimal digits, must have {digits}", hex.len());
            self.report.violation(path, what, FORM);
        }
    }

    /// A UTC time that is one once its end is replaced.
    pub(super) fn time(&mut self, path: &str, value: Option<&Value>, end: &str, becomes: &str) {
        let Some(text) = self.text(path, value) else { return };
        let whole = text.strip_suffix(end).map(|head| format!("{head}{becomes}"));
        if whole.is_none_or(|whole| Time::parse(&whole).is_err()) {
            self.report.violation(path, "is no UTC time", FORM);
        }
    }

    /// The number of a beacon's round: a whole number, above zero.
    pub(super) fn round(&mut self, path: &str, value: Option<&Value>) {
        let Some(value) = value else { return };
        let count = value.as_number().and_then(|number| number.to_count().ok());
        if !count.is_some_and(|count| (1..=comity_wire::limits::INTEGER_MAX).contains(&count)) {
            let what = format!("is {}, must be a whole number above 0", value.brief(40));
            self.report.violation(path, what, FORM);
        }
    }
}
