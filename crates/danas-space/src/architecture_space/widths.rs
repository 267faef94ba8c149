//! Conversion of widths to and from TOML, as one number or a list.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, value::SeqAccessDeserializer},
};

pub(super) fn serialize<S: Serializer>(widths: &[u32], serializer: S) -> Result<S::Ok, S::Error> {
    match widths {
        [only] => only.serialize(serializer),
        widths => widths.serialize(serializer),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<u32>, D::Error> {
    struct Visitor;

    impl<'de> de::Visitor<'de> for Visitor {
        type Value = Vec<u32>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a width, or a list of widths")
        }

        fn visit_u64<E: de::Error>(self, width: u64) -> Result<Vec<u32>, E> {
            let refused = |_| E::invalid_value(de::Unexpected::Unsigned(width), &self);
            Ok(vec![u32::try_from(width).map_err(refused)?])
        }

        fn visit_i64<E: de::Error>(self, width: i64) -> Result<Vec<u32>, E> {
            let refused = |_| E::invalid_value(de::Unexpected::Signed(width), &self);
            Ok(vec![u32::try_from(width).map_err(refused)?])
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, widths: A) -> Result<Vec<u32>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(widths))
        }
    }

    deserializer.deserialize_any(Visitor)
}
