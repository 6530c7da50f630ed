//! The atlas of several authorities: a peer's graph is fetched here, since an authority fetches nothing, and handed in.

use comity_mesh::connectome::{RecognitionGraph, graph_digest};
use comity_mesh::objects;
use comity_mesh::schema::Field as _;
use comity_wire::mesh_json::{Datetime, Value};

use crate::limits::BUNDLE_BYTES_MAX;
use crate::review::Identity;
use crate::{ClientError, Operator, Remote, Request, Stamp};

const GRAPH: &str = "/recognition-graph";
const ADMIN_PEERS: &str = "/admin/atlas/peers";
const ADMIN_ARCHIVE: &str = "/admin/atlas/archive";

objects! {
    /// What an atlas says about an authority.
    pub struct AtlasPeer {
        /// Whose.
        sovereign_id: String,
        /// `live`, `stale` or `archived`.
        freshness: String,
        /// Digest of its export.
        graph_digest: String = String::new(),
        /// How many treaties of its own its export has.
        recognition_edge_count: u64 = 0,
        /// How many of others, which do not count.
        hearsay_count: u64 = 0,
    }
}

/// A peer's graph as it was fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct PeerGraph {
    /// The peer's sovereign.
    pub sovereign_id: String,
    /// Where its authority answered.
    pub endpoint: String,
    /// Its export.
    pub graph: RecognitionGraph,
    /// Digest of the export as it came.
    pub graph_digest: String,
    /// When it was fetched.
    pub fetched_at: Datetime,
}

impl PeerGraph {
    /// Fetches the graph of the authority behind `peer`, whose documents must hold `at` that time.
    ///
    /// # Errors
    ///
    /// [`ClientError`].
    pub fn fetch(peer: &Remote<'_>, at: Datetime) -> Result<Self, ClientError> {
        let identity = Identity::read(peer, None, at)?;
        let export = peer.ask(&Request::get(peer.endpoint, GRAPH).at_most(BUNDLE_BYTES_MAX))?;
        let graph = RecognitionGraph::read(&export)
            .map_err(ClientError::wrong_shape("a recognition graph"))?;
        Ok(Self {
            sovereign_id: identity.sovereign_id,
            endpoint: identity.endpoint,
            graph,
            graph_digest: graph_digest(&export).to_string(),
            fetched_at: at,
        })
    }

    /// The body of the request: the treaties as edges are enough.
    fn body(&self) -> Value {
        let edges = self.graph.recognition_edges.write();
        Value::from([
            ("sovereign_id", Value::from(self.sovereign_id.as_str())),
            ("endpoint", Value::from(self.endpoint.as_str())),
            ("fetched_at", Value::from(self.fetched_at.isoformat())),
            ("graph_digest", Value::from(self.graph_digest.as_str())),
            ("graph", Value::from([("recognition_edges", edges)])),
        ])
    }
}

/// Has an authority put a peer's graph into its atlas.
///
/// # Errors
///
/// [`ClientError`]; also if the authority answers about something else.
pub fn atlas_import(
    remote: &Remote<'_>,
    peer: &PeerGraph,
    operator: &Operator,
    stamp: &Stamp,
) -> Result<AtlasPeer, ClientError> {
    let answer = remote.order(ADMIN_PEERS, &peer.body(), operator, stamp)?;
    about(&answer, &peer.sovereign_id)
}

/// Has an authority label a peer as gone.
///
/// # Errors
///
/// [`ClientError`]; also if the authority answers about something else.
pub fn atlas_archive(
    remote: &Remote<'_>,
    sovereign_id: &str,
    reason: &str,
    operator: &Operator,
    stamp: &Stamp,
) -> Result<AtlasPeer, ClientError> {
    let body = [("sovereign_id", Value::from(sovereign_id)), ("reason", Value::from(reason))];
    about(&remote.order(ADMIN_ARCHIVE, &Value::from(body), operator, stamp)?, sovereign_id)
}

fn about(answer: &Value, sovereign_id: &str) -> Result<AtlasPeer, ClientError> {
    let peer = AtlasPeer::read(answer).map_err(ClientError::wrong_shape("a part of an atlas"))?;
    if peer.sovereign_id == sovereign_id {
        return Ok(peer);
    }
    let (asked, answered) = (sovereign_id.to_owned(), peer.sovereign_id);
    Err(ClientError::OtherAnswer { what: "sovereign", asked, answered })
}

#[cfg(test)]
mod tests {
    use comity_wire::mesh_json::{Value, parse};

    use super::{PeerGraph, atlas_archive, atlas_import};
    use crate::memory::{ALPHA, BETA, Memory, at, operator, stamp};
    use crate::{ClientError, Remote};

    fn answered(sovereign: &str) -> Value {
        let freshness = Value::from("live");
        Value::from([("sovereign_id", Value::from(sovereign)), ("freshness", freshness)])
    }

    fn fetched(export: &str) -> Result<PeerGraph, ClientError> {
        let mut memory = Memory::default();
        BETA.answer(&mut memory);
        let export = parse(export.as_bytes()).unwrap();
        memory.answer(&format!("GET {}", BETA.url("/recognition-graph")), 200, &export);
        PeerGraph::fetch(&Remote::new(&BETA.endpoint(), &memory), at())
    }

    #[test]
    fn a_graph_is_fetched_whole_and_handed_in_as_edges_with_its_digest() {
        let export = r#"{"recognition_edges":[{"from":"beta","to":"x","treaty_id":"t"}],"new":1}"#;
        let graph = fetched(export).unwrap();
        let digest = comity_mesh::connectome::graph_digest(&parse(export.as_bytes()).unwrap());
        assert_eq!(graph.graph_digest, digest.to_string());
        let mut memory = Memory::default();
        let route = format!("POST {}", ALPHA.url("/admin/atlas/peers"));
        memory.answer(&route, 201, &answered("beta"));
        let endpoint = ALPHA.endpoint();
        let alpha = Remote::new(&endpoint, &memory);
        let peer = atlas_import(&alpha, &graph, &operator(), &stamp("n")).unwrap();
        assert_eq!(peer.freshness, "live");
        let sent = memory.asked.borrow()[0].body.clone().unwrap_or_default();
        let sent = parse(&sent).unwrap();
        assert_eq!(sent.get("graph_digest"), Some(&Value::from(digest.to_string())));
        assert_eq!(sent.get("fetched_at"), Some(&Value::from(at().isoformat())));
        assert!(sent.get("graph").unwrap().get("active_treaties").is_none());
    }

    #[test]
    fn what_is_no_graph_and_an_answer_about_another_are_refused() {
        let wrong = fetched(r#"{"recognition_edges":[1]}"#).unwrap_err();
        assert!(matches!(wrong, ClientError::WrongShape { .. }), "{wrong}");
        let mut memory = Memory::default();
        let route = format!("POST {}", ALPHA.url("/admin/atlas/archive"));
        memory.answer(&route, 200, &answered("gamma"));
        let endpoint = ALPHA.endpoint();
        let alpha = Remote::new(&endpoint, &memory);
        let other = atlas_archive(&alpha, "beta", "gone", &operator(), &stamp("n")).unwrap_err();
        assert!(matches!(other, ClientError::OtherAnswer { what: "sovereign", .. }), "{other}");
    }
}
