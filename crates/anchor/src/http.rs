//! The one module that opens a socket.

use std::time::Duration;

use ureq::config::Config;
use ureq::{Agent, Error, http};

use crate::error::AnchorError;
use crate::limits::{ANSWER_BYTES_MAX, CONNECT_S_MAX, REQUEST_S_MAX, RPC_ADDRESS_BYTES_MAX};

/// Carries a question to a node and its answer back.
pub trait Wire {
    /// The bytes that the node answers to these bytes.
    ///
    /// # Errors
    ///
    /// [`AnchorError`] if there is no whole answer.
    fn ask(&mut self, question: &[u8]) -> Result<Vec<u8>, AnchorError>;
}

/// A node's JSON-RPC over HTTP/1.1, with TLS for `https`. Follows no redirect, asks no proxy, sends nothing twice.
#[derive(Clone, Debug)]
pub struct Http {
    agent: Agent,
    address: String,
}

impl Http {
    /// The node at this address. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`AnchorError::BadRpcAddress`].
    pub fn new(address: &str) -> Result<Self, AnchorError> {
        let known = address.starts_with("http://") || address.starts_with("https://");
        let uri = address.parse::<http::Uri>().ok().filter(|uri| uri.host().is_some());
        if !known || uri.is_none() || RPC_ADDRESS_BYTES_MAX < address.len() {
            return Err(AnchorError::BadRpcAddress { max: RPC_ADDRESS_BYTES_MAX });
        }
        let config: Config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("comity/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .accept_encoding("identity")
            .timeout_connect(Some(Duration::from_secs(CONNECT_S_MAX)))
            .timeout_global(Some(Duration::from_secs(REQUEST_S_MAX)))
            .build();
        Ok(Self { agent: config.new_agent(), address: address.to_owned() })
    }
}

impl Wire for Http {
    fn ask(&mut self, question: &[u8]) -> Result<Vec<u8>, AnchorError> {
        let request = http::Request::post(&self.address).header("Content-Type", "application/json");
        let request = request.body(question).map_err(|_| AnchorError::NotHttp)?;
        let mut response = self.agent.run(request).map_err(told)?;
        let limit = u64::try_from(ANSWER_BYTES_MAX).unwrap_or(u64::MAX);
        let body = response.body_mut().with_config().limit(limit).read_to_vec().map_err(told)?;
        // Some nodes say that they refuse in the status as well; their words are in the body.
        match response.status().as_u16() {
            200..=299 => Ok(body),
            400..=499 if body.starts_with(b"{") => Ok(body),
            status => Err(AnchorError::Status(status)),
        }
    }
}

fn told(error: Error) -> AnchorError {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the library's list is open")]
    match error {
        Error::Timeout(_) => AnchorError::TimedOut,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => AnchorError::Tls,
        Error::BodyExceedsLimit(_) => AnchorError::TooLarge { max: ANSWER_BYTES_MAX },
        Error::HostNotFound => AnchorError::Unreachable { kind: std::io::ErrorKind::NotFound },
        Error::ConnectionFailed => {
            AnchorError::Unreachable { kind: std::io::ErrorKind::NotConnected }
        }
        Error::Io(error) => match error.kind() {
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => AnchorError::TimedOut,
            // A handshake that fails travels inside an error of the system.
            std::io::ErrorKind::InvalidData => AnchorError::Tls,
            kind => AnchorError::Unreachable { kind },
        },
        _ => AnchorError::NotHttp,
    }
}

#[cfg(test)]
mod tests;
