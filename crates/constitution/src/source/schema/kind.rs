//! What a single value may be, and the words for what it is instead.

use std::collections::BTreeSet;
use std::fmt;

use comity_wire::Time;

use crate::nano::Nano;
use crate::source::value::{Number, Value, nano};

/// A range of fractions; either end may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) struct Range {
    min: Nano,
    max: Nano,
    is_min_in: bool,
    is_max_in: bool,
}

/// A fraction in thousandths.
const fn thousandths(count: i64) -> Nano {
    Nano::new(count * 1_000_000)
}

impl Range {
    /// Both ends are in; thousandths.
    pub(in crate::source) const fn closed(min: i64, max: i64) -> Self {
        let (min, max) = (thousandths(min), thousandths(max));
        Self { min, max, is_min_in: true, is_max_in: true }
    }

    /// Neither end is in; thousandths.
    pub(in crate::source) const fn open(min: i64, max: i64) -> Self {
        Self { is_min_in: false, is_max_in: false, ..Self::closed(min, max) }
    }

    /// The upper end is in; thousandths.
    pub(in crate::source) const fn above(min: i64, max: i64) -> Self {
        Self { is_min_in: false, ..Self::closed(min, max) }
    }

    fn has(self, value: Nano) -> bool {
        let low = if self.is_min_in { self.min <= value } else { self.min < value };
        let high = if self.is_max_in { value <= self.max } else { value < self.max };
        low && high
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (min, max) = (short(self.min), short(self.max));
        if self.min == self.max {
            return write!(f, "exactly {min}");
        }
        match (self.is_min_in, self.is_max_in) {
            (true, true) => write!(f, "from {min} to {max}"),
            (true, false) => write!(f, "from {min} and below {max}"),
            (false, true) => write!(f, "above {min} and at most {max}"),
            (false, false) => write!(f, "above {min} and below {max}"),
        }
    }
}

/// A number without the zeros at its end.
pub(in crate::source) fn short(value: Nano) -> String {
    let text = value.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub(in crate::source) enum Kind {
    /// A whole number, written as one, both ends in.
    Count(i64, i64),
    /// A number in a range.
    Share(Range),
    /// The same, as text.
    ShareText(Range),
    /// `true` or `false`.
    Flag,
    /// The only value that keeps the rule.
    Must(bool),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// Text with something in it.
    Text,
    /// A UTC time to the second.
    Time,
    /// A list of distinct words of the second list, with all of the first and at least one.
    Words(&'static [&'static str], &'static [&'static str]),
    /// A list of distinct plain names, with all of these and at least one.
    Names(&'static [&'static str]),
    /// Mission classes with their tiers.
    Classes,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(min, max) if min == max => write!(f, "the whole number {min}"),
            Self::Count(min, max) => write!(f, "a whole number from {min} to {max}"),
            Self::Share(range) => write!(f, "a number {range}"),
            Self::ShareText(range) => write!(f, "a decimal as text, {range}"),
            Self::Flag => f.write_str("true or false"),
            Self::Must(is_true) => write!(f, "{is_true}"),
            Self::OneOf(words) => write!(f, "the text {}", words.join(" or ")),
            Self::Text => f.write_str("text that is not blank"),
            Self::Time => f.write_str("a UTC time like 2026-02-13T13:00:00Z"),
            Self::Words(needed, known) if needed.len() == known.len() => {
                write!(f, "a list of exactly {}", known.join(", "))
            }
            Self::Words(needed, known) => {
                write!(f, "a list of distinct words of {}", known.join(", "))?;
                if needed.is_empty() { Ok(()) } else { write!(f, "; with {}", needed.join(", ")) }
            }
            Self::Names(needed) => {
                f.write_str("a list of distinct names in lower case")?;
                if needed.is_empty() { Ok(()) } else { write!(f, " with {}", needed.join(", ")) }
            }
            Self::Classes => {
                f.write_str("mission classes in lower case, each with R0, R1, R2 or R3")
            }
        }
    }
}

impl Kind {
    /// What is wrong with a value; nothing if it is as it must be.
    pub(in crate::source) fn fault(self, value: &Value) -> Option<String> {
        let wrong = || Some(format!("is {}, must be {self}", value.brief(60)));
        let bad_type =
            || Some(format!("is {} ({}), must be {self}", value.brief(60), value.kind()));
        let is_good = match (self, value) {
            (Self::Count(min, max), Value::Number(number)) => match number.to_count() {
                Ok(count) => (min..=max).contains(&count),
                Err(fault) => return Some(format!("{fault}: {}, must be {self}", brief(number))),
            },
            (Self::Share(range), Value::Number(number)) => match number.to_nano() {
                Ok(value) => range.has(value),
                Err(fault) => return Some(format!("{fault}: {}, must be {self}", brief(number))),
            },
            (Self::ShareText(range), Value::Text(text)) => {
                nano(text).is_ok_and(|value| range.has(value))
            }
            (Self::Flag, Value::Bool(_)) | (Self::Classes, Value::Map(_)) => true,
            (Self::Must(needed), Value::Bool(given)) => needed == *given,
            (Self::OneOf(words), Value::Text(text)) => words.contains(&text.as_str()),
            (Self::Text, Value::Text(text)) => !text.trim().is_empty(),
            (Self::Time, Value::Text(text)) => Time::parse(text).is_ok(),
            (Self::Words(needed, known), Value::List(items)) => {
                words(needed, items, |word| known.contains(&word))
            }
            (Self::Names(needed), Value::List(items)) => words(needed, items, is_plain),
            _ => return bad_type(),
        };
        if is_good { None } else { wrong() }
    }
}

fn brief(number: &Number) -> String {
    number.as_str().chars().take(60).collect()
}

/// Lower-case letters, digits and underscores, at most 64: nothing that a reader could take for a path.
pub(in crate::source) fn is_plain(word: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !word.is_empty() && word.len() <= 64 && word.bytes().all(plain)
}

fn words(needed: &[&str], items: &[Value], is_known: impl Fn(&str) -> bool) -> bool {
    let given: Vec<&str> = items.iter().filter_map(Value::as_text).collect();
    let distinct: BTreeSet<&str> = given.iter().copied().collect();
    !items.is_empty()
        && distinct.len() == items.len()
        && given.iter().all(|word| is_known(word))
        && needed.iter().all(|word| distinct.contains(word))
}
