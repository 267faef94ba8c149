//! The files around the code: how to use it, and how to build it.

use super::plan::{Library, LibraryFile};
use crate::front_end::{Raw, Word};

pub(super) fn files(library: &Library<'_>) -> Vec<LibraryFile> {
    let name = library.parts.name;
    let file = |path: &str, text: String| LibraryFile { path: path.into(), text };
    vec![
        file("README.md", read_me(library)),
        file("CMakeLists.txt", cmake(name)),
        file("library.properties", arduino(library)),
        file("zephyr/module.yml", format!("name: {name}\nbuild:\n  cmake: zephyr\n")),
        file("zephyr/CMakeLists.txt", zephyr(name)),
    ]
}

fn cmake(name: &str) -> String {
    format!(
        "cmake_minimum_required(VERSION 3.13)
project({name} C)

add_library({name} STATIC src/{name}.c)
target_include_directories({name} PUBLIC src)
set_property(TARGET {name} PROPERTY C_STANDARD 99)
if(UNIX)
  target_link_libraries({name} PUBLIC m)
endif()
"
    )
}

fn zephyr(name: &str) -> String {
    format!(
        "zephyr_library()
zephyr_include_directories(../src)
zephyr_library_sources(../src/{name}.c)
"
    )
}

fn arduino(library: &Library<'_>) -> String {
    let (name, description) = (library.parts.name, one_line(library.parts.description));
    format!(
        "name={name}
version=1.0.0
author=danas
maintainer=danas
sentence={description}
paragraph=Front end and network in C.
category=Signal Input/Output
url=
architectures=*
includes={name}.h
"
    )
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read_me(library: &Library<'_>) -> String {
    let Library { parts, .. } = library;
    let name = parts.name;
    let prefix = name.to_uppercase();
    let raw = parts.front_end.raw();
    let Raw { moments, channels, rate, .. } = raw;
    let [window, note] = parts.front_end.notes();
    let costs = library.costs();
    let mut text = format!(
        "# {name}

{}

Classes: {}.

",
        one_line(parts.description),
        parts.classes.join(", ")
    );
    let memory = match costs.stream {
        Some(stream) => format!(
            "{} bytes of RAM for a stream (`{prefix}_STREAM_BYTES`), or {} bytes beside a window of your own \
             (`{prefix}_WORK_BYTES`)",
            stream.get(),
            costs.work.get()
        ),
        None => format!("{} bytes of RAM (`{prefix}_WORK_BYTES`)", costs.work.get()),
    };
    let needed = match parts.front_end.word() {
        Word::Float => "`memcpy`, `memset` and the mathematical functions of the standard library",
        Word::Integer => "`memcpy` and `memset`. It computes in integers alone",
    };
    text += &format!(
        "It needs {memory}, and about {} bytes of flash, {} of them for constant tables \
         (code is estimated for a Cortex-M4 and GCC's `-Os`). There is no heap, and all state is \
         in the struct that you own. The code is C99 and uses {needed}.

",
        costs.flash.get(),
        costs.tables.get()
    );
    text += &match rate {
        Some(rate) => format!(
            "```c
#include \"{name}.h\"

static {name}_stream stream;

void start(void)
{{
    {name}_init(&stream);
}}

/* Call this with new samples: {rate} in a second for each of {channels} channel(s). */
void listen(const {arriving} *samples, size_t moments)
{{
    {name}_push(&stream, samples, moments);
}}

/* Call this as often as you want an answer, such as four times a second. */
const char *what(void)
{{
    {name}_result result;
    {name}_classify(&stream, &result);
    const int best = {name}_decide(&result, 0.8F);
    return best < 0 ? NULL : {name}_class_names[best];
}}
```

The network looks at the latest {moments} moments. Before as many have arrived, the rest is zeros. To classify a \
             window of your own instead, call `{name}_run`.
",
            rate = rate.hertz(),
            arriving = raw.arriving().name(),
        ),
        None => format!(
            "```c
#include \"{name}.h\"

static {name}_work work;

/* {} {} */
const char *what(const {name}_sample *samples)
{{
    {name}_result result;
    {name}_run(&work, samples, &result);
    const int best = {name}_decide(&result, 0.8F);
    return best < 0 ? NULL : {name}_class_names[best];
}}
```
",
            window,
            note
        ),
    };
    text += "
The threshold is yours to choose: try what the device meets most of the time, and raise it until wrong \
             alarms are rare enough.

With CMake, use `add_subdirectory`. For Arduino, put the folder into `libraries`. For Zephyr, add it to \
             `ZEPHYR_EXTRA_MODULES`. Anywhere else, compile the one source file in `src`.
";
    text
}
