//! A small, closed subset of JSON Schema 2020-12: enough to describe evidence, claims and reports, small
//! enough that every keyword is understood. A schema that uses anything else is refused, so nothing that an
//! author wrote is silently ignored. Nothing here fetches, resolves references or knows formats.
//!
//! # The subset
//!
//! | keyword | where | meaning |
//! |---|---|---|
//! | `$schema`, `title`, `description` | `$schema` at the root and required there | annotations |
//! | `type` | everywhere, required | one of object, array, string, integer, boolean |
//! | `properties`, `required`, `additionalProperties` | object | closed: `additionalProperties` must be `false` |
//! | `items`, `minItems`, `maxItems` | array | `items` and `maxItems` are required |
//! | `minLength`, `maxLength`, `pattern` | string | lengths in characters; patterns from a fixed list |
//! | `minimum`, `maximum` | integer | inclusive |
//! | `enum`, `const` | string, integer, boolean | values of that type |
//!
//! # Invariants
//!
//! 1. What [`Schema::validate`] accepts, any full 2020-12 validator accepts. The converse fails only for
//!    numbers written with a fraction or exponent (`1.0`), which are not integers here.
//! 2. Neither a schema nor a document makes this room panic or recurse deeper than [`DEPTH_MAX`].
//!
//! # Source
//!
//! JSON Schema 2020-12, core and validation.

mod parse;
mod pattern;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use comity_wire::WireError;
use serde_json::Value;

use pattern::Pattern;

/// Deepest nesting of a schema, and so of a document that it accepts, in levels.
pub const DEPTH_MAX: usize = 16;

/// The dialect that every schema names.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A closed schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    node: Node,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    kind: Kind,
    /// The only values allowed, if listed (`enum`, `const`).
    allowed: Option<Vec<Value>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Object { properties: BTreeMap<String, Node>, required: Vec<String> },
    Array { items: Box<Node>, min: u64, max: u64 },
    String { min: u64, max: u64, pattern: Option<Pattern> },
    Integer { min: i64, max: i64 },
    Boolean,
}

/// Why a schema is not one of ours, or a document does not follow it. `at` is a JSON pointer, at most 128
/// characters of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The schema is not JSON.
    #[error("schema: {0}")]
    Json(WireError),
    /// The schema does not name the 2020-12 dialect at its root.
    #[error("schema does not name the 2020-12 dialect")]
    Dialect,
    /// A keyword is outside the subset, or does not go with the type.
    #[error("keyword {keyword} at {at} is not supported here")]
    Keyword {
        /// Where in the schema.
        at: String,
        /// The keyword, at most 32 characters of it.
        keyword: String,
    },
    /// A keyword that the subset requires is absent.
    #[error("keyword {keyword} is required at {at}")]
    KeywordMissing {
        /// Where in the schema.
        at: String,
        /// The keyword.
        keyword: &'static str,
    },
    /// A keyword has a value that the subset does not allow.
    #[error("keyword {keyword} at {at} has a value that is not supported")]
    KeywordValue {
        /// Where in the schema.
        at: String,
        /// The keyword.
        keyword: &'static str,
    },
    /// Schema or document are nested deeper than [`DEPTH_MAX`].
    #[error("nested deeper than {DEPTH_MAX} levels")]
    Depth,
    /// A value has another type.
    #[error("wrong type at {at}")]
    Type {
        /// Where in the document.
        at: String,
    },
    /// A value is outside its bounds, its pattern or its list.
    #[error("value at {at} breaks {keyword}")]
    Value {
        /// Where in the document.
        at: String,
        /// The keyword that it breaks.
        keyword: &'static str,
    },
    /// A required member is absent.
    #[error("member {at} is missing")]
    Missing {
        /// Where in the document.
        at: String,
    },
    /// A member that the schema does not have.
    #[error("member {at} is unknown")]
    Unknown {
        /// Where in the document.
        at: String,
    },
}

