//! The units and names in which quantities are shown.

use danas::Quantity;
use serde::Serialize;

/// Unit in which a page shows a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Unit {
    /// Symbol that follows the number.
    pub(crate) symbol: &'static str,
    /// Factor that a value is multiplied by.
    pub(crate) factor: f64,
}

impl Unit {
    /// Returns the unit of a quantity.
    pub(crate) fn of(quantity: Quantity) -> Self {
        let (symbol, factor) = match quantity.unit() {
            Some("B") => ("kB", 1e-3),
            Some("s") => ("ms", 1e3),
            Some("J") => ("mJ", 1e3),
            Some(other) => (other, 1.0),
            None if quantity.is_cost() => ("million", 1e-6),
            None => ("%", 1e2),
        };
        Self { symbol, factor }
    }

    /// Returns a value in this unit as text, with the precision that a reader needs.
    pub(crate) fn show(self, value: f64) -> String {
        let shown = value * self.factor;
        let digits = match shown.abs() {
            _ if self.symbol == "%" => 1,
            size if size >= 100.0 || size == 0.0 => 0,
            size if size >= 10.0 => 1,
            size if size >= 1.0 => 2,
            // Three significant digits.
            size => (2.0 - size.log10().floor()) as usize,
        };
        format!("{shown:.digits$} {}", self.symbol)
    }
}

/// Returns the name of a quantity in words.
pub(crate) fn label(quantity: Quantity) -> String {
    match quantity {
        Quantity::F1 => "F1".to_owned(),
        Quantity::RocAuc => "ROC-AUC".to_owned(),
        Quantity::Macs => "multiply-accumulates".to_owned(),
        Quantity::Ram
        | Quantity::Int8Ram
        | Quantity::StreamingRam
        | Quantity::Int8StreamingRam
        | Quantity::FirmwareRam => quantity.name().replace("ram", "RAM").replace('_', " "),
        _ => quantity.name().replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_in_units_that_people_read() {
        let show = |quantity, value| Unit::of(quantity).show(value);
        assert_eq!(show(Quantity::Accuracy, 0.87654), "87.7 %");
        assert_eq!(show(Quantity::ModelSize, 12_345.0), "12.3 kB");
        assert_eq!(show(Quantity::ModelSize, 1_234_567.0), "1235 kB");
        assert_eq!(show(Quantity::Latency, 0.0042), "4.20 ms");
        assert_eq!(show(Quantity::Macs, 12_345.0), "0.0123 million");
        assert_eq!(show(Quantity::Macs, 400.0), "0.000400 million");
        assert_eq!(show(Quantity::InputBuffer, 0.0), "0 kB");
    }

    #[test]
    fn every_quantity_has_words() {
        assert_eq!(label(Quantity::Int8Ram), "int8 RAM");
        assert_eq!(label(Quantity::Int8StreamingRam), "int8 streaming RAM");
        assert_eq!(label(Quantity::ModelSize), "model size");
    }
}
