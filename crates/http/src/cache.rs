//! Documents that are written once for all who read them.

use std::sync::{PoisonError, RwLock};

use axum::body::Bytes;
use comity_wire::mesh_json::Datetime;

/// One document, with the version of what it says.
#[derive(Debug)]
pub(crate) struct Cached<T>(RwLock<Option<(u64, T)>>);

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self(RwLock::new(None))
    }
}

impl<T: Clone> Cached<T> {
    /// The document of that version, made now if it is not there.
    pub(crate) fn get<E>(&self, version: u64, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, document)) = known.as_ref().filter(|(of, _)| *of == version) {
            return Ok(document.clone());
        }
        drop(known);
        let document = make()?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some((version, document.clone()));
        Ok(document)
    }
}

/// One document that also depends on the time, with the version of what it says and until when it says so.
#[derive(Debug, Default)]
pub(crate) struct Timed(RwLock<Option<(u64, Datetime, Datetime, Bytes)>>);

impl Timed {
    /// The document of that version, made now if it is not there or was made for another time. `make` says until when the
    /// document stands.
    pub(crate) fn get(
        &self,
        version: u64,
        at: Datetime,
        make: impl FnOnce() -> (Bytes, Datetime),
    ) -> Bytes {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, from, until, document)) = known.as_ref()
            && *of == version
            && (from.instant()..until.instant()).contains(&at.instant())
        {
            return document.clone();
        }
        drop(known);
        let (document, until) = make();
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some((version, at, until, document.clone()));
        document
    }
}

/// A numbered list as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) body: Bytes,
    pub(crate) sequence: u64,
    pub(crate) next_update: String,
}

/// The documents of one authority.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    pub(crate) genesis: Cached<Bytes>,
    pub(crate) graph: Cached<Bytes>,
    pub(crate) connectome: Cached<Bytes>,
    pub(crate) atlas: Timed,
    pub(crate) dashboard: Timed,
    pub(crate) feed: Cached<List>,
    pub(crate) crl: Cached<List>,
}
