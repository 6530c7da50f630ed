//! Objects by schema: how the protocol's JSON becomes typed objects and the bytes that are signed.
//!
//! ```text
//! Value ──from_value──▶ object ──to_value──▶ Value ──without its signatures──▶ canonical bytes
//!         drops unknown members,             every member,
//!         fills in defaults                  nulls and empty lists too
//! ```
//!
//! An object is declared once, with [`objects!`](crate::objects): members, types, defaults, which member holds the
//! signatures. Everything else follows. Reading is strict where the reference guesses: a number is not text, `"1"` is no
//! number, and an id or a time that the reference would make up is missing.
//!
//! # Source
//!
//! Chapter *Canonical form of Mesh objects* in the book.

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Datetime, Int, Value};

/// Why a value is not the object that it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: expected {expected}")]
pub struct SchemaError {
    /// Members and indices that lead to the place, joined with dots; empty for the object itself.
    pub path: String,
    /// What should be there.
    pub expected: &'static str,
}

impl SchemaError {
    /// Something else was expected at the place where this is raised.
    pub const fn expected(expected: &'static str) -> Self {
        Self { path: String::new(), expected }
    }

    /// The same, seen from one level up.
    #[must_use]
    pub fn within(mut self, member: &str) -> Self {
        self.path = if self.path.is_empty() {
            member.to_owned()
        } else {
            format!("{member}.{}", self.path)
        };
        self
    }

    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        "mesh.schema"
    }
}

/// The type of a member.
pub trait Field: Sized {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] with the place.
    fn read(value: &Value) -> Result<Self, SchemaError>;

    /// Writes what [`Self::read`] reads.
    fn write(&self) -> Value;
}

/// An object of the protocol.
pub trait Object: Field {
    /// Its name in the reference, e.g. `RecognitionTreaty`.
    const NAME: &'static str;
}

/// A last step after reading: rules over several members, and normal forms.
pub trait Settle: Sized {
    /// The object as it is kept.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] for what no member alone shows.
    fn settle(self) -> Result<Self, SchemaError> {
        Ok(self)
    }
}

/// The members of an object, or why it is none.
///
/// # Errors
///
/// [`SchemaError`] if `value` is no object.
pub fn members(value: &Value) -> Result<&BTreeMap<String, Value>, SchemaError> {
    value.members().ok_or(SchemaError::expected("an object"))
}

/// Reads one member; `default` stands in for an absent one.
///
/// # Errors
///
/// [`SchemaError`] if it is absent and has no default, or is of another type.
pub fn member<T: Field>(
    members: &BTreeMap<String, Value>,
    name: &str,
    default: Option<T>,
) -> Result<T, SchemaError> {
    match members.get(name) {
        Some(value) => T::read(value).map_err(|error| error.within(name)),
        None => default.ok_or_else(|| SchemaError::expected("a member").within(name)),
    }
}

impl Field for String {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        value.as_str().map(Self::from).ok_or(SchemaError::expected("text"))
    }

    fn write(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl Field for bool {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        if let Value::Bool(it) = value { Ok(*it) } else { Err(SchemaError::expected("a boolean")) }
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

/// An integer that is not negative.
impl Field for u64 {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let number = if let Value::Int(int) = value { int.as_str().parse().ok() } else { None };
        number.ok_or(SchemaError::expected("an integer from 0 to 2^64 - 1"))
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

/// An integer of any size.
impl Field for Int {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        if let Value::Int(int) = value {
            Ok(int.clone())
        } else {
            Err(SchemaError::expected("an integer"))
        }
    }

    fn write(&self) -> Value {
        Value::Int(self.clone())
    }
}

impl Field for Datetime {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        Self::from_value(value).map_err(|_| SchemaError::expected("a datetime"))
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

/// Anything.
impl Field for Value {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        Ok(value.clone())
    }

    fn write(&self) -> Value {
        self.clone()
    }
}

/// `null` for nothing.
impl<T: Field> Field for Option<T> {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        if *value == Value::Null { Ok(None) } else { T::read(value).map(Some) }
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::write)
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let Value::List(items) = value else { return Err(SchemaError::expected("a list")) };
        let item = |(at, item)| T::read(item).map_err(|error| error.within(&format!("{at}")));
        items.iter().enumerate().map(item).collect()
    }

    fn write(&self) -> Value {
        Value::List(self.iter().map(Field::write).collect())
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let member = |(name, value): (&String, &Value)| {
            let member = T::read(value).map_err(|error| error.within(name))?;
            Ok((name.clone(), member))
        };
        members(value)?.iter().map(member).collect()
    }

    fn write(&self) -> Value {
        Value::Map(self.iter().map(|(name, value)| (name.clone(), value.write())).collect())
    }
}

