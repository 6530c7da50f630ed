//! Closed lists of words, tags of objects, and digests as members.

use comity_wire::Digest;
use comity_wire::mesh_json::{Datetime, Value};

use crate::schema::{Field, SchemaError};

/// How far ahead a signer's clock may run, in seconds: what the protocol allows certificates and treaties.
pub(crate) const SKEW_SECONDS: i64 = 300;

/// Declares an enum whose members are words on the wire; any other word is refused when it is read.
macro_rules! closed {
    (
        $(#[$meta:meta])*
        pub enum $name:ident expects $expected:literal {
            $( $(#[$word_meta:meta])* $word:ident = $text:literal, )+
        }
    ) => {
        $crate::reasons! {
            $(#[$meta])*
            pub enum $name {
                $( $(#[$word_meta])* $word = $text, )+
            }
        }

        impl $crate::schema::Field for $name {
            fn read(
                value: &::comity_wire::mesh_json::Value,
            ) -> ::core::result::Result<Self, $crate::schema::SchemaError> {
                let known = Self::ALL.iter().find(|word| value.as_str() == Some(word.as_str()));
                known.copied().ok_or($crate::schema::SchemaError::expected($expected))
            }

            fn write(&self) -> ::comity_wire::mesh_json::Value {
                ::comity_wire::mesh_json::Value::from(self.as_str())
            }
        }
    };
}
pub(crate) use closed;

/// 64 lower-case hexadecimal digits.
impl Field for Digest {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let digest = value.as_str().and_then(|text| text.parse().ok());
        digest.ok_or(SchemaError::expected("a SHA-256 in lower-case hexadecimal digits"))
    }

    fn write(&self) -> Value {
        Value::from(self.to_string())
    }
}

/// Checks the tag that keeps a signature under one kind of object from counting for another.
pub(crate) fn tagged(found: &str, expected: &'static str) -> Result<(), SchemaError> {
    if found == expected {
        Ok(())
    } else {
        Err(SchemaError::expected(expected).within("object_type"))
    }
}

/// A rule over one member.
pub(crate) fn ensure(holds: bool, member: &str, expected: &'static str) -> Result<(), SchemaError> {
    if holds { Ok(()) } else { Err(SchemaError::expected(expected).within(member)) }
}

/// Whether `issued` lies further ahead of `at` than clocks may differ.
pub(crate) const fn is_future(issued: Datetime, at: Datetime) -> bool {
    at.instant().saturating_add(SKEW_SECONDS * 1_000_000) < issued.instant()
}

/// Whole seconds from one instant to another, rounded down; negative if it lies before.
pub(crate) const fn seconds_between(from: Datetime, to: Datetime) -> i64 {
    to.instant().saturating_sub(from.instant()).div_euclid(1_000_000)
}
