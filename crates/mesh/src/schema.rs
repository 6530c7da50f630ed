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

mod fields;

use std::collections::BTreeMap;

use comity_wire::mesh_json::{Value, append, append_text};

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

    /// Appends the canonical form of what [`Self::write`] gives. Written out where it saves making the value.
    fn append_to(&self, out: &mut Vec<u8>) {
        append(&self.write(), out);
    }

    /// The canonical form of what [`Self::write`] gives.
    fn to_canonical(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        self.append_to(&mut out);
        out
    }
}

/// An object of the protocol.
pub trait Object: Field {
    /// Its name in the reference, e.g. `RecognitionTreaty`.
    const NAME: &'static str;

    /// Appends the canonical form of the object that has only those members which are wanted.
    fn append_members(&self, is_wanted: impl Fn(&str) -> bool, out: &mut Vec<u8>);
}

/// A member's name, and how its value is appended.
pub type Append<'a> = (&'static str, &'a dyn Fn(&mut Vec<u8>));

/// Appends an object with these members, those that are wanted, ordered as the canonical form has them.
pub fn append_object<const N: usize>(
    mut members: [Append<'_>; N],
    is_wanted: impl Fn(&str) -> bool,
    out: &mut Vec<u8>,
) {
    members.sort_unstable_by_key(|(name, _)| *name);
    out.push(b'{');
    let mut is_first = true;
    for (name, value) in members.iter().filter(|(name, _)| is_wanted(name)) {
        if !std::mem::replace(&mut is_first, false) {
            out.push(b',');
        }
        append_text(name, out);
        out.push(b':');
        value(out);
    }
    out.push(b'}');
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

            fn append_to(&self, out: &mut ::std::vec::Vec<u8>) {
                $crate::schema::Object::append_members(self, |_| true, out);
            }
        }

        impl $crate::schema::Object for $name {
            const NAME: &'static str = ::core::stringify!($name);

            fn append_members(
                &self,
                is_wanted: impl ::core::ops::Fn(&str) -> bool,
                out: &mut ::std::vec::Vec<u8>,
            ) {
                $crate::schema::append_object(
                    [ $( (
                        ::core::stringify!($member).trim_start_matches("r#"),
                        &|out: &mut ::std::vec::Vec<u8>| {
                            $crate::schema::Field::append_to(&self.$member, out);
                        },
                    ), )+ ],
                    is_wanted,
                    out,
                );
            }
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

            fn signed_bytes(&self) -> ::std::vec::Vec<u8> {
                let is_signed = |name: &str| name != ::core::stringify!($signature);
                let mut out = ::std::vec::Vec::with_capacity(1024);
                $crate::schema::Object::append_members(self, is_signed, &mut out);
                out
            }
        }
    };
    (@signed $name:ident $signature:ident [$($signed:literal),+]) => {
        impl $crate::keys::SignedObject for $name {
            $crate::objects!(@signatures $signature);

            fn signed_value(&self) -> ::comity_wire::mesh_json::Value {
                $crate::keys::only($crate::schema::Field::write(self), &[$($signed),+])
            }

            fn signed_bytes(&self) -> ::std::vec::Vec<u8> {
                let is_signed = |name: &str| [$($signed),+].contains(&name);
                let mut out = ::std::vec::Vec::with_capacity(1024);
                $crate::schema::Object::append_members(self, is_signed, &mut out);
                out
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
