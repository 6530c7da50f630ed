//! The operators of a sovereign, as its authority names them: so that whoever knows the root key can check what they sign.
//!
//! ```text
//! root key ──genesis──▶ authority's key ──roster──▶ operators' keys ──▶ heartbeats, notices, delegations, packages
//! ```

use std::collections::BTreeMap;

use comity_wire::mesh_json::Datetime;

use super::words::{ensure, is_future, tagged};
use crate::keys::{MeshKey, Signature, SignatureCheck, SignedObject as _};
use crate::schema::{SchemaError, Settle};
use crate::{objects, reasons};

objects! {
    /// "These keys give us orders": signed by the authority.
    pub struct OperatorRoster signed_by signature, settled {
        /// [`OperatorRoster::OBJECT_TYPE`].
        object_type: String,
        /// Whose operators.
        sovereign_id: String,
        /// When it was signed: the start of the authority that publishes it.
        issued_at: Datetime,
        /// Public keys, base64, by the names that requests carry.
        operators: BTreeMap<String, String>,
        /// The authority's name for its key.
        issued_by: String,
        /// By the authority's key.
        signature: Option<Signature> = None,
    }
}

reasons! {
    /// Why a roster is refused.
    pub enum RosterReason {
        /// It is another sovereign's.
        WrongSovereign = "wrong_sovereign",
        /// It is dated ahead of the clock.
        IssuedInFuture = "issued_in_future",
        /// One of the keys is no key.
        BadOperatorKey = "bad_operator_key",
        /// Nobody signed it.
        MissingSignature = "missing_signature",
        /// The signature is not by the authority.
        InvalidSignature = "invalid_signature",
    }
}

impl OperatorRoster {
    /// Tag of the object.
    pub const OBJECT_TYPE: &'static str = "comity.operator-roster/v1";

    /// Checks a roster against the authority's key, and gives the operators' keys.
    ///
    /// # Errors
    ///
    /// [`RosterReason`], the first that applies.
    pub fn verify(
        &self,
        sovereign_id: &str,
        authority: &MeshKey,
        at: Datetime,
    ) -> Result<Vec<MeshKey>, RosterReason> {
        if self.sovereign_id != sovereign_id {
            return Err(RosterReason::WrongSovereign);
        }
        if is_future(self.issued_at, at) {
            return Err(RosterReason::IssuedInFuture);
        }
        let texts: Vec<&String> = self.operators.values().collect();
        let keys = MeshKey::parse_all(&texts).map_err(|_| RosterReason::BadOperatorKey)?;
        match self.check_signatures(std::slice::from_ref(authority)) {
            SignatureCheck::Missing => Err(RosterReason::MissingSignature),
            SignatureCheck::Invalid => Err(RosterReason::InvalidSignature),
            SignatureCheck::Valid => Ok(keys),
        }
    }
}

impl Settle for OperatorRoster {
    fn settle(self) -> Result<Self, SchemaError> {
        tagged(&self.object_type, Self::OBJECT_TYPE)?;
        ensure(!self.operators.is_empty(), "operators", "one or more")?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use comity_sign::SigningKey;
    use comity_wire::mesh_json::Datetime;

    use super::{OperatorRoster, RosterReason};
    use crate::keys::{MeshKey, SignedObject as _};
    use crate::schema::Field as _;

    fn key(number: u8) -> SigningKey {
        SigningKey::from_seed([number; 32])
    }

    fn public(number: u8) -> MeshKey {
        MeshKey::from(key(number).public())
    }

    fn at() -> Datetime {
        Datetime::parse("2026-01-01T00:00:00Z").unwrap()
    }

    fn roster(change: impl FnOnce(&mut OperatorRoster)) -> OperatorRoster {
        let mut roster = OperatorRoster {
            object_type: OperatorRoster::OBJECT_TYPE.to_owned(),
            sovereign_id: "alpha".to_owned(),
            issued_at: at(),
            operators: BTreeMap::from([("op".to_owned(), public(3).to_string())]),
            issued_by: "na-1".to_owned(),
            signature: None,
        };
        change(&mut roster);
        roster
    }

    #[test]
    fn a_roster_is_refused_for_every_reason() {
        let verify = |roster: &OperatorRoster| roster.verify("alpha", &public(2), at());
        let signed = |number: u8, change: fn(&mut OperatorRoster)| {
            let mut roster = roster(change);
            roster.sign(&key(number), "na-1");
            roster
        };
        let keys = verify(&signed(2, |_| {})).unwrap();
        assert_eq!(keys.len(), 1);
        assert_eq!(keys.first().unwrap().to_string(), public(3).to_string());
        let cases = [
            (signed(2, |it| it.sovereign_id = "beta".to_owned()), RosterReason::WrongSovereign),
            (signed(2, |it| it.issued_at = at().plus(301)), RosterReason::IssuedInFuture),
            (
                signed(2, |it| drop(it.operators.insert("x".to_owned(), "no key".to_owned()))),
                RosterReason::BadOperatorKey,
            ),
            (roster(|_| {}), RosterReason::MissingSignature),
            (signed(3, |_| {}), RosterReason::InvalidSignature),
        ];
        let refused: Vec<_> = cases.iter().map(|(roster, _)| verify(roster).err()).collect();
        let wanted: Vec<_> = cases.iter().map(|(_, reason)| Some(*reason)).collect();
        assert_eq!(refused, wanted);
        assert_eq!(wanted.len(), RosterReason::ALL.len());
        let empty = roster(|it| it.operators.clear()).write();
        assert_eq!(OperatorRoster::read(&empty).unwrap_err().path, "operators");
    }
}
