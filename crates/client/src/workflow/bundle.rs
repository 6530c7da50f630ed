//! Trust bundles: what a sovereign publishes, fetched into one file, or held against one.

use comity_mesh::bundle::{BundleParts, Fetched, LiveMaterial, assemble};
use comity_wire::mesh_json::{Datetime, Value};

use crate::review::Identity;
use crate::{ClientError, Remote, Request, calls};

/// Fetches what a sovereign publishes and makes a bundle of it. Genesis and identity document are checked on the way; what
/// else is in the bundle is not.
///
/// # Errors
///
/// [`ClientError`] if a document that every authority has cannot be had.
pub fn export(remote: &Remote<'_>, with_feed: bool, at: Datetime) -> Result<Value, ClientError> {
    let get = |route: &str| remote.ask(&calls::document(remote.endpoint, route));
    let identity = Identity::read(remote, None, at)?;
    let policy = calls::document(remote.endpoint, "/recognition-policy");
    let feed = calls::feed(remote.endpoint, &identity.sovereign_id);
    Ok(assemble(BundleParts {
        endpoint: identity.endpoint,
        created_at: at,
        sovereign_metadata: identity.document,
        genesis: identity.genesis_document,
        recognition_policy: fetch(remote, &policy),
        revocation_feed: if with_feed { fetch(remote, &feed) } else { Fetched::Skipped },
        connectome: remote.ask(&calls::connectome(remote.endpoint))?,
        healthz: get("/healthz")?,
        readyz: get("/readyz")?,
    }))
}

/// What a sovereign publishes now, for comparing a bundle with it.
///
/// # Errors
///
/// As [`Identity::read`].
pub fn live(remote: &Remote<'_>, at: Datetime) -> Result<LiveMaterial, ClientError> {
    Identity::read(remote, None, at).map(|identity| material(&identity))
}

/// An identity in the form that bundles are compared with.
pub(super) fn material(identity: &Identity) -> LiveMaterial {
    LiveMaterial {
        endpoint: Some(identity.endpoint.clone()),
        sovereign_metadata: identity.document.clone(),
        genesis: identity.genesis_document.clone(),
    }
}

/// What an authority says where it need not say anything.
pub(crate) fn fetch(remote: &Remote<'_>, request: &Request) -> Fetched {
    match remote.ask(request) {
        Ok(payload) => Fetched::Ok(payload),
        Err(ClientError::NotThere { .. }) => Fetched::NotConfigured,
        Err(ClientError::NotJson { .. }) => Fetched::InvalidJson,
        Err(error) => Fetched::Unavailable(error.to_string()),
    }
}
