//! One change to a document, as vectors of mutations describe it.

use super::value::Value;

/// The value that removes what is there.
const DELETE: &str = "__delete__";
/// The value that repeats the first item of a list at its end.
const APPEND: &str = "__append_copy_of_0__";

/// Where a change goes and what it puts there.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    /// Names and positions from the top, separated by slashes.
    pub path: &'a str,
    /// The new value, or one of the two words `__delete__` and `__append_copy_of_0__`.
    pub value: &'a Value,
}

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// A part of the path leads through a value that has no parts, or past the end of a list.
    #[error("the path leads nowhere at `{part}`")]
    Nowhere {
        /// The part.
        part: String,
    },
    /// There is no first item to copy.
    #[error("there is no list with a first item to copy")]
    NoFirst,
}

impl EditError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nowhere { .. } => "constitution.edit_nowhere",
            Self::NoFirst => "constitution.edit_no_first",
        }
    }
}

impl Edit<'_> {
    /// Makes the change. Objects on the way that are not there are made; removing what is not there changes nothing.
    ///
    /// # Errors
    ///
    /// [`EditError`]; the document may then be changed in part.
    pub fn apply(&self, document: &mut Value) -> Result<(), EditError> {
        let parts: Vec<&str> = self.path.split('/').filter(|part| !part.is_empty()).collect();
        let Some((last, way)) = parts.split_last() else {
            *document = self.value.clone();
            return Ok(());
        };
        let word = self.value.as_text();
        let mut here = document;
        for part in way {
            if word == Some(DELETE) && peek(here, part).is_none() {
                return Ok(());
            }
            here = step(here, part)?;
        }
        if word == Some(DELETE) {
            remove(here, last);
            return Ok(());
        }
        let place = step(here, last)?;
        if word == Some(APPEND) {
            let Value::List(items) = place else { return Err(EditError::NoFirst) };
            let first = items.first().cloned().ok_or(EditError::NoFirst)?;
            items.push(first);
        } else {
            *place = self.value.clone();
        }
        Ok(())
    }
}

fn peek<'a>(value: &'a Value, part: &str) -> Option<&'a Value> {
    if let Value::List(items) = value {
        return part.parse::<usize>().ok().and_then(|at| items.get(at));
    }
    value.get(part)
}

/// The place with this name or position, which is made at the end of an object or a list if it is the next.
fn step<'a>(value: &'a mut Value, part: &str) -> Result<&'a mut Value, EditError> {
    let nowhere = || EditError::Nowhere { part: part.to_owned() };
    match value {
        Value::Map(members) => {
            let at = members.iter().rposition(|(name, _)| name == part);
            let at = at.unwrap_or_else(|| {
                members.push((part.to_owned(), Value::Map(Vec::new())));
                members.len() - 1
            });
            members.get_mut(at).map(|(_, value)| value).ok_or_else(nowhere)
        }
        Value::List(items) => {
            let at: usize = part.parse().map_err(|_| nowhere())?;
            if at == items.len() {
                items.push(Value::Null);
            }
            items.get_mut(at).ok_or_else(nowhere)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => Err(nowhere()),
    }
}

fn remove(value: &mut Value, part: &str) {
    match value {
        Value::Map(members) => members.retain(|(name, _)| name != part),
        Value::List(items) => {
            if let Some(at) = part.parse::<usize>().ok().filter(|at| *at < items.len()) {
                items.remove(at);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}
