//! Enumerations whose values have names in configurations and tables.

/// Implements `ALL`, `name` and the conversions to and from text for an enumeration without fields.
macro_rules! named {
    ($choice:ident, $kind:literal, $first:ident => $first_name:literal
     $(, $variant:ident => $name:literal)* $(,)?) => {
        impl $choice {
            /// All values.
            pub const ALL: [Self; [$first_name $(, $name)*].len()] =
                [Self::$first $(, Self::$variant)*];

            /// Returns the name in configurations and tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    Self::$first => $first_name,
                    $(Self::$variant => $name,)*
                }
            }
        }

        impl std::fmt::Display for $choice {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $choice {
            type Err = $crate::SpaceError;

            fn from_str(text: &str) -> Result<Self, $crate::SpaceError> {
                Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| {
                    $crate::SpaceError::UnknownName {
                        kind: $kind,
                        text: text.to_owned(),
                        expected: concat!($first_name $(, ", ", $name)*),
                    }
                })
            }
        }

        impl TryFrom<String> for $choice {
            type Error = $crate::SpaceError;

            fn try_from(text: String) -> Result<Self, $crate::SpaceError> {
                text.parse()
            }
        }

        impl From<$choice> for String {
            fn from(choice: $choice) -> Self {
                choice.name().to_owned()
            }
        }
    };
}

pub(crate) use named;
