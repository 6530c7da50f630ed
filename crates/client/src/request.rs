//! Requests and replies as values, and the one trait that a socket hides behind.

use comity_wire::mesh_json::{Value, canonical, parse};

use crate::limits::{ANSWER_BYTES_MAX, ID_BYTES_MAX};
use crate::{ClientError, Endpoint, Said};

/// What is done to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads it.
    Get,
    /// Hands something over.
    Post,
    /// Takes something away.
    Delete,
}

impl Method {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// One request, complete but for what every request has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is done.
    pub method: Method,
    /// Where.
    pub url: String,
    /// The `Host` header.
    pub host: String,
    /// Path and query, as they are sent.
    pub path: String,
    /// Headers beyond `Host`, `Content-Type` and the like.
    pub headers: Vec<(&'static str, String)>,
    /// The body, JSON, if there is one.
    pub body: Option<Vec<u8>>,
    /// Most bytes of an answer that are read.
    pub answer_bytes_max: u64,
}

impl Request {
    /// A question.
    pub fn get(endpoint: &Endpoint, route: &str) -> Self {
        Self::new(Method::Get, endpoint, route, None)
    }

    /// A body, in canonical form.
    pub fn post(endpoint: &Endpoint, route: &str, body: &Value) -> Self {
        Self::new(Method::Post, endpoint, route, Some(canonical(body)))
    }

    /// A word that takes something away, with a body in canonical form that proves who says it.
    pub fn delete(endpoint: &Endpoint, route: &str, body: &Value) -> Self {
        Self::new(Method::Delete, endpoint, route, Some(canonical(body)))
    }

    fn new(method: Method, endpoint: &Endpoint, route: &str, body: Option<Vec<u8>>) -> Self {
        let path = endpoint.path(route);
        Self {
            method,
            url: endpoint.url(&path),
            host: endpoint.host().to_owned(),
            path,
            headers: Vec::new(),
            body,
            answer_bytes_max: ANSWER_BYTES_MAX,
        }
    }

    /// The same, with a longer answer allowed.
    #[must_use]
    pub fn at_most(mut self, answer_bytes_max: u64) -> Self {
        self.answer_bytes_max = answer_bytes_max;
        self
    }
}

/// Something that carries a request to its host and brings the reply back.
pub trait Carry {
    /// Sends the request once.
    ///
    /// # Errors
    ///
    /// [`ClientError`] if no whole reply came back within the limits.
    fn carry(&self, request: &Request) -> Result<Reply, ClientError>;
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Status, 100 to 599.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The document in a reply of success.
    ///
    /// # Errors
    ///
    /// A redirect, a refusal by name, or a body that is not strict JSON.
    pub fn document(&self, request: &Request) -> Result<Value, ClientError> {
        let (url, status) = (request.url.clone(), self.status);
        if (300..400).contains(&status) {
            return Err(ClientError::Redirected { url, status });
        }
        let document = parse(&self.body);
        if (200..300).contains(&status) {
            return document.map_err(|source| ClientError::NotJson { url, source });
        }
        let said = Said::read(document.ok().as_ref());
        Err(match (status, said.code.as_str()) {
            (401 | 403, _) => ClientError::NotAuthorised { url, said },
            (404, _) => ClientError::NotThere { url, said },
            (409, "stale_sequence") => ClientError::Stale { url },
            (429, _) => ClientError::TooMany { url },
            (400..=499, _) => ClientError::Refused { url, status, said },
            _ => ClientError::AtFault { url, status, said },
        })
    }
}

/// An id as one segment of a path.
///
/// # Errors
///
/// [`ClientError::BadId`] if it is empty, too long, or means another place in the tree.
pub(crate) fn segment(id: &str) -> Result<String, ClientError> {
    if id.is_empty() || id == "." || id == ".." || ID_BYTES_MAX < id.len() {
        return Err(ClientError::BadId);
    }
    Ok(escape(id))
}

/// `?name=value&...` of the pairs that have a value; empty if none has.
pub(crate) fn query(pairs: &[(&str, Option<&str>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| Some((name, (*value)?)));
    let joined: Vec<_> = given.map(|(name, value)| format!("{name}={}", escape(value))).collect();
    if joined.is_empty() { String::new() } else { format!("?{}", joined.join("&")) }
}

/// Percent-encodes everything but what RFC 3986 calls unreserved.
fn escape(text: &str) -> String {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| {
        if is_unreserved(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests;
