//! A self-test that a device runs at start, and the examples behind it.

use std::fmt::Write;

use super::plan::{Library, LibraryFile};
use crate::{
    error::FirmwareError,
    front_end::{RawExample, Word},
    literal::float,
    table::table,
};

/// An example whose answer is known.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldenExample {
    /// Name of the example, such as that of its file.
    pub name: String,
    /// The raw data of the window.
    pub raw: RawExample,
    /// The features, in the order of the network's input.
    pub features: Vec<f32>,
    /// The probabilities of the classes: in 256ths, minus 128, for an integer network.
    pub scores: GoldenScores,
}

/// The answer of a network.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum GoldenScores {
    /// Of an integer network.
    Int8(Vec<i8>),
    /// Of a float network.
    Float32(Vec<f32>),
}

impl GoldenScores {
    fn len(&self) -> usize {
        match self {
            Self::Int8(scores) => scores.len(),
            Self::Float32(scores) => scores.len(),
        }
    }

    fn texts(&self) -> Vec<String> {
        match self {
            Self::Int8(scores) => scores.iter().map(i8::to_string).collect(),
            Self::Float32(scores) => scores.iter().map(float).collect(),
        }
    }
}

pub(super) fn files(
    library: &Library<'_>,
    examples: &[GoldenExample],
) -> Result<Vec<LibraryFile>, FirmwareError> {
    let raw = library.parts.front_end.raw();
    let classes = library.parts.classes.len();
    for example in examples {
        example.raw.check(raw.arriving(), raw.moments * raw.channels)?;
        let (what, actual) = ("scores of an example", example.scores.len());
        if classes != actual {
            return Err(FirmwareError::Shape { what, expected: classes, actual });
        }
    }
    let name = library.parts.name;
    let path = |ending| format!("self_test/{name}_self_test.{ending}").into();
    Ok(vec![
        LibraryFile { path: path("h"), text: header(library) },
        LibraryFile { path: path("c"), text: source(library, examples) },
    ])
}

/// Returns the type of the memory that the self-test borrows.
fn state(library: &Library<'_>) -> &'static str {
    if library.parts.front_end.raw().rate.is_some() { "stream" } else { "work" }
}

fn header(library: &Library<'_>) -> String {
    let (name, state) = (library.parts.name, state(library));
    let prefix = name.to_uppercase();
    format!(
        "#ifndef {prefix}_SELF_TEST_H_
#define {prefix}_SELF_TEST_H_

#include \"{name}.h\"

#ifdef __cplusplus
extern \"C\" {{
#endif

/* Classifies examples whose answers are known. Returns 0 if all answers are right, or else the number
 * of the first example whose answer is not, from 1 on. What the memory holds is lost. */
int {name}_self_test({name}_{state} *{state});

#ifdef __cplusplus
}}
#endif

#endif /* {prefix}_SELF_TEST_H_ */
"
    )
}

fn source(library: &Library<'_>, examples: &[GoldenExample]) -> String {
    let (name, state) = (library.parts.name, state(library));
    let prefix = name.to_uppercase();
    let is_float = library.network.value == "float";
    let score = if is_float { "float" } else { "int8_t" };
    let element = library.parts.front_end.raw().arriving().name();
    let mut text = format!("#include \"{name}_self_test.h\"\n\n");
    let mut scores = Vec::new();
    let mut windows = Vec::new();
    for (index, example) in examples.iter().enumerate() {
        let window = format!("window_{index}");
        // Writing to a string never fails.
        let _ = writeln!(text, "/* {} */", example.name.replace("*/", "* /"));
        text += &table(element, &window, texts(&example.raw));
        scores.extend(example.scores.texts());
        windows.push(window);
    }
    let count = examples.len();
    text += &table(score, "expected_scores", scores);
    text += &table(&format!("{element} *const"), "windows", windows);
    let run = if state == "stream" {
        format!(
            "        {name}_init(stream);
        {name}_push(stream, windows[example], {prefix}_WINDOW);
        {name}_classify(stream, &result);
"
        )
    } else {
        format!("        {name}_run(work, windows[example], &result);\n")
    };
    // The mathematical functions of another standard library may round a feature to the next
    // integer, which moves probabilities by a step or two.
    let tolerance = match (is_float, library.parts.front_end.word()) {
        (true, _) => "0.01F",
        (false, Word::Float) => "3",
        (false, Word::Integer) => "0", // the same integers everywhere
    };
    text += &format!(
        "
/* How far a score may be from the expected one. */
#define TOLERANCE {tolerance}

int {name}_self_test({name}_{state} *{state})
{{
    for (int example = 0; example < {count}; example++) {{
        {name}_result result;
{run}        const {score} *expected = &expected_scores[example * {prefix}_CLASSES];
        for (int index = 0; index < {prefix}_CLASSES; index++) {{
            if (result.scores[index] > expected[index] + TOLERANCE
                || result.scores[index] < expected[index] - TOLERANCE) {{
                return example + 1;
            }}
        }}
    }}
    return 0;
}}
"
    );
    text
}

impl GoldenExample {
    /// Returns the example as JSON: `name`, `samples`, `features` and `scores`.
    #[must_use]
    pub fn json(&self) -> String {
        let list = |values: Vec<String>| format!("[{}]", values.join(","));
        let name: String = self.name.chars().filter(|one| !one.is_control()).collect();
        let mut text = format!("{{\"name\":{},", quoted_json(&name));
        let samples = match &self.raw {
            RawExample::Float(samples) => samples.iter().map(|it| format!("{it:e}")).collect(),
            integers => texts(integers),
        };
        text += &format!("\"samples\":{},", list(samples));
        let features = list(self.features.iter().map(|value| format!("{value:e}")).collect());
        let scores = match &self.scores {
            GoldenScores::Int8(scores) => scores.iter().map(i8::to_string).collect(),
            GoldenScores::Float32(scores) => scores.iter().map(|it| format!("{it:e}")).collect(),
        };
        text + &format!("\"features\":{features},\"scores\":{}}}\n", list(scores))
    }
}

/// Returns samples as C writes them.
fn texts(raw: &RawExample) -> Vec<String> {
    match raw {
        RawExample::Int16(samples) => samples.iter().map(i16::to_string).collect(),
        RawExample::Uint8(samples) => samples.iter().map(u8::to_string).collect(),
        RawExample::Uint16(samples) => samples.iter().map(u16::to_string).collect(),
        RawExample::Float(samples) => samples.iter().map(float).collect(),
    }
}

fn quoted_json(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
