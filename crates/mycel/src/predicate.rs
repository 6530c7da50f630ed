//! Acceptance rules: a small subset of CEL over a report's outputs.
//!
//! ```text
//!  predicate  = comparison *( "&&" comparison )
//!  comparison = "report." name op integer            op: >= > <= < == !=
//! ```
//!
//! Every predicate is also a CEL expression with the same meaning, so a stock CEL evaluator can check
//! it. As in CEL, a false comparison decides a conjunction even when another one cannot be evaluated.
//! No arithmetic, no `||`, no parentheses: an order's rule should be readable by who signs it.
//!
//! # Invariants
//!
//! 1. [`Predicate::parse`] and [`Predicate::evaluate`] are total: any input, no panic, linear time.
//! 2. `parse(display(p)) == p`.

use std::collections::BTreeMap;
use std::fmt;

/// Longest predicate, in bytes: two lines in a terminal, an eighth of a statement.
pub const PREDICATE_BYTES_MAX: usize = 512;
/// Most comparisons in one predicate.
pub const COMPARISONS_MAX: usize = 16;
/// Names that CEL reserves, so that they cannot be selected.
const KEYWORDS: [&str; 4] = ["true", "false", "null", "in"];

/// A parsed acceptance rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicate {
    comparisons: Vec<Comparison>,
}

/// One comparison, `report.<field> <op> <value>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Name of the output.
    pub field: String,
    /// The operator.
    pub op: Op,
    /// What it is compared with.
    pub value: i64,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// Why a text is not a predicate. Positions are byte offsets from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PredicateError {
    /// Longer than [`PREDICATE_BYTES_MAX`].
    #[error("predicate is {len} bytes, limit is {max}")]
    TooLong {
        /// Bytes it has.
        len: usize,
        /// Bytes it may have.
        max: usize,
    },
    /// More comparisons than [`COMPARISONS_MAX`].
    #[error("more than {max} comparisons, at byte {at}")]
    TooMany {
        /// Where the first one too many begins.
        at: usize,
        /// How many there may be.
        max: usize,
    },
    /// Something else was needed here.
    #[error("expected {expected} at byte {at}")]
    Expected {
        /// What would have fitted.
        expected: &'static str,
        /// Where.
        at: usize,
    },
    /// The integer does not fit 64 bits.
    #[error("integer at byte {at} does not fit 64 bits")]
    IntegerTooLarge {
        /// Where it begins.
        at: usize,
    },
    /// The name is a word of the language.
    #[error("`{name}` at byte {at} is a reserved word")]
    Reserved {
        /// The word.
        name: &'static str,
        /// Where it begins.
        at: usize,
    },
    /// The report has no such output, and no other comparison is false.
    #[error("report has no output `{field}`")]
    MissingField {
        /// The output asked for.
        field: String,
    },
}

impl PredicateError {
    /// Stable code for machines; [`Display`](fmt::Display) is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "mycel.predicate_too_long",
            Self::TooMany { .. } => "mycel.predicate_too_many",
            Self::Expected { .. } => "mycel.predicate_expected",
            Self::IntegerTooLarge { .. } => "mycel.predicate_integer_too_large",
            Self::Reserved { .. } => "mycel.predicate_reserved",
            Self::MissingField { .. } => "mycel.predicate_missing_field",
        }
    }
}

impl Predicate {
    /// Reads a predicate.
    pub fn parse(text: &str) -> Result<Self, PredicateError> {
        if PREDICATE_BYTES_MAX < text.len() {
            return Err(PredicateError::TooLong { len: text.len(), max: PREDICATE_BYTES_MAX });
        }
        let mut scanner = Scanner { text, at: 0 };
        let mut comparisons = Vec::new();
        loop {
            scanner.skip_blanks();
            if comparisons.len() == COMPARISONS_MAX {
                return Err(PredicateError::TooMany { at: scanner.at, max: COMPARISONS_MAX });
            }
            comparisons.push(scanner.comparison()?);
            scanner.skip_blanks();
            if scanner.rest().is_empty() {
                return Ok(Self { comparisons });
            }
            scanner.expect("&&", "`&&` or the end")?;
        }
    }

    /// Whether the outputs satisfy every comparison.
    ///
    /// # Errors
    ///
    /// [`PredicateError::MissingField`] if an output is missing and no comparison is false.
    pub fn evaluate(&self, outputs: &BTreeMap<String, i64>) -> Result<bool, PredicateError> {
        let mut missing = None;
        for comparison in &self.comparisons {
            match outputs.get(&comparison.field) {
                Some(value) if !comparison.op.holds(*value, comparison.value) => return Ok(false),
                Some(_) => {}
                None => missing = missing.or(Some(&comparison.field)),
            }
        }
        match missing {
            Some(field) => Err(PredicateError::MissingField { field: field.clone() }),
            None => Ok(true),
        }
    }

    /// The comparisons, in writing order.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Comparison { field, op, value }) in self.comparisons.iter().enumerate() {
            let joint = if index == 0 { "" } else { " && " };
            write!(f, "{joint}report.{field} {} {value}", op.symbol())?;
        }
        Ok(())
    }
}

impl Op {
    /// All operators; longer symbols come before their prefixes.
    const ALL: [Self; 6] =
        [Self::AtLeast, Self::Above, Self::AtMost, Self::Below, Self::Equal, Self::NotEqual];

    /// The operator as it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::AtMost => "<=",
            Self::Below => "<",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }

    const fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::AtLeast => left >= right,
            Self::Above => left > right,
            Self::AtMost => left <= right,
            Self::Below => left < right,
            Self::Equal => left == right,
            Self::NotEqual => left != right,
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn comparison(&mut self) -> Result<Comparison, PredicateError> {
        self.expect("report.", "`report.`")?;
        let field = self.name()?.to_owned();
        self.skip_blanks();
        let op = self.op()?;
        self.skip_blanks();
        let value = self.integer()?;
        Ok(Comparison { field, op, value })
    }

    fn name(&mut self) -> Result<&'a str, PredicateError> {
        let at = self.at;
        let name = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(PredicateError::Expected { expected: "the name of an output", at });
        }
        match KEYWORDS.into_iter().find(|word| *word == name) {
            Some(word) => Err(PredicateError::Reserved { name: word, at }),
            None => Ok(name),
        }
    }

    fn op(&mut self) -> Result<Op, PredicateError> {
        let found = Op::ALL.into_iter().find(|op| self.rest().starts_with(op.symbol()));
        let expected = "one of >= > <= < == !=";
        let op = found.ok_or(PredicateError::Expected { expected, at: self.at })?;
        self.at += op.symbol().len();
        Ok(op)
    }

    fn integer(&mut self) -> Result<i64, PredicateError> {
        let at = self.at;
        self.at += usize::from(self.rest().starts_with('-'));
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        let is_cut = self.rest().starts_with(|next: char| next.is_alphanumeric() || next == '.');
        if digits.is_empty() || is_cut {
            return Err(PredicateError::Expected { expected: "an integer", at });
        }
        let text = self.text.get(at..self.at).unwrap_or_default();
        text.parse().map_err(|_| PredicateError::IntegerTooLarge { at })
    }

    fn expect(
        &mut self,
        token: &'static str,
        expected: &'static str,
    ) -> Result<(), PredicateError> {
        if !self.rest().starts_with(token) {
            return Err(PredicateError::Expected { expected, at: self.at });
        }
        self.at += token.len();
        Ok(())
    }

    fn skip_blanks(&mut self) {
        self.take_while(|byte| byte.is_ascii_whitespace());
    }

    fn take_while(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let len = rest.bytes().position(|byte| !belongs(byte)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or_default()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
