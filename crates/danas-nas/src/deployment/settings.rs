//! The settings that firmware needs besides the model, as a C header.

use danas_firmware::literal::{float, quoted};
use danas_model::Scaler;
use danas_space::{Granularity, Shape};

use super::TrainedCandidate;

/// Returns the header `NAME_settings.h`. Macros are in upper case, arrays in lower case.
pub(super) fn header<G: Granularity>(trained: &TrainedCandidate<G>, name: &str) -> String {
    let mut header = Header { prefix: name.to_uppercase(), name, text: String::new() };
    let guard = format!("{}_SETTINGS_H_", header.prefix);
    header.line(&format!("// {}", trained.candidate));
    header.line(&format!("#ifndef {guard}\n#define {guard}\n"));

    header.line("// Output: the probability of each class is (value + 128) / 256.");
    header.define("CLASSES", trained.classes.len());
    let names: Vec<String> = trained.classes.iter().map(|class| quoted(class)).collect();
    header.array("char *const", "class_names", &names);

    let Shape { height, width, channels } = trained.model.network().input();
    let input = trained.int8.input();
    header.line(
        "\n// Input in the order height, width, channels: round(value / scale) + zero point,\n\
         // limited to the range from -128 to 127.",
    );
    header.define("INPUT_HEIGHT", height);
    header.define("INPUT_WIDTH", width);
    header.define("INPUT_CHANNELS", channels);
    header.define("INPUT_SCALE", float(input.scale));
    header.define("INPUT_ZERO_POINT", input.zero_point);

    if let Some(scaler) = trained.model.scaler() {
        header.standardisation(scaler);
    }

    header.line("\n// Parameters of the data, which state how the features are computed.");
    for (parameter, value) in trained.candidate.granularity.parameters() {
        // The prefix keeps these names apart from all others.
        header.define(&format!("DATA_{}", macro_name(parameter)), number_or_text(&value));
    }
    header.line(&format!("\n#endif  // {guard}"));
    header.text
}

struct Header<'a> {
    prefix: String,
    name: &'a str,
    text: String,
}

impl Header<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn define(&mut self, name: &str, value: impl ToString) {
        self.line(&format!("#define {}_{name} {}", self.prefix, value.to_string()));
    }

    fn array(&mut self, element: &str, name: &str, values: &[String]) {
        self.line(&format!("static const {element} {}_{name}[] = {{", self.name));
        for value in values {
            self.line(&format!("    {value},"));
        }
        self.line("};");
    }

    fn standardisation(&mut self, scaler: &Scaler) {
        self.line(
            "\n// Before quantisation, features are standardised: (value - mean) / deviation of their\n\
             // row and channel, in the order height, channels.",
        );
        let floats = |values: ndarray::ArrayView2<'_, f32>| -> Vec<String> {
            values.iter().map(|&value| float(value)).collect()
        };
        self.array("float", "mean", &floats(scaler.mean()));
        self.array("float", "deviation", &floats(scaler.deviation()));
    }
}

/// Returns the name of a C macro, in upper case.
fn macro_name(parameter: &str) -> String {
    let letter =
        |one: char| if one.is_ascii_alphanumeric() { one.to_ascii_uppercase() } else { '_' };
    parameter.chars().map(letter).collect()
}

/// Returns a number as C writes it, or else a string.
fn number_or_text(value: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ => quoted(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_macros_of_numbers_and_texts() {
        assert_eq!(macro_name("frame_length"), "FRAME_LENGTH");
        assert_eq!(macro_name("längs 2-d"), "L_NGS_2_D");
        let values = ["0.5", "010", "-3", "inf", "mfcc", ""].map(number_or_text);
        assert_eq!(values, ["0.5", "10", "-3", "\"inf\"", "\"mfcc\"", "\"\""]);
    }
}