/// Declares objects of the protocol.
///
/// `name: Type` is required, `name: Type = default` is not. Behind the name of the object may stand
/// `signed_by signatures` (a list) or `signed_by signature` (one or `null`), with the names of the members that are signed
/// if those are not all the others, and `settled` if the object implements [`Settle`](crate::schema::Settle) itself.
#[macro_export]
macro_rules! objects {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident $(signed_by $signature:ident $(over [$($signed:literal),+ $(,)?])?)? $(, $settled:ident)? {
            $( $(#[$member_meta:meta])* $member:ident: $type:ty $(= $default:expr)?, )+
        }
    )+) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[$member_meta])* pub $member: $type, )+
        }

        impl $crate::schema::Field for $name {
            fn read(
                value: &::comity_wire::mesh_json::Value,
            ) -> ::core::result::Result<Self, $crate::schema::SchemaError> {
                let members = $crate::schema::members(value)?;
                $crate::schema::Settle::settle(Self {
                    $( $member: $crate::schema::member(
                        members,
                        ::core::stringify!($member).trim_start_matches("r#"),
                        $crate::objects!(@default $($default)?),
                    )?, )+
                })
            }

            fn write(&self) -> ::comity_wire::mesh_json::Value {
                ::comity_wire::mesh_json::Value::from([
                    $( (
                        ::core::stringify!($member).trim_start_matches("r#"),
                        $crate::schema::Field::write(&self.$member),
                    ), )+
                ])
            }
        }

        impl $crate::schema::Object for $name {
            const NAME: &'static str = ::core::stringify!($name);
        }

        $crate::objects!(@settle $name $($settled)?);
        $( $crate::objects!(@signed $name $signature $([$($signed),+])?); )?
    )+ };
    (@default) => { ::core::option::Option::None };
    (@default $default:expr) => { ::core::option::Option::Some($default) };
    (@settle $name:ident settled) => {};
    (@settle $name:ident) => { impl $crate::schema::Settle for $name {} };
    (@signed $name:ident $signature:ident) => {
        impl $crate::keys::SignedObject for $name {
            $crate::objects!(@signatures $signature);

            fn signed_value(&self) -> ::comity_wire::mesh_json::Value {
                $crate::keys::without($crate::schema::Field::write(self), ::core::stringify!($signature))
            }
        }
    };
    (@signed $name:ident $signature:ident [$($signed:literal),+]) => {
        impl $crate::keys::SignedObject for $name {
            $crate::objects!(@signatures $signature);

            fn signed_value(&self) -> ::comity_wire::mesh_json::Value {
                $crate::keys::only($crate::schema::Field::write(self), &[$($signed),+])
            }
        }
    };
    (@signatures signatures) => {
        fn signatures(&self) -> &[$crate::keys::Signature] {
            &self.signatures
        }

        fn add_signature(&mut self, signature: $crate::keys::Signature) {
            self.signatures.push(signature);
        }
    };
    (@signatures signature) => {
        fn signatures(&self) -> &[$crate::keys::Signature] {
            self.signature.as_slice()
        }

        fn add_signature(&mut self, signature: $crate::keys::Signature) {
            self.signature = ::core::option::Option::Some(signature);
        }
    };
}

/// Declares the reasons of one verification, with the names that both implementations print.
#[macro_export]
macro_rules! reasons {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$reason_meta:meta])* $reason:ident = $text:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[$reason_meta])* $reason, )+
        }

        impl $name {
            /// Every reason, in the order in which they are looked for.
            pub const ALL: &'static [Self] = &[$(Self::$reason),+];

            /// The reason's name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( Self::$reason => $text, )+
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
