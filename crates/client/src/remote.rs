//! One authority, and somebody who carries requests to it.

use comity_mesh::schema::Field;
use comity_wire::mesh_json::Value;

use crate::{Carry, ClientError, Endpoint, Operator, Request, Stamp};

/// An authority that can be asked.
#[derive(Clone, Copy)]
pub struct Remote<'a> {
    /// Where it answers.
    pub endpoint: &'a Endpoint,
    /// Who carries.
    pub carrier: &'a dyn Carry,
}

impl std::fmt::Debug for Remote<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Remote").field("endpoint", self.endpoint).finish_non_exhaustive()
    }
}

impl<'a> Remote<'a> {
    /// The authority at `endpoint`.
    pub fn new(endpoint: &'a Endpoint, carrier: &'a dyn Carry) -> Self {
        Self { endpoint, carrier }
    }

    /// Sends a request and reads the document that comes back.
    ///
    /// # Errors
    ///
    /// [`ClientError`] of the way there and back.
    pub fn ask(&self, request: &Request) -> Result<Value, ClientError> {
        self.carrier.carry(request)?.document(request)
    }

    /// The same, as an object.
    ///
    /// # Errors
    ///
    /// Also [`ClientError::WrongShape`].
    pub fn read<T: Field>(&self, request: &Request, what: &'static str) -> Result<T, ClientError> {
        T::read(&self.ask(request)?).map_err(ClientError::wrong_shape(what))
    }

    /// Has an operator's wish carried out.
    ///
    /// # Errors
    ///
    /// As [`Self::ask`].
    pub fn order(
        &self,
        route: &str,
        body: &Value,
        operator: &Operator,
        stamp: &Stamp,
    ) -> Result<Value, ClientError> {
        let mut request = Request::post(self.endpoint, route, body);
        operator.authorise(&mut request, body, stamp);
        self.ask(&request)
    }
}
