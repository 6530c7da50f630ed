//! [`facts!`](crate::facts): the statement bodies of one domain room as an enum.

/// Declares the facts of one domain room: each variant is a body type and the `predicateType` it travels
/// under. The enum gets `KINDS`, `kind`, `decode` and `encode`, so that a room's whole wire surface is the
/// one list in its `facts` module.
///
/// `decode` answers `Ok(None)` for a kind that belongs to another room, and refuses a body that is not
/// exactly what `encode` would write (closed schemas, canonical form).
#[macro_export]
macro_rules! facts {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident($body:ty) = $kind:literal, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant($body), )+
        }

        impl $name {
            /// Every `predicateType` of this room, in declaration order.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// The `predicateType` of this fact.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $( Self::$variant(_) => $kind, )+
                }
            }

            /// Reads a body of the given kind; `None` if the kind is not of this room.
            pub fn decode(
                kind: &str,
                body: &$crate::private::RawValue,
            ) -> ::core::result::Result<::core::option::Option<Self>, $crate::WireError> {
                let bytes = body.get().as_bytes();
                match kind {
                    $( $kind => $crate::jcs::from_slice(bytes).map(|body| ::core::option::Option::Some(Self::$variant(body))), )+
                    _ => ::core::result::Result::Ok(::core::option::Option::None),
                }
            }

            /// The canonical body.
            pub fn encode(
                &self,
            ) -> ::core::result::Result<::std::boxed::Box<$crate::private::RawValue>, $crate::WireError> {
                let bytes = match self {
                    $( Self::$variant(body) => $crate::jcs::to_vec(body)?, )+
                };
                ::std::string::String::from_utf8(bytes)
                    .ok()
                    .and_then(|text| $crate::private::RawValue::from_string(text).ok())
                    .ok_or($crate::WireError::Malformed { what: "body" })
            }
        }

        $( impl ::core::convert::From<$body> for $name {
            fn from(body: $body) -> Self {
                Self::$variant(body)
            }
        } )+
    };
}
