//! Constant tables in C.

use std::fmt::Display;

/// Longest line of a table.
const WIDTH: usize = 100;

/// Returns the definition of a constant array of a type, which only its file sees.
pub(crate) fn table<T: Display>(
    element: &str,
    name: &str,
    values: impl IntoIterator<Item = T>,
) -> String {
    let mut lines = String::new();
    let mut length = WIDTH;
    let mut count = 0_usize;
    for value in values {
        let value = value.to_string();
        if length + value.len() + 2 > WIDTH {
            lines.push_str("\n   ");
            length = 3;
        }
        lines.push(' ');
        lines.push_str(&value);
        lines.push(',');
        length += value.len() + 2;
        count += 1;
    }
    format!("static const {element} {name}[{count}] = {{{lines}\n}};\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_wrapped_and_values_counted() {
        assert_eq!(table("int8_t", "a", [1, -2]), "static const int8_t a[2] = {\n    1, -2,\n};\n");
        let long = table("int32_t", "b", (0..1000).map(|n| n * 1_000_000));
        assert!(long.starts_with("static const int32_t b[1000] = {\n"));
        assert!(long.lines().all(|line| line.len() <= WIDTH));
        assert_eq!(long.matches(',').count(), 1000);
    }
}
