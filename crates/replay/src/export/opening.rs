//! The first envelope of a record, which says whose record it is.

use comity_mesh::{Genesis, MeshFact};
use comity_sign::{Claim, IssuerKey, PublicKey, VerifyError};
use comity_tlog::Vkey;
use comity_wire::{SovereignId, Statement};

use crate::Refusal;
use crate::export::origin;

/// What a record says about itself in its first statement, whose id is the sovereign's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The sovereign.
    pub id: SovereignId,
    /// Its genesis.
    pub genesis: Genesis,
    /// The key of its log.
    pub log: Vkey,
    /// The same key as a witness of other logs.
    pub witness: Vkey,
}

impl Opening {
    /// Reads a genesis and checks that its own root key has signed it.
    ///
    /// # Errors
    ///
    /// [`Refusal::Verify`] for form and signature, [`Refusal::GenesisPlace`] if it is no genesis.
    pub fn read(envelope: &[u8]) -> Result<Self, Refusal> {
        let claim = Claim::<Statement>::decode(envelope)?;
        let id = SovereignId::of_genesis(claim.id());
        let statement = claim.claimed();
        let fact = MeshFact::decode(&statement.kind, &statement.body)?;
        let (Some(MeshFact::Genesis(genesis)), None) = (fact, statement.issuer) else {
            return Err(Refusal::GenesisPlace);
        };
        let bad = |_| Refusal::Verify(VerifyError::BadSignature);
        let root = IssuerKey::from_key_ids(&genesis.root, None).map_err(bad)?;
        claim.verify(&root)?;
        let authority = |_| Refusal::Disagrees { what: "authority key" };
        let key = PublicKey::from_key_id(&genesis.authority).map_err(authority)?;
        let (log, witness) = (Vkey::log(&origin(id), key.clone()), Vkey::witness(&origin(id), key));
        let named = |_| Refusal::Disagrees { what: "log origin" };
        Ok(Self { id, genesis, log: log.map_err(named)?, witness: witness.map_err(named)? })
    }
}
