//! The one kind of transaction that is sent: EIP-1559, type 2.

use crate::account::{Account, Address, keccak};
use crate::rlp::Rlp;

/// First byte of a transaction of this kind (EIP-2718).
const TYPE: u8 = 2;

/// A transaction before it is signed. It moves no money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The chain that it counts on.
    pub chain_id: u64,
    /// How many transactions the account has sent before.
    pub nonce: u64,
    /// What the block's maker gets for a unit of gas at most, in wei.
    pub priority_fee_wei: u128,
    /// What a unit of gas costs at most, in wei.
    pub fee_wei: u128,
    /// Most gas that it may use.
    pub gas: u64,
    /// The contract that is called; none to deploy one.
    pub to: Option<Address>,
    /// The call, or the code that deploys.
    pub data: Vec<u8>,
}

/// A signed transaction: what is sent, and the hash that it is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The bytes for `eth_sendRawTransaction`.
    pub raw: Vec<u8>,
    /// Their Keccak-256.
    pub hash: [u8; 32],
}

impl Transaction {
    fn fields(&self) -> Vec<Rlp> {
        let to = self.to.as_ref().map_or(&[][..], |to| &to.0);
        vec![
            Rlp::number(self.chain_id.into()),
            Rlp::number(self.nonce.into()),
            Rlp::number(self.priority_fee_wei),
            Rlp::number(self.fee_wei),
            Rlp::number(self.gas.into()),
            Rlp::bytes(to),
            Rlp::number(0),
            Rlp::bytes(&self.data),
            // No access list.
            Rlp::list(&[]),
        ]
    }

    /// Signs it.
    pub fn sign(&self, account: &Account) -> Sealed {
        let mut fields = self.fields();
        let signature = account.sign(&keccak(&typed(&fields)));
        fields.push(Rlp::number(signature.parity.into()));
        fields.push(Rlp::trimmed(&signature.r));
        fields.push(Rlp::trimmed(&signature.s));
        let raw = typed(&fields);
        let hash = keccak(&raw);
        Sealed { raw, hash }
    }
}

fn typed(fields: &[Rlp]) -> Vec<u8> {
    let mut bytes = vec![TYPE];
    bytes.extend(Rlp::list(fields).into_bytes());
    bytes
}

#[cfg(test)]
mod tests;
