"""Counts the instructions of kernels on emulated cores, and fits the formulas that predict them.

    instructions.py NETWORKS TFLM|- [BUILD]

NETWORKS is the program `random_networks`, an example of danas-firmware. TFLM is a folder with the sources of TensorFlow
Lite Micro (see tflm.py), or - to count danas' own kernels only. What is compiled from it is kept in BUILD.

Coefficients are fitted to 150 networks, and compared with the counts of 80 others, whose layers are drawn with another
seed. Both are written into the crates: coefficients.rs, and the fixtures of their tests.
"""

import csv
import math
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import generated
from cores import CORES
from draw import draw
from fit import solve
from operators import LOOPS, works
from tflm import Tflm

COLUMNS = ["h", "w", "c", "layers", "dense", "classes"]
FORMATS = ["float32", "int8"]
CRATES = Path(__file__).parents[2]
FIT = [*draw(1, 120), *draw(3, 30, pooling=0.7)]
CHECK = draw(2, 80)
# Fewer instructions are not counted exactly enough to fit their relative error.
SMALLEST = 20
# Networks of TensorFlow 2.21, whose flattening has more operators.
FLATTENED = draw(4, 10)


class Networks:
    """Networks with random weights, as files."""

    def __init__(self, program, networks, folder, profile="tf2.12"):
        self.networks, self.profile = networks, profile
        folder.mkdir()
        with (folder / "networks.csv").open("w") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *networks])
        subprocess.run([program, folder / "networks.csv", folder, profile], check=True)
        self.folders = [folder / str(number) for number in range(len(networks))]


def count(networks, kernels, core, format, tflm):
    """Returns the instructions of an inference of each network, and those of its operators."""
    if kernels == "generated":
        counts = generated.count(core, networks.folders, format)
        return [(sum(count for _, count in of), of) for of in counts]
    return tflm.count(core, kernels, [folder / f"{format}.tflite" for folder in networks.folders])


def fit(networks, counts, kernels, core, format):
    """Returns the coefficients of each loop. Networks are pairs with the version of TensorFlow."""
    loops = defaultdict(list)
    for (network, profile), (whole, each) in zip(networks, counts):
        work = works(kernels, network, core, format, profile)
        assert len(work) == len(each), network
        for (_, loop, parts), (_, instructions) in zip(work, each):
            if instructions >= SMALLEST:
                loops[loop].append((parts, instructions))
        rest = whole - sum(instructions for _, instructions in each)
        loops["interpreter"].append(([len(each)], rest))
    if kernels == "generated":
        del loops["interpreter"]
    return {loop: solve(*zip(*rows)) for loop, rows in loops.items()}


def predict(network, table, kernels, core, format):
    work = works(kernels, network, core, format)
    each = [sum(a * b for a, b in zip(table[loop], parts)) for _, loop, parts in work]
    return sum(each) + len(work) * table.get("interpreter", [0])[0]


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    return {index: rank for rank, index in enumerate(order)}


def report(predicted, counted, title):
    errors = sorted(abs(a / b - 1) for a, b in zip(predicted, counted))
    size, left, right = len(errors), ranks(predicted), ranks(counted)
    squares = sum((left[index] - right[index]) ** 2 for index in range(size))
    rank = 1 - 6 * squares / (size * (size * size - 1))
    within = 100 * sum(error <= 0.2 for error in errors) / size
    nine = errors[math.ceil(0.9 * size) - 1]
    row = [title, f"{100 * errors[size // 2]:.1f} %", f"{100 * nine:.1f} %", f"{100 * errors[-1]:.1f} %"]
    print(f"| {' | '.join([*row, f'{within:.0f} %', f'{rank:.4f}'])} |", flush=True)


def number(value):
    """Returns a literal of Rust with four digits."""
    text = f"{value:.4g}"
    return text if "." in text or "e" in text else f"{text}.0"


def rust(name, table, loops):
    """Returns the definition of a table in Rust. A loop that none of the kernels has is empty."""
    fields = [f"    {loop}: &[{', '.join(map(number, table.get(loop, [])))}],\n" for loop in loops]
    return f"{name}: Table = Table {{\n{''.join(fields)}}};\n"


def write(path, text):
    path.write_text(text)
    subprocess.run(["rustfmt", "--edition", "2024", "--config-path", CRATES.parent, path], check=True)


