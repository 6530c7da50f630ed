//! Answers: JSON, the envelope of refusals, and the headers that every answer has.

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use comity_authority::{Answer, Refusal};
use comity_wire::mesh_json::{Value, canonical};

const JSON: &str = "application/json";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// An answer on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    content_type: &'static str,
    body: Bytes,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// 200 with a JSON document.
    pub(crate) fn json(value: &Value) -> Self {
        Self::bytes(JSON, canonical(value).into())
    }

    /// 200 with JSON that was written before.
    pub(crate) const fn written(body: Bytes) -> Self {
        Self::bytes(JSON, body)
    }

    /// 200 with something else.
    pub(crate) fn text(content_type: &'static str, body: String) -> Self {
        Self::bytes(content_type, body.into())
    }

    /// What the authority answers.
    pub(crate) fn answer(answer: &Answer) -> Self {
        Self { status: answer.status, ..Self::json(&answer.body) }
    }

    /// A refusal in its envelope.
    pub(crate) fn refusal(refusal: &Refusal, request_id: &str) -> Self {
        Self { status: refusal.status, ..Self::json(&refusal.to_value(request_id)) }
    }

    /// The same with a header more.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    const fn bytes(content_type: &'static str, body: Bytes) -> Self {
        Self { status: 200, content_type, body, headers: Vec::new() }
    }

    /// What goes to the client.
    pub(crate) fn into_response(self, request_id: &str) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(REQUEST_ID, id);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
