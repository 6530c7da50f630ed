//! RLP, the encoding of transactions (yellow paper, appendix B). Only writing: this room reads no transactions.

/// A string or a list, encoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rlp(Vec<u8>);

impl Rlp {
    /// A string of bytes.
    pub(crate) fn bytes(bytes: &[u8]) -> Self {
        match bytes {
            [single] if *single < 0x80 => Self(vec![*single]),
            _ => Self::framed(0x80, bytes),
        }
    }

    /// A number: its bytes without leading zeros.
    pub(crate) fn number(number: u128) -> Self {
        let bytes = number.to_be_bytes();
        Self::trimmed(&bytes)
    }

    /// A number that is given in bytes, of which leading zeros are left out.
    pub(crate) fn trimmed(bytes: &[u8]) -> Self {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Self::bytes(bytes.get(zeros..).unwrap_or_default())
    }

    /// A list of items.
    pub(crate) fn list(items: &[Self]) -> Self {
        Self::framed(
            0xc0,
            &items.iter().flat_map(|item| item.0.iter().copied()).collect::<Vec<_>>(),
        )
    }

    fn framed(base: u8, body: &[u8]) -> Self {
        let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
        let mut bytes = Vec::with_capacity(9 + body.len());
        match u8::try_from(length) {
            Ok(short) if short < 56 => bytes.push(base + short),
            _ => {
                let length = length.to_be_bytes();
                let zeros = length.iter().take_while(|byte| **byte == 0).count();
                let digits = length.get(zeros..).unwrap_or_default();
                bytes.push(base + 55 + u8::try_from(digits.len()).unwrap_or(8));
                bytes.extend(digits);
            }
        }
        bytes.extend(body);
        Self(bytes)
    }

    /// The bytes.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests;
