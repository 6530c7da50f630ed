//! Reading the members of a request's body: what is missing, what is too long, what is no role.

use std::collections::BTreeMap;

use comity_mesh::keys::MeshKey;
use comity_wire::mesh_json::{Value, parse};

use crate::Refusal;
use crate::limits::{LIST_ITEMS_MAX, TEXT_BYTES_MAX, VALIDITY_HOURS_MAX};

/// The members of a request's body.
#[derive(Clone, Debug, PartialEq)]
pub struct Body(BTreeMap<String, Value>);

impl Body {
    /// Reads a body; an empty one is an object without members.
    ///
    /// # Errors
    ///
    /// 400 `invalid_json` or `invalid_json_object`.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(BTreeMap::new()));
        }
        match parse(bytes) {
            Ok(Value::Map(members)) => Ok(Self(members)),
            Ok(_) => Err(Refusal::bad("invalid_json_object", "the body is not a JSON object")),
            Err(error) => {
                Err(Refusal::bad("invalid_json", format!("the body is not JSON: {error}")))
            }
        }
    }

    /// The body as a value.
    pub fn to_value(&self) -> Value {
        Value::Map(self.0.clone())
    }

    /// The body without one member.
    pub fn without(&self, name: &str) -> Value {
        comity_mesh::keys::without(self.to_value(), name)
    }

    /// A member; `null` counts as absent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| **value != Value::Null)
    }

    /// A member or `null`, for reading an object that must be there.
    pub fn object(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }

    /// Text that may be absent.
    ///
    /// # Errors
    ///
    /// 400 `code` if it is no text, is empty or is too long.
    pub fn text(&self, name: &str, code: &'static str) -> Result<Option<&str>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().filter(|text| (1..=TEXT_BYTES_MAX).contains(&text.len()));
        let wrong =
            || Refusal::bad(code, format!("{name} must be text of 1 to {TEXT_BYTES_MAX} bytes"));
        text.map(Some).ok_or_else(wrong)
    }

    /// Text that must be there.
    ///
    /// # Errors
    ///
    /// 400 `code`.
    pub fn required(&self, name: &str, code: &'static str) -> Result<&str, Refusal> {
        let missing = || Refusal::bad(code, format!("{name} is required"));
        self.text(name, code)?.ok_or_else(missing)
    }

    /// A number of hours, at least one.
    ///
    /// # Errors
    ///
    /// 400 `code`.
    pub fn hours(&self, name: &str, default: u64, code: &'static str) -> Result<u64, Refusal> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let number =
            if let Value::Int(int) = value { int.as_str().parse::<u64>().ok() } else { None };
        let wrong = || {
            Refusal::bad(code, format!("{name} must be an integer from 1 to {VALIDITY_HOURS_MAX}"))
        };
        number.filter(|hours| (1..=VALIDITY_HOURS_MAX).contains(hours)).ok_or_else(wrong)
    }

    /// A list of texts that may be absent.
    ///
    /// # Errors
    ///
    /// 400 `code` if it is no list of texts, or too long.
    pub fn texts(&self, name: &str, code: &'static str) -> Result<Option<Vec<String>>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let wrong = || {
            Refusal::bad(code, format!("{name} must be a list of at most {LIST_ITEMS_MAX} texts"))
        };
        let Value::List(items) = value else { return Err(wrong()) };
        let text = |item: &Value| {
            let text = item.as_str().filter(|text| (1..=TEXT_BYTES_MAX).contains(&text.len()));
            text.map(str::to_owned).ok_or_else(wrong)
        };
        if LIST_ITEMS_MAX < items.len() {
            Err(wrong())
        } else {
            items.iter().map(text).collect::<Result<_, _>>().map(Some)
        }
    }

    /// An object that may be absent.
    ///
    /// # Errors
    ///
    /// 400 `code` if it is no object.
    pub fn map(&self, name: &str, code: &'static str) -> Result<BTreeMap<String, Value>, Refusal> {
        let Some(value) = self.get(name) else { return Ok(BTreeMap::new()) };
        value
            .members()
            .cloned()
            .ok_or_else(|| Refusal::bad(code, format!("{name} must be an object")))
    }

    /// Public keys that may be absent.
    ///
    /// # Errors
    ///
    /// 400 `code` if it is no list of Ed25519 keys in base64.
    pub fn keys(&self, name: &str, code: &'static str) -> Result<Option<Vec<MeshKey>>, Refusal> {
        let Some(texts) = self.texts(name, code)? else { return Ok(None) };
        keys(&texts, name, code).map(Some)
    }
}

/// Reads public keys.
pub(crate) fn keys(
    texts: &[String],
    name: &str,
    code: &'static str,
) -> Result<Vec<MeshKey>, Refusal> {
    let wrong = |_| {
        Refusal::bad(code, format!("{name} holds text that is no Ed25519 public key in base64"))
    };
    MeshKey::parse_all(texts).map_err(wrong)
}
