//! What several targets ask of every room: refusals that can be printed, and a second opinion on JSON.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::de::Deserializer;

/// A refusal must have a code of our form and a message of one line.
pub fn refusal(code: &str, error: &dyn fmt::Display) {
    let named = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let is_code = 1 < code.split('.').count() && code.split('.').all(named);
    assert!(is_code, "code {code:?} is not of the form room.reason");
    let message = error.to_string();
    assert!(
        !message.is_empty() && message.len() < 16_384,
        "message of {} bytes: {code}",
        message.len()
    );
}

/// A digest of how something prints, without holding the text.
pub fn fingerprint(value: &dyn fmt::Debug) -> (u64, u64) {
    struct Fnv(u64, u64);
    impl fmt::Write for Fnv {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for byte in text.bytes() {
                self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            self.1 += text.len() as u64;
            Ok(())
        }
    }
    let mut fnv = Fnv(0xcbf2_9ce4_8422_2325, 0);
    let written = fmt::write(&mut fnv, format_args!("{value:?}"));
    assert!(written.is_ok(), "a value does not print");
    (fnv.0, fnv.1)
}

/// What stock `serde_json` says about a document, with the questions that it does not ask itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Opinion {
    /// Levels of arrays and objects.
    pub depth: usize,
    /// Whether a member stands twice in one object.
    pub repeats: bool,
    /// Whether an integer is beyond 2^53 - 1.
    pub is_large: bool,
    /// Whether a number is not an integer that fits 64 bits.
    pub has_float: bool,
}

/// The opinion, or `None` if it is no JSON at all.
pub fn json(bytes: &[u8]) -> Option<Opinion> {
    let mut deserializer = Deserializer::from_slice(bytes);
    let mut opinion = Opinion::default();
    let value = Ask { opinion: &mut opinion, depth: 0 };
    serde::de::DeserializeSeed::deserialize(value, &mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(opinion)
}

struct Ask<'a> {
    opinion: &'a mut Opinion,
    depth: usize,
}

impl Ask<'_> {
    fn enter(&mut self) -> usize {
        self.opinion.depth = self.opinion.depth.max(self.depth + 1);
        self.depth + 1
    }

    fn integer(&mut self, magnitude: u64) {
        self.opinion.is_large |= (1 << 53) <= magnitude;
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for Ask<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> serde::de::Visitor<'de> for Ask<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(mut self, value: i64) -> Result<(), E> {
        self.integer(value.unsigned_abs());
        Ok(())
    }
    fn visit_u64<E>(mut self, value: u64) -> Result<(), E> {
        self.integer(value);
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.opinion.has_float = true;
        Ok(())
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let depth = self.enter();
        while list.next_element_seed(Ask { opinion: self.opinion, depth })?.is_some() {}
        Ok(())
    }
    fn visit_map<A: serde::de::MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let depth = self.enter();
        let mut seen = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            self.opinion.repeats |= !seen.insert(name);
            map.next_value_seed(Ask { opinion: self.opinion, depth })?;
        }
        Ok(())
    }
}
