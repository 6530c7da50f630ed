//! Where an authority answers: `http://127.0.0.1:8443`, `https://na.example.org/mesh`.

use crate::ClientError;
use crate::limits::ENDPOINT_BYTES_MAX;

/// The address of an authority: scheme, host, port, and a path that all of its routes begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    host: String,
    prefix: String,
}

impl Endpoint {
    /// Reads an address. Slashes at its end do not count; the port that its scheme implies is dropped.
    ///
    /// # Errors
    ///
    /// [`ClientError::BadEndpoint`] for anything but `http` or `https`, names of users, queries, fragments, and characters
    /// that no address has.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        parts(text).map_err(|what| ClientError::BadEndpoint {
            given: text.chars().take(80).flat_map(char::escape_default).collect(),
            what,
        })
    }

    /// What goes into the `Host` header: the name in lower case, and the port unless the scheme implies it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path of a route, as it is sent.
    pub(crate) fn path(&self, route: &str) -> String {
        format!("{}{route}", self.prefix)
    }

    /// The address of a path that [`Self::path`] made.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.host)
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.host, self.prefix)
    }
}

fn parts(text: &str) -> Result<Endpoint, &'static str> {
    if ENDPOINT_BYTES_MAX < text.len() {
        return Err("too long");
    }
    let (scheme, rest) = text.split_once("://").ok_or("begins with http:// or https://")?;
    let (scheme, implied) = match scheme {
        "http" => ("http", ":80"),
        "https" => ("https", ":443"),
        _ => return Err("begins with http:// or https://"),
    };
    let (authority, prefix) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let authority = authority.to_ascii_lowercase();
    if !is_host(&authority) {
        return Err("needs a host, and a port from 1 to 65535 if it has one");
    }
    let authority = authority.strip_suffix(implied).unwrap_or(&authority);
    let prefix = prefix.trim_end_matches('/');
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    if !prefix.bytes().all(is_plain) || prefix.split('/').any(|part| part == "." || part == "..") {
        return Err("its path has plain characters only, no query and no fragment");
    }
    Ok(Endpoint { scheme, host: authority.to_owned(), prefix: prefix.to_owned() })
}

/// `name`, `name:port`, `1.2.3.4:port`, `[::1]:port`.
fn is_host(text: &str) -> bool {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let plain = || text.find(':').map_or((text, ""), |at| text.split_at(at));
    let (name, port) = bracketed.unwrap_or_else(plain);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let is_name = match bracketed {
        Some(_) => name.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !name.is_empty() && name.bytes().all(is_plain),
    };
    let is_port = |digits: &str| {
        digits.bytes().all(|byte| byte.is_ascii_digit())
            && digits.parse::<u16>().is_ok_and(|port| port != 0)
    };
    is_name && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

#[cfg(test)]
mod tests;
