//! The source of a library.

use std::collections::BTreeSet;

use super::plan::Library;
use crate::{
    front_end::{Raw, SampleType, Word},
    literal::quoted,
};

pub(super) fn source(library: &Library<'_>) -> String {
    let Library { parts, network, front_end, .. } = library;
    let raw = parts.front_end.raw();
    let name = parts.name;
    let mathematics = (parts.front_end.word() == Word::Float).then_some("math.h");
    let headers: BTreeSet<&str> = ["stdint.h", "string.h"]
        .into_iter()
        .chain(mathematics)
        .chain(network.headers.iter().copied())
        .collect();
    let mut text = format!("#include \"{name}.h\"\n\n");
    text.extend(headers.into_iter().map(|header| format!("#include <{header}>\n")));
    text += "\n";
    text += &front_end.text;
    text += "\n";
    for part in [&network.kernels, &network.tables, &network.function] {
        text += part;
        text += "\n";
    }
    text += &entry(library);
    if raw.rate.is_some() {
        text += &stream(name, raw);
    }
    text
}

/// Returns the functions that every library has.
fn entry(library: &Library<'_>) -> String {
    let Library { parts, network, .. } = library;
    let (name, prefix) = (parts.name, parts.name.to_uppercase());
    let raw = parts.front_end.raw();
    let value = network.value;
    let names: Vec<String> =
        parts.classes.iter().map(|class| format!("    {},\n", quoted(class))).collect();
    let is_float = value == "float";
    let values = if is_float { "work->memory" } else { "(int8_t *)work->memory" };
    let first = network.outline.input / 4;
    let [start, argument] =
        if raw.rate.is_some() { ["uint32_t start, ", "start, "] } else { ["", ""] };
    let whole = if raw.rate.is_some() { "0U, " } else { "" };
    let confidence = match (is_float, parts.front_end.word()) {
        (true, _) => FLOAT_CONFIDENCE,
        (false, Word::Float) => INT8_CONFIDENCE,
        (false, Word::Integer) => INTEGER_CONFIDENCE,
    };
    let confidence = confidence.replace("NAME", name);
    format!(
        "const char *const {name}_class_names[{prefix}_CLASSES] = {{
{names}}};

/* Fails to compile where a struct has another size than the header states. */
typedef char {name}_work_size[sizeof({name}_work) == {prefix}_WORK_BYTES ? 1 : -1];

static void classify(
    {name}_work *work, const {name}_sample *ring, {start}{name}_result *result)
{{
    {value} *values = {values};
    front_end(ring, {argument}&work->memory[{first}]);
    {name}_infer(values);
    memcpy(result->scores, &values[{output}], {prefix}_CLASSES * sizeof({value}));
    result->best = 0U;
    for (uint16_t index = 1U; index < {prefix}_CLASSES; index++) {{
        if (result->scores[index] > result->scores[result->best]) {{
            result->best = index;
        }}
    }}
}}

void {name}_run({name}_work *work, const {name}_sample *window, {name}_result *result)
{{
    classify(work, window, {whole}result);
}}

{confidence}",
        names = names.concat(),
        output = network.output.offset,
    )
}

/// How the probability of the best class is compared, for scores that are probabilities.
const FLOAT_CONFIDENCE: &str = include_str!("../../c/library/confidence_float32.c");

/// The same for scores that are integers.
const INT8_CONFIDENCE: &str = include_str!("../../c/library/confidence_int8.c");

/// The same without a floating-point operation, for cores that have none.
const INTEGER_CONFIDENCE: &str = include_str!("../../c/library/confidence_integer.c");

/// Returns the functions of a stream.
fn stream(name: &str, raw: Raw) -> String {
    let (prefix, arriving) = (name.to_uppercase(), raw.arriving().name());
    let (rounding, sample) = match raw.sample {
        SampleType::Int8 => (
            format!(
                "
/* Rounds a sample of 16 bits to 8, halves to the even number. */
static {name}_sample narrowed(int16_t sample)
{{
    const int32_t up = (int32_t)sample + 0x8000;
    const int32_t half = 0x7F + ((up >> 8) & 1);
    const int32_t rounded = (up + half) >> 8;
    return ({name}_sample)((rounded > 0xFF ? 0xFF : rounded) - 0x80);
}}
"
            ),
            "narrowed(*samples)",
        ),
        _ => (String::new(), "*samples"),
    };
    format!(
        "
typedef char {name}_stream_size[sizeof({name}_stream) == {prefix}_STREAM_BYTES ? 1 : -1];
{rounding}
void {name}_init({name}_stream *stream)
{{
    memset(stream, 0, sizeof *stream);
}}

void {name}_push({name}_stream *stream, const {arriving} *samples, size_t moments)
{{
    if (moments > {prefix}_WINDOW) {{
        samples += (moments - {prefix}_WINDOW) * {prefix}_CHANNELS;
        moments = {prefix}_WINDOW;
    }}
    for (; moments > 0U; moments--) {{
        {name}_sample *to = &stream->ring[stream->oldest * {prefix}_CHANNELS];
        for (uint32_t channel = 0U; channel < {prefix}_CHANNELS; channel++) {{
            to[channel] = {sample};
            samples++;
        }}
        stream->oldest++;
        if (stream->oldest == {prefix}_WINDOW) {{
            stream->oldest = 0U;
        }}
    }}
}}

void {name}_classify({name}_stream *stream, {name}_result *result)
{{
    classify(&stream->work, stream->ring, stream->oldest, result);
}}
"
    )
}
