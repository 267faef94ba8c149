//! The bytes of each part.

use std::{collections::BTreeMap, sync::LazyLock};

use super::parts::Parts;

/// Parts and their bytes, as lines `part,bytes`. Lines that begin with `#` say how they were
/// measured.
pub(super) const TABLE: &str = include_str!("cortex_m4.csv");

static BYTES: LazyLock<BTreeMap<&str, f64>> = LazyLock::new(|| lines().collect());

/// Returns the parts of the table and their bytes. Other lines are left out.
pub(super) fn lines() -> impl Iterator<Item = (&'static str, f64)> {
    TABLE.lines().filter_map(|line| {
        let (part, bytes) = line.rsplit_once(',')?;
        Some((part, bytes.parse().ok()?))
    })
}

/// Returns the bytes that the code of a library takes.
pub(crate) fn code_bytes(parts: &Parts) -> u64 {
    let bytes = |(part, &count): (&String, &u32)| {
        BYTES.get(part.as_str()).copied().unwrap_or(0.0) * f64::from(count)
    };
    parts.0.iter().map(bytes).sum::<f64>().round() as u64
}
