//! The types of a tensor's elements.

use std::fmt;

macro_rules! elements {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $name:literal, $bits:expr;)*) => {
        /// The type of a tensor's elements, named as in the schema's `TensorType`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ElementType {
            $($(#[$doc])* $variant,)*
            /// A code that is not in the schema that this crate knows.
            Unknown(i8),
        }

        impl ElementType {
            pub(super) fn of(code: i8) -> Self {
                match code {
                    $($code => Self::$variant,)*
                    _ => Self::Unknown(code),
                }
            }

            /// Returns the name, such as `FLOAT32`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Unknown(_) => "UNKNOWN",
                }
            }

            /// Returns the number of bits of an element in a buffer, or `None` if it varies or is
            /// unknown.
            #[must_use]
            pub fn bits(self) -> Option<u32> {
                match self {
                    $(Self::$variant => $bits,)*
                    Self::Unknown(_) => None,
                }
            }
        }
    };
}

elements! {
    /// `f32`.
    Float32 = 0, "FLOAT32", Some(32);
    /// Half precision.
    Float16 = 1, "FLOAT16", Some(16);
    /// `i32`.
    Int32 = 2, "INT32", Some(32);
    /// `u8`.
    Uint8 = 3, "UINT8", Some(8);
    /// `i64`.
    Int64 = 4, "INT64", Some(64);
    /// Strings of any length.
    String = 5, "STRING", None;
    /// A byte that is 0 or 1.
    Bool = 6, "BOOL", Some(8);
    /// `i16`.
    Int16 = 7, "INT16", Some(16);
    /// Two `f32`.
    Complex64 = 8, "COMPLEX64", Some(64);
    /// `i8`.
    Int8 = 9, "INT8", Some(8);
    /// `f64`.
    Float64 = 10, "FLOAT64", Some(64);
    /// Two `f64`.
    Complex128 = 11, "COMPLEX128", Some(128);
    /// `u64`.
    Uint64 = 12, "UINT64", Some(64);
    /// A handle to something that the interpreter keeps.
    Resource = 13, "RESOURCE", None;
    /// A value whose meaning depends on the operator.
    Variant = 14, "VARIANT", None;
    /// `u32`.
    Uint32 = 15, "UINT32", Some(32);
    /// `u16`.
    Uint16 = 16, "UINT16", Some(16);
    /// Four bits, two to a byte.
    Int4 = 17, "INT4", Some(4);
    /// The upper half of an `f32`.
    Bfloat16 = 18, "BFLOAT16", Some(16);
    /// Two bits, four to a byte.
    Int2 = 19, "INT2", Some(2);
    /// Four bits, two to a byte.
    Uint4 = 20, "UINT4", Some(4);
    /// A byte with 4 bits of exponent.
    Float8E4m3fn = 21, "FLOAT8_E4M3FN", Some(8);
    /// A byte with 5 bits of exponent.
    Float8E5m2 = 22, "FLOAT8_E5M2", Some(8);
}

impl fmt::Display for ElementType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
