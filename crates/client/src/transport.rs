//! The one module that opens a socket.

use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use ureq::config::Config;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Error, http};

use crate::limits::{CONNECT_S_MAX, REQUEST_S_MAX};
use crate::{Carry, ClientError, Method, Reply, Request};

/// Whether somebody opens at `host:port` within the time for a connection. Nothing is sent.
///
/// # Errors
///
/// [`ClientError::UnknownHost`] or [`ClientError::Unreachable`].
pub fn reach(host: &str, port: u16) -> Result<(), ClientError> {
    let limit = Duration::from_secs(CONNECT_S_MAX);
    let url = format!("{host}:{port}");
    let mut refusal = ClientError::UnknownHost { url: url.clone() };
    let Ok(addresses) = (host, port).to_socket_addrs() else { return Err(refusal) };
    for address in addresses {
        match TcpStream::connect_timeout(&address, limit) {
            Ok(_) => return Ok(()),
            Err(error) => {
                refusal = ClientError::Unreachable { url: url.clone(), kind: error.kind() };
            }
        }
    }
    Err(refusal)
}

/// Carries requests over HTTP/1.1, with TLS for `https`. Keeps connections open between requests; follows no redirect,
/// asks no proxy, sends nothing twice.
#[derive(Clone, Debug)]
pub struct Http {
    agent: Agent,
}

impl Default for Http {
    /// Trusts the roots that come with the program, and waits as long as the limits say.
    fn default() -> Self {
        Self::with(RootCerts::WebPki, Duration::from_secs(REQUEST_S_MAX))
    }
}

impl Http {
    /// Trusts these roots and no others, each a certificate in DER: for authorities under a root of their own.
    pub fn trusting(roots: &[&[u8]]) -> Self {
        let roots: Vec<_> =
            roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        Self::with(RootCerts::new_with_certs(&roots), Duration::from_secs(REQUEST_S_MAX))
    }

    fn with(roots: RootCerts, wait: Duration) -> Self {
        let tls = TlsConfig::builder().root_certs(roots).build();
        let config: Config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("comity/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .accept_encoding("identity")
            .timeout_connect(Some(Duration::from_secs(CONNECT_S_MAX)))
            .timeout_global(Some(wait))
            .build();
        Self { agent: config.new_agent() }
    }
}

impl Carry for Http {
    fn carry(&self, request: &Request) -> Result<Reply, ClientError> {
        let told = |error: Error| told(error, request);
        let mut builder = http::Request::builder()
            .method(request.method.as_str())
            .uri(&request.url)
            .header("Host", &request.host);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if request.body.is_some() {
            builder = builder.header("Content-Type", "application/json");
        }
        let sent = match request.method {
            Method::Get => {
                self.agent.run(builder.body(()).map_err(|error| told(Error::Http(error)))?)
            }
            Method::Post | Method::Delete => {
                let body = request.body.as_deref().unwrap_or_default();
                self.agent.run(builder.body(body).map_err(|error| told(Error::Http(error)))?)
            }
        };
        let mut response = sent.map_err(told)?;
        let status = response.status().as_u16();
        let reader = response.body_mut().with_config().limit(request.answer_bytes_max);
        let body = reader.read_to_vec().map_err(told)?;
        Ok(Reply { status, body })
    }
}

fn told(error: Error, request: &Request) -> ClientError {
    let url = request.url.clone();
    #[allow(clippy::wildcard_enum_match_arm, reason = "the library's list is open")]
    match error {
        Error::Timeout(_) => ClientError::TimedOut { url },
        Error::HostNotFound => ClientError::UnknownHost { url },
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => ClientError::Tls { url },
        Error::BodyExceedsLimit(_) => ClientError::TooLarge { url, max: request.answer_bytes_max },
        Error::Io(error) => match error.kind() {
            std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => {
                ClientError::TimedOut { url }
            }
            // A handshake that fails travels inside an error of the system.
            std::io::ErrorKind::InvalidData => ClientError::Tls { url },
            // The system has no kind for this one.
            _ if error.to_string().starts_with("failed to lookup address") => {
                ClientError::UnknownHost { url }
            }
            kind => ClientError::Unreachable { url, kind },
        },
        Error::ConnectionFailed => {
            ClientError::Unreachable { url, kind: std::io::ErrorKind::NotConnected }
        }
        _ => ClientError::NotHttp { url },
    }
}

#[cfg(test)]
mod tests;
