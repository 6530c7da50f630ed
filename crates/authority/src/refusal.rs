//! How the authority says no: a status, a code that clients branch on, words, and nothing changed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use comity_mesh::schema::SchemaError;
use comity_wire::mesh_json::Value;

/// A refusal. The state is what it was before, except that an authenticated request's nonce is used up.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Status of the answer, 400 to 503.
    pub status: u16,
    /// Stable name, the reference's where it has one.
    pub code: &'static str,
    /// Words for people.
    pub message: Cow<'static, str>,
    /// More for machines.
    pub details: BTreeMap<String, Value>,
}

impl Refusal {
    /// A refusal without details.
    pub fn new(status: u16, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        debug_assert!(crate::codes::is_known(code), "{code} is in the table of codes");
        Self { status, code, message: message.into(), details: BTreeMap::new() }
    }

    /// 400: the request lacks something or asks for something that cannot be.
    pub fn bad(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, code, message)
    }

    /// 401: it is not shown who asks.
    pub fn unauthorized(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(401, code, message)
    }

    /// 403: who asks may not.
    pub fn forbidden(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(403, code, message)
    }

    /// 404: there is none.
    pub fn absent(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(404, code, message)
    }

    /// 422: a value is not the object that it should be.
    pub fn schema(code: &'static str, what: &'static str, error: &SchemaError) -> Self {
        Self::new(422, code, format!("{what}: {error}")).with("path", error.path.clone())
    }

    /// The same with one detail more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// The envelope that clients see.
    pub fn to_value(&self, request_id: &str) -> Value {
        Value::from([(
            "error",
            Value::from([
                ("code", Value::from(self.code)),
                ("message", Value::from(self.message.as_ref())),
                ("details", Value::Map(self.details.clone())),
                ("request_id", Value::from(request_id)),
            ]),
        )])
    }
}
