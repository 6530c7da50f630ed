//! What a change changes, found by comparing the two files field by field.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{AmendmentRefusal, GUARDED, Guard, Guarded};
use crate::{
    chamber::Path,
    facts::{Change, Instrument},
    surroundings::Surroundings,
};

/// Names from the outermost group inwards. Names are never joined, so none can pose as two.
type FieldPath = Vec<String>;

/// The fields in which two files differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    instrument: Instrument,
    fields: BTreeSet<FieldPath>,
}

impl Diff {
    /// Compares the two files of a change.
    ///
    /// # Errors
    ///
    /// [`AmendmentRefusal::FileUnknown`] for a file that is not at hand: only valid files are.
    pub fn of(change: &Change, around: &dyn Surroundings) -> Result<Self, AmendmentRefusal> {
        let instrument = change.instrument;
        let unknown = |hash| AmendmentRefusal::FileUnknown { instrument: instrument.name(), hash };
        let (from, to) = match instrument {
            Instrument::Parameters => {
                let file = |hash| around.parameters(hash).map(|found| tree(&found.to_file()));
                (file(&change.from), file(&change.to))
            }
            Instrument::Charter => {
                let file = |hash| around.charter(hash).map(|found| tree(&found.to_file()));
                (file(&change.from), file(&change.to))
            }
        };
        let from = from.ok_or_else(|| unknown(change.from))?;
        let to = to.ok_or_else(|| unknown(change.to))?;
        Ok(Self::between(instrument, &from, &to))
    }

    fn between(instrument: Instrument, from: &Value, to: &Value) -> Self {
        let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
        leaves(&mut Vec::new(), from, &mut before);
        leaves(&mut Vec::new(), to, &mut after);
        let all: BTreeSet<&FieldPath> = before.keys().chain(after.keys()).collect();
        let differ = |path: &&FieldPath| before.get(*path) != after.get(*path);
        Self { instrument, fields: all.into_iter().filter(differ).cloned().collect() }
    }

    /// The fields, each as names from the outermost group inwards.
    pub const fn fields(&self) -> &BTreeSet<FieldPath> {
        &self.fields
    }

    /// The protected fields among them, in the order of [`GUARDED`].
    pub fn guarded(&self) -> impl Iterator<Item = &'static Guarded> + '_ {
        GUARDED.iter().filter(|guarded| {
            let holds = |field: &FieldPath| {
                guarded.path.len() <= field.len()
                    && guarded.path.iter().zip(field).all(|(a, b)| *a == b.as_str())
            };
            guarded.instrument == self.instrument && self.fields.iter().any(holds)
        })
    }

    /// The path that a change must take.
    ///
    /// # Errors
    ///
    /// [`AmendmentRefusal::NothingChanges`], or [`AmendmentRefusal::Fixed`] for a field that cannot be
    /// amended.
    pub fn path(&self) -> Result<Path, AmendmentRefusal> {
        if self.fields.is_empty() {
            return Err(AmendmentRefusal::NothingChanges);
        }
        let mut path = Path::Ordinary;
        for guarded in self.guarded() {
            match guarded.guard {
                Guard::Fixed => return Err(AmendmentRefusal::Fixed { reason: guarded.reason }),
                Guard::Entrenched => path = Path::Entrenched,
            }
        }
        Ok(path)
    }
}

fn tree<T: Serialize>(file: &T) -> Value {
    serde_json::to_value(file).expect("a checked file was written as JSON before")
}

/// Every value that holds no others, by its path; an empty group is a value.
fn leaves<'a>(path: &mut FieldPath, value: &'a Value, into: &mut BTreeMap<FieldPath, &'a Value>) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, field) in fields {
                path.push(name.clone());
                leaves(path, field, into);
                path.pop();
            }
        }
        Value::Object(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_) => {
            into.insert(path.clone(), value);
        }
    }
}