impl SchemaError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "mycel.schema_json",
            Self::Dialect => "mycel.schema_dialect",
            Self::Keyword { .. } => "mycel.schema_keyword",
            Self::KeywordMissing { .. } => "mycel.schema_keyword_missing",
            Self::KeywordValue { .. } => "mycel.schema_keyword_value",
            Self::Depth => "mycel.schema_depth",
            Self::Type { .. } => "mycel.schema_type",
            Self::Value { .. } => "mycel.schema_value",
            Self::Missing { .. } => "mycel.schema_missing",
            Self::Unknown { .. } => "mycel.schema_unknown",
        }
    }
}

impl Schema {
    /// Reads a schema file.
    pub fn parse(bytes: &[u8]) -> Result<Self, SchemaError> {
        parse::root(bytes).map(|node| Self { node })
    }

    /// Checks a document; the first broken rule is named.
    pub fn validate(&self, document: &Value) -> Result<(), SchemaError> {
        self.node.validate(document, &Place::Root)
    }
}

/// Where in a schema or document we are; text is made only when something is wrong.
enum Place<'a> {
    Root,
    Member(&'a Self, &'a str),
    Element(&'a Self, usize),
}

impl Place<'_> {
    /// The JSON pointer, shortened.
    fn at(&self) -> String {
        let full = match self {
            Self::Root => String::new(),
            Self::Member(parent, name) => {
                format!("{}/{}", parent.at(), name.replace('~', "~0").replace('/', "~1"))
            }
            Self::Element(parent, index) => format!("{}/{index}", parent.at()),
        };
        full.chars().take(128).collect()
    }

    fn depth(&self) -> usize {
        match self {
            Self::Root => 1,
            Self::Member(parent, _) | Self::Element(parent, _) => parent.depth() + 1,
        }
    }
}

impl Node {
    // Recursion is bounded by the schema, which is at most DEPTH_MAX deep.
    fn validate(&self, value: &Value, place: &Place<'_>) -> Result<(), SchemaError> {
        self.kind.validate(value, place)?;
        match &self.allowed {
            Some(allowed) if !allowed.contains(value) => {
                Err(SchemaError::Value { at: place.at(), keyword: "enum" })
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl Kind {
    fn validate(&self, value: &Value, place: &Place<'_>) -> Result<(), SchemaError> {
        let wrong_type = || SchemaError::Type { at: place.at() };
        match self {
            Self::Object { properties, required } => {
                let members = value.as_object().ok_or_else(wrong_type)?;
                for (name, member) in members {
                    let here = Place::Member(place, name);
                    let node = properties.get(name);
                    node.ok_or_else(|| SchemaError::Unknown { at: here.at() })?
                        .validate(member, &here)?;
                }
                match required.iter().find(|name| !members.contains_key(*name)) {
                    Some(name) => Err(SchemaError::Missing { at: Place::Member(place, name).at() }),
                    None => Ok(()),
                }
            }
            Self::Array { items, min, max } => {
                let elements = value.as_array().ok_or_else(wrong_type)?;
                within(elements.len() as u64, *min, *max, ["minItems", "maxItems"], place)?;
                let mut elements = elements.iter().enumerate();
                elements.try_for_each(|(i, item)| items.validate(item, &Place::Element(place, i)))
            }
            Self::String { min, max, pattern } => {
                let text = value.as_str().ok_or_else(wrong_type)?;
                within(text.chars().count() as u64, *min, *max, ["minLength", "maxLength"], place)?;
                match pattern {
                    Some(pattern) if !pattern.matches(text) => {
                        Err(SchemaError::Value { at: place.at(), keyword: "pattern" })
                    }
                    Some(_) | None => Ok(()),
                }
            }
            Self::Integer { min, max } => {
                let number = value.as_i64().ok_or_else(wrong_type)?;
                within(number, *min, *max, ["minimum", "maximum"], place)
            }
            Self::Boolean => value.as_bool().map(|_| ()).ok_or_else(wrong_type),
        }
    }
}

fn within<T: Copy + PartialOrd>(
    value: T,
    min: T,
    max: T,
    [low, high]: [&'static str; 2],
    place: &Place<'_>,
) -> Result<(), SchemaError> {
    let keyword = match (value < min, max < value) {
        (true, _) => low,
        (_, true) => high,
        (false, false) => return Ok(()),
    };
    Err(SchemaError::Value { at: place.at(), keyword })
}
