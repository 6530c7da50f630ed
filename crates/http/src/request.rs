//! Requests: what is taken from heads and queries, and bodies within their limits.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, Method, request::Parts};
use comity_authority::{AdminHeaders, Refusal};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::limits::{BODY_BYTES_MAX, BODY_WAIT_S, REQUEST_ID_BYTES_MAX};

/// Who sent a request; put beside it by the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The head of a request, read once.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) method: Method,
    /// Path and query as they were sent.
    pub(crate) target: String,
    query: Option<String>,
    headers: HeaderMap,
    pub(crate) peer: Option<SocketAddr>,
}

impl Head {
    pub(crate) fn new(parts: Parts) -> Self {
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let query = parts.uri.query().map(str::to_owned);
        Self { method: parts.method, target, query, headers: parts.headers, peer }
    }

    /// A header that is there once and is text; empty otherwise.
    pub(crate) fn header(&self, name: &'static str) -> &str {
        let mut values = self.headers.get_all(HeaderName::from_static(name)).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().unwrap_or_default(),
            _ => "",
        }
    }

    /// The Host header.
    pub(crate) fn host(&self) -> &str {
        self.header("host")
    }

    /// The headers of an operator.
    pub(crate) fn admin(&self) -> AdminHeaders<'_> {
        AdminHeaders {
            version: self.header("x-admin-version"),
            key_id: self.header("x-admin-key-id"),
            timestamp: self.header("x-admin-timestamp"),
            nonce: self.header("x-admin-nonce"),
            signature: self.header("x-admin-signature"),
        }
    }

    /// The client's id for its request, if it is short and printable.
    pub(crate) fn request_id(&self) -> Option<&str> {
        let id = self.header("x-request-id");
        let is_good = (1..=REQUEST_ID_BYTES_MAX).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_graphic());
        is_good.then_some(id)
    }

    /// The first value of a query parameter, decoded.
    pub(crate) fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        let query = self.query.as_deref()?;
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key) == name).then(|| decode(value))
        })
    }

    /// What clients put before paths, as they or a proxy see it.
    pub(crate) fn base_url(&self) -> String {
        let first = |name| self.header(name).split(',').next().unwrap_or_default().trim();
        let (proto, host) = (first("x-forwarded-proto"), first("x-forwarded-host"));
        let proto = if proto.is_empty() { "http" } else { proto };
        let host = if host.is_empty() { self.host() } else { host };
        format!("{proto}://{host}").trim_end_matches('/').to_owned()
    }
}

/// A part of a query, with `+` and `%XX` resolved; what is no UTF-8 is replaced.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = hex.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let escaped = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

/// The whole body.
///
/// # Errors
///
/// 413 `payload_too_large`, 408 `request_timeout`, 400 `bad_request` if the client breaks off.
pub(crate) async fn body(body: Body) -> Result<Bytes, Refusal> {
    let too_large = || {
        let message = format!("The body is larger than {BODY_BYTES_MAX} bytes");
        Refusal::new(413, "payload_too_large", message)
    };
    let size = axum::body::HttpBody::size_hint(&body);
    if BODY_BYTES_MAX as u64 <= size.lower().saturating_sub(1) {
        return Err(too_large());
    }
    let whole = Limited::new(body, BODY_BYTES_MAX).collect();
    match tokio::time::timeout(Duration::from_secs(BODY_WAIT_S), whole).await {
        Err(_) => Err(Refusal::new(408, "request_timeout", "The body did not come in time")),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Refusal::bad("bad_request", "The body could not be read")),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn queries_are_decoded_once() {
        let cases = [
            ("a+b", "a b"),
            ("%41%2f", "A/"),
            ("%zz%4", "%zz%4"),
            ("%2541", "%41"),
            ("%+1", "% 1"),
        ];
        for (text, wanted) in cases {
            assert_eq!(decode(text), wanted);
        }
    }
}
