//! The recognition graph of the treaties that this authority issued, kept ready for paths.
//!
//! Where a treaty stands depends on the time, so its label falls due: [`Authority::tick`] renews those that are, and only
//! those. It changes nothing that is recorded.

use comity_mesh::connectome::{RecognitionGraph, Scratch, TrustPath};
use comity_wire::mesh_json::{Datetime, Value};

use crate::{Authority, Refusal};

impl Authority {
    /// Whether [`Self::tick`] has something to do.
    pub fn is_due(&self, at: Datetime) -> bool {
        self.state.connectome.is_due(at)
    }

    /// Renews what depends on the time only.
    pub fn tick(&mut self, at: Datetime) {
        self.state.connectome.advance(at);
    }

    /// Changes whenever the graph does.
    pub const fn graph_version(&self) -> u64 {
        self.state.connectome.generation()
    }

    /// The graph as it is exported. Call [`Self::tick`] before, when it is due.
    pub fn recognition_graph(&self) -> RecognitionGraph {
        self.state.connectome.graph()
    }

    /// Whether and how one sovereign recognises another. Call [`Self::tick`] before, when it is due.
    pub fn trust_path<'a>(&'a self, scratch: &mut Scratch, from: &str, to: &str) -> TrustPath<'a> {
        self.state.connectome.explain(scratch, from, to)
    }

    /// [`Self::trust_path`] for a query.
    ///
    /// # Errors
    ///
    /// 400 `missing_trust_path_parameters`.
    pub fn explain(
        &self,
        scratch: &mut Scratch,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<Value, Refusal> {
        let (Some(from), Some(to)) =
            (from.filter(|it| !it.is_empty()), to.filter(|it| !it.is_empty()))
        else {
            let message = "from/source and to/target are required";
            return Err(Refusal::bad("missing_trust_path_parameters", message));
        };
        Ok(self.trust_path(scratch, from, to).to_value())
    }
}
