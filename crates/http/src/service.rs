//! What all requests share: the record, the caches, the rates, the source of ids.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use comity_authority::{Authority, Call, Refusal};
use comity_wire::hex;
use comity_wire::mesh_json::Datetime;

use crate::cache::Cache;
use crate::clock;
use crate::ledger::Ledger;
use crate::rate::{Bucket, Limiter};
use crate::request::Head;

/// Fills bytes with randomness; comes from the program.
#[derive(Clone)]
pub struct Entropy(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) -> std::io::Result<()> + Send + Sync;

impl Entropy {
    /// What fills bytes.
    pub fn new(fill: impl Fn(&mut [u8]) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// A fresh id of 122 random bits, in the form of the reference's.
    pub(crate) fn id(&self) -> std::io::Result<String> {
        let mut bytes = [0_u8; 16];
        (self.0)(&mut bytes)?;
        if let Some(byte) = bytes.get_mut(6) {
            *byte = *byte & 0x0f | 0x40;
        }
        if let Some(byte) = bytes.get_mut(8) {
            *byte = *byte & 0x3f | 0x80;
        }
        let digits = hex::encode(&bytes);
        let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
        Ok([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-"))
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) ledger: Ledger,
    pub(crate) cache: Cache,
    pub(crate) limiter: Limiter,
    pub(crate) entropy: Entropy,
    /// Begins the ids of requests that bring none.
    pub(crate) run: String,
    pub(crate) requests: AtomicU64,
    /// Refusals that were not recorded since the last one that was.
    pub(crate) unrecorded: AtomicU64,
}

impl Service {
    /// Reads the state as of now.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Authority, Datetime) -> T) -> T {
        let at = clock::now();
        self.ledger.read(at, |authority| look(authority, at))
    }

    /// An id for a request that brings none.
    pub(crate) fn request_id(&self, head: &Head) -> String {
        let number = || self.requests.fetch_add(1, Ordering::Relaxed);
        head.request_id().map_or_else(|| format!("{}-{}", self.run, number()), str::to_owned)
    }

    /// Counts a request against its address.
    ///
    /// # Errors
    ///
    /// 429 `rate_limit_exceeded`.
    pub(crate) fn limit(&self, bucket: Bucket, from: Option<IpAddr>) -> Result<(), Refusal> {
        let refuse = || Refusal::new(429, "rate_limit_exceeded", "Rate limit exceeded");
        self.limiter.allow(bucket, from, clock::instant()).then_some(()).ok_or_else(refuse)
    }

    /// Records the refusal of a public request, as long as there are not too many.
    pub(crate) fn note(&self, head: &Head, request_id: &str, action: &str, refusal: &Refusal) {
        if !self.limiter.allow(Bucket::Notes, None, clock::instant()) {
            self.unrecorded.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let remote = remote(head);
        let call = call(head, "", request_id, &remote, &[]);
        let unrecorded = self.unrecorded.swap(0, Ordering::Relaxed);
        let more = [("refusals_not_recorded", unrecorded)];
        let more = more.get(usize::from(unrecorded == 0)..).unwrap_or_default();
        // A record that is closed takes no notes; the refusal stands.
        let _ = self.ledger.note(|authority| Some(authority.note(&call, action, refusal, more)));
    }
}

/// The address of the client.
pub(crate) fn remote(head: &Head) -> String {
    head.peer.map_or_else(|| "unknown".to_owned(), |peer| peer.ip().to_string())
}

/// The request as the authority sees it.
pub(crate) fn call<'a>(
    head: &'a Head,
    id: &'a str,
    request_id: &'a str,
    remote: &'a str,
    body: &'a [u8],
) -> Call<'a> {
    Call {
        at: clock::now(),
        id,
        request_id,
        remote,
        method: head.method.as_str(),
        path: &head.target,
        host: head.host(),
        admin: head.admin(),
        body,
    }
}
