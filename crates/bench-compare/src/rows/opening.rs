//! The first statement of a record that a row makes for itself.

use comity_mesh::{Genesis, MeshFact};
use comity_sign::{IssuerSecret, Signed};
use comity_wire::{Statement, Subject, Time};

use crate::stream::Stream;

/// The genesis of a sovereign of that name, under the stream's parameters.
pub(super) fn opening(
    root: &IssuerSecret,
    authority: &IssuerSecret,
    name: &str,
    at: Time,
) -> anyhow::Result<Signed<Statement>> {
    let parameters = Stream::parameters().hash();
    let genesis = MeshFact::from(Genesis {
        name: name.to_owned(),
        organisation: format!("{name} ltd"),
        region: "eu-central".to_owned(),
        root: root.id(),
        authority: authority.id(),
        authority_ml_dsa: None,
        parameters,
        witnesses_min: 0,
    });
    let statement = Statement {
        kind: genesis.kind().to_owned(),
        subject: Subject { name: "parameters".to_owned(), sha256: parameters },
        issuer: None,
        signer: root.id(),
        at,
        cites: Vec::new(),
        body: genesis.encode()?,
    };
    Ok(Signed::sign(root, statement)?)
}
