//! Reading a schema: every keyword is understood and belongs where it stands, or the schema is refused.

use std::collections::BTreeMap;

use comity_wire::json;
use serde_json::{Map, Value};

use super::pattern::Pattern;
use super::{DEPTH_MAX, DIALECT, Kind, Node, Place, SchemaError};

/// Largest integer that every JSON reader keeps exact: the default bound of lengths and numbers.
const INTEGER_MAX: i64 = (1 << 53) - 1;

/// Keywords that may stand in any schema.
const ANYWHERE: [&str; 3] = ["type", "title", "description"];

pub(super) fn root(bytes: &[u8]) -> Result<Node, SchemaError> {
    let value = json::parse(bytes).map_err(SchemaError::Json)?;
    if value.get("$schema").and_then(Value::as_str) != Some(DIALECT) {
        return Err(SchemaError::Dialect);
    }
    node(&value, &Place::Root)
}

fn node(value: &Value, place: &Place<'_>) -> Result<Node, SchemaError> {
    if DEPTH_MAX < place.depth() {
        return Err(SchemaError::Depth);
    }
    let members = value.as_object().ok_or_else(|| SchemaError::Type { at: place.at() })?;
    let keywords = Keywords { members, place };
    let kind = match keywords.text("type")? {
        Some("object") => keywords.object()?,
        Some("array") => keywords.array()?,
        Some("string") => keywords.string()?,
        Some("integer") => keywords.integer()?,
        Some("boolean") => {
            keywords.only(&["enum", "const"])?;
            Kind::Boolean
        }
        Some(_) => return Err(keywords.bad("type")),
        None => return Err(keywords.missing("type")),
    };
    let allowed = keywords.allowed(&kind)?;
    Ok(Node { kind, allowed })
}

/// The members of one schema object.
struct Keywords<'a> {
    members: &'a Map<String, Value>,
    place: &'a Place<'a>,
}

impl<'a> Keywords<'a> {
    fn object(&self) -> Result<Kind, SchemaError> {
        self.only(&["properties", "required", "additionalProperties"])?;
        if self.get("additionalProperties")? != &Value::Bool(false) {
            return Err(self.bad("additionalProperties"));
        }
        let listed = self.get("properties")?.as_object().ok_or_else(|| self.bad("properties"))?;
        let properties: BTreeMap<String, Node> = listed
            .iter()
            .map(|(name, value)| Ok((name.clone(), node(value, &Place::Member(self.place, name))?)))
            .collect::<Result<_, SchemaError>>()?;
        let required = self.get("required")?.as_array().ok_or_else(|| self.bad("required"))?;
        let required: Option<Vec<String>> =
            required.iter().map(|name| Some(name.as_str()?.to_owned())).collect();
        let required = required.ok_or_else(|| self.bad("required"))?;
        if required.iter().all(|name| properties.contains_key(name)) {
            Ok(Kind::Object { properties, required })
        } else {
            Err(self.bad("required"))
        }
    }

    fn array(&self) -> Result<Kind, SchemaError> {
        self.only(&["items", "minItems", "maxItems"])?;
        let items = node(self.get("items")?, &Place::Member(self.place, "items"))?;
        self.get("maxItems")?;
        let [min, max] = self.lengths(["minItems", "maxItems"])?;
        Ok(Kind::Array { items: Box::new(items), min, max })
    }

    fn string(&self) -> Result<Kind, SchemaError> {
        self.only(&["minLength", "maxLength", "pattern", "enum", "const"])?;
        let [min, max] = self.lengths(["minLength", "maxLength"])?;
        let pattern = match self.text("pattern")? {
            Some(text) => Some(Pattern::named(text).ok_or_else(|| self.bad("pattern"))?),
            None => None,
        };
        Ok(Kind::String { min, max, pattern })
    }

    fn integer(&self) -> Result<Kind, SchemaError> {
        self.only(&["minimum", "maximum", "enum", "const"])?;
        let min = self.number("minimum", -INTEGER_MAX)?;
        let max = self.number("maximum", INTEGER_MAX)?;
        if min <= max { Ok(Kind::Integer { min, max }) } else { Err(self.bad("maximum")) }
    }

    /// The values of `enum` and `const`, each of which must be of the schema's own kind.
    fn allowed(&self, kind: &Kind) -> Result<Option<Vec<Value>>, SchemaError> {
        let (keyword, values) = match (self.members.get("enum"), self.members.get("const")) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return Err(self.bad("const")),
            (None, Some(value)) => ("const", vec![value.clone()]),
            (Some(values), None) => {
                ("enum", values.as_array().cloned().ok_or_else(|| self.bad("enum"))?)
            }
        };
        let fits = |value| kind.validate(value, self.place).is_ok();
        if !values.is_empty() && values.iter().all(fits) {
            Ok(Some(values))
        } else {
            Err(self.bad(keyword))
        }
    }

    fn only(&self, keywords: &[&str]) -> Result<(), SchemaError> {
        let at_root = matches!(self.place, Place::Root);
        let known = |name: &str| {
            ANYWHERE.contains(&name) || keywords.contains(&name) || (at_root && name == "$schema")
        };
        if let Some(annotation) = ["title", "description"]
            .into_iter()
            .find(|name| self.members.get(*name).is_some_and(|value| !value.is_string()))
        {
            return Err(self.bad(annotation));
        }
        match self.members.keys().find(|name| !known(name)) {
            Some(name) => Err(SchemaError::Keyword {
                at: self.place.at(),
                keyword: name.chars().take(32).collect(),
            }),
            None => Ok(()),
        }
    }

    fn lengths(&self, [low, high]: [&'static str; 2]) -> Result<[u64; 2], SchemaError> {
        let length = |keyword, default| {
            u64::try_from(self.number(keyword, default)?).map_err(|_| self.bad(keyword))
        };
        let (min, max) = (length(low, 0)?, length(high, INTEGER_MAX)?);
        if min <= max { Ok([min, max]) } else { Err(self.bad(high)) }
    }

    fn number(&self, keyword: &'static str, default: i64) -> Result<i64, SchemaError> {
        match self.members.get(keyword) {
            Some(value) => value.as_i64().ok_or_else(|| self.bad(keyword)),
            None => Ok(default),
        }
    }

    fn text(&self, keyword: &'static str) -> Result<Option<&'a str>, SchemaError> {
        match self.members.get(keyword) {
            Some(value) => value.as_str().map(Some).ok_or_else(|| self.bad(keyword)),
            None => Ok(None),
        }
    }

    fn get(&self, keyword: &'static str) -> Result<&'a Value, SchemaError> {
        self.members.get(keyword).ok_or_else(|| self.missing(keyword))
    }

    fn missing(&self, keyword: &'static str) -> SchemaError {
        SchemaError::KeywordMissing { at: self.place.at(), keyword }
    }

    fn bad(&self, keyword: &'static str) -> SchemaError {
        SchemaError::KeywordValue { at: self.place.at(), keyword }
    }
}