def write_fixture(path, columns):
    """Writes the instructions of the networks that were not fitted."""
    with path.open("w") as file:
        rows = zip(*columns.values())
        table = csv.writer(file, lineterminator="\n")
        table.writerow([*COLUMNS, *columns])
        table.writerows([*network, *row] for network, row in zip(CHECK, rows))


def main():
    program, sources = sys.argv[1], sys.argv[2]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        tflm = None if sources == "-" else Tflm(Path(sources), Path(sys.argv[3]) if sys.argv[3:] else folder / "build")
        fitted, checked = Networks(program, FIT, folder / "fit"), Networks(program, CHECK, folder / "check")
        flattened = Networks(program, FLATTENED, folder / "flattened", "tf2.21")
        print("| kernels | median error | 90 % within | largest | within 20 % | rank correlation |")
        print("|---|---|---|---|---|---|")

        def measure(kernels, formats):
            tables, columns = {}, {}
            for core in CORES:
                for format in formats:
                    sets = [fitted] if kernels == "generated" else [fitted, flattened]
                    counts = [it for networks in sets for it in count(networks, kernels, core, format, tflm)]
                    networks = [(it, networks.profile) for networks in sets for it in networks.networks]
                    table = fit(networks, counts, kernels, core, format)
                    counted = [whole for whole, _ in count(checked, kernels, core, format, tflm)]
                    predicted = [predict(network, table, kernels, core, format) for network in CHECK]
                    report(predicted, counted, f"{kernels} {core} {format}")
                    name = f"{kernels}_{core}_{format}"
                    tables[name], columns[name] = table, counted
            return tables, columns

        write_generated(*measure("generated", FORMATS))
        if tflm:
            reference, cmsis_nn = measure("reference", FORMATS), measure("cmsis_nn", FORMATS)
            write_tflm(reference[0], cmsis_nn[0], reference[1] | cmsis_nn[1])


HEAD = "//! Coefficients that `cargo xtask instructions` fits and writes.\n\n"
VARIANTS = {"m0": "Core::M0Plus", "m4": "Core::M4", "m7": "Core::M7", "m55": "Core::M55"}
USE_FORMATS = "use DeployedFormat::{Float32, Int8};"


def name_of(table):
    return table.removeprefix("generated_").upper()


def definitions(tables, loops):
    return "\n".join(f"const {rust(name_of(name), table, loops)}" for name, table in tables.items())


def arms(tables):
    """Returns the arms of an expression that chooses a table."""
    found = []
    for name in tables:
        core, format = name.split("_")[-2:]
        variant = VARIANTS[core]
        found.append(f"({variant}, {format.capitalize()}) => &{name_of(name)},")
    return "\n".join(found)


def write_generated(tables, columns):
    loops = [loop for loop in LOOPS if loop not in ("pointwise", "depthwise_3x3", "reshape", "shape")]
    text = f"""{HEAD}use danas_size::{{Core, DeployedFormat}};

use super::table::Table;

pub(super) const fn table(core: Core, format: DeployedFormat) -> &'static Table {{
    {USE_FORMATS}
    match (core, format) {{ {arms(tables)} }}
}}

{definitions(tables, loops)}"""
    write(CRATES / "danas-firmware/src/instructions/coefficients.rs", text)
    write_fixture(CRATES / "danas-firmware/tests/fixtures/instructions.csv", columns)


def write_tflm(reference, cmsis_nn, columns):
    loops = [loop for loop in LOOPS if not loop.endswith("_once")] + ["interpreter"]
    text = f"""{HEAD}use super::{{core::Core, table::Table}};
use crate::format::DeployedFormat;

pub(super) const fn reference_table(core: Core, format: DeployedFormat) -> &'static Table {{
    {USE_FORMATS}
    match (core, format) {{ {arms(reference)} }}
}}

/// Returns the table of the kernels that are compiled with CMSIS-NN. Those for floats are the reference
/// kernels, which the compiler makes slightly different instructions of.
pub(super) const fn cmsis_nn_table(core: Core, format: DeployedFormat) -> &'static Table {{
    {USE_FORMATS}
    match (core, format) {{ {arms(cmsis_nn)} }}
}}

{definitions(reference | cmsis_nn, loops)}"""
    write(CRATES / "danas-size/src/instructions/coefficients.rs", text)
    write_fixture(CRATES / "danas-size/tests/fixtures/instructions.csv", columns)


if __name__ == "__main__":
    main()
