//! The front end of features that the program computes.

use super::{code::FrontEndCode, input::NetworkInput, raw::Raw};

/// Returns code that only prepares features for the network.
pub(super) fn code(raw: Raw, input: &NetworkInput<'_>) -> FrontEndCode {
    let Raw { sample, moments, channels, .. } = raw;
    let element = input.element();
    let rows = input.standardisation.map_or(1, |[mean, _]| mean.len() / channels.max(1)).max(1);
    let text = format!(
        "#define SAMPLE {}
#define ROWS {rows}U
#define COLUMNS {}U
#define CHANNELS {channels}U

{}
/* Leaves the network's input at the beginning of the memory. */
static void front_end(const SAMPLE *features, float *memory)
{{
    {element} *input = ({element} *)memory;
    for (uint32_t row = 0U; row < ROWS; row++) {{
        for (uint32_t column = 0U; column < COLUMNS; column++) {{
            *input = input_of(*features, row * CHANNELS + column % CHANNELS);
            input++;
            features++;
        }}
    }}
}}
",
        sample.name(),
        moments * channels / rows,
        input.text(),
    );
    FrontEndCode { text, words: 0, constant_bytes: input.constant_bytes() }
}
