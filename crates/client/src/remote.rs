//! One authority, and somebody who carries requests to it.

use comity_mesh::schema::{Field, SchemaError};
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
        let audience =
            if operator.names_an_audience() { self.authority_key()? } else { String::new() };
        operator.authorise(&mut request, body, &audience, stamp)?;
        self.ask(&request)
    }

    /// The key of the authority there, as it says.
    fn authority_key(&self) -> Result<String, ClientError> {
        let metadata = self.ask(&Request::get(self.endpoint, "/sovereign.json"))?;
        let key = metadata.get("network_authority").and_then(|it| it.get("public_key"));
        let expected = SchemaError::expected("text").within("network_authority.public_key");
        let wrong = || ClientError::wrong_shape("sovereign metadata")(expected);
        key.and_then(Value::as_str).map(str::to_owned).ok_or_else(wrong)
    }
}
