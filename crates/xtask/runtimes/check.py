"""Runs danas' files in the runtimes that they are made for, on newly drawn networks.

python check.py CONVERT_WEIGHTS MODEL_SIZE SEARCH SEED COUNT
python check.py --arenas CONVERT_WEIGHTS ROWS.csv

CONVERT_WEIGHTS, MODEL_SIZE and SEARCH are the programs of the examples with these names, built with libtorch.
CONVERT_WEIGHTS writes each network in every format. The outputs of LiteRT and TensorFlow Lite Micro for eight examples
are compared with those of libtorch and danas:

- float32 in both runtimes, with libtorch;
- int8 in TensorFlow Lite Micro, with danas' own integers: they must be equal;
- int8 in LiteRT's reference and default kernels, which round some steps differently;
- dynamic range in LiteRT, where the difference is only printed, since activations are quantised at run time.

MODEL_SIZE predicts the tensor arena of each file, and the part of it that TensorFlow Lite Micro records as used. Every
file is run in an arena of exactly the predicted size, the recorded files of danas-size's tests included. Smaller arenas
are then tried: the predicted one must not be more than 64 bytes larger than needed.

SEARCH runs a short search on the bundled digits and exports its front. The members are then run on the test part, using
only the JSON of each: float32 in LiteRT and int8 in TensorFlow Lite Micro must reach exactly the accuracies that danas
reports.

Exits with 1 if a tolerance is exceeded, an arena is too small, too large or recorded with another size, or an accuracy
differs. With --arenas, prints the networks of a table with their recorded arenas.
"""

import contextlib
import csv
import io
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parents[1]))

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro import runtime

from networks import COLUMNS, draw, parse, tensors

PROFILES = ["tf2.12", "tf2.21"]
EXAMPLES = 8
ARENA = 64 << 20
# Largest number of bytes that an arena may be larger than needed, and the steps in which smaller ones are tried.
SPARE, STEP = 64, 4
FIXTURES = pathlib.Path(__file__).parents[2] / "danas-size/tests/fixtures"
# The networks of the files there, by the begin of their names. The rest of a name is the profile and the format.
RECORDED = {
    "": (39, 8, 1, "2x3R 2x5S", 10, 2),
    "kinds_": (12, 10, 2, "d8x3/2pnR 8x1x3S max2x1 drop25 8x3pnR avg2/1 gap", 5, 3),
    "regression_": (12, 10, 3, "flatten", 0, 3),
    "pooled_": (12, 10, 2, "8x12x3R 8x1x3S gap", 0, 3),
}
# In probability for float32, in quanta of 1/256 for int8.
TOLERANCES = {"float32, LiteRT": 1e-5, "float32, TFLM": 1e-5, "int8, TFLM": 0}
# The smallest permitted share of outputs that agree within one quantum.
SHARES = {"int8, LiteRT reference": 0.999, "int8, LiteRT": 0.99}


def weights(rng, network):
    """Yields names and random tensors: kernels as by Glorot, and biases that are not zero."""
    for name, shape in tensors(network):
        part = name.split(".")[1]
        if part in ["kernel", "depthwise", "pointwise"]:
            outputs, *inputs = (1, *shape[:-1]) if part == "depthwise" else shape
            yield name, rng.uniform(-1, 1, shape) * np.sqrt(6 / (math.prod(inputs) + outputs))
        elif part in ["scale", "variance"]:
            yield name, rng.uniform(0.5, 1.5, shape)
        else:
            yield name, rng.uniform(-0.3, 0.3, shape)


def arenas(program, network, profile):
    """Returns the arenas that the program predicts, in float32 and int8, and how much of them is recorded as used."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as table:
        csv.writer(table).writerows([COLUMNS, network])
        table.flush()
        command = [program, "--csv", table.name, "--profile", profile]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    row = next(csv.DictReader(io.StringIO(printed)))
    return {kind: (int(row[f"arena_{kind}"]), int(row[f"used_{kind}"])) for kind in ["float32", "int8"]}


def litert(file, examples, **options):
    interpreter = Interpreter(str(file), **options)
    interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]
    outputs = []
    for example in examples:
        interpreter.set_tensor(source, example[None])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(target)[0].copy())
    return np.array(outputs)


def in_arena(file, size):
    """Returns an interpreter that records its allocations."""
    recording = runtime.InterpreterConfig.kAllocationRecording
    return runtime.Interpreter.from_file(str(file), arena_size=size, intrepreter_config=recording)


def is_enough(file, size):
    """Returns whether a model gets ready in an arena. A process of its own tries, since one may crash that does not."""
    process = os.fork()
    if process == 0:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        try:
            in_arena(file, size)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(process, 0)[1] == 0


def excess(file, arena):
    """Returns how much larger an arena is than needed, or None if it is too small. Stops behind what is permitted."""
    if not is_enough(file, arena):
        return None
    smaller = range(STEP, SPARE + 2 * STEP, STEP)
    return next((less for less in smaller if not is_enough(file, arena - less)), SPARE + 2 * STEP) - STEP


def tflm(file, examples, size=ARENA):
    """Returns the outputs, and the recorded parts of the arena."""
    interpreter = in_arena(file, size)
    outputs = []
    for example in examples:
        interpreter.set_input(example[None], 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0)[0].copy())
    printed = printed_by(interpreter.print_allocations)
    parts = re.findall(r"Arena allocation (total|head|tail) (\d+) bytes", printed)
    return np.array(outputs), {part: int(size) for part, size in parts}


def printed_by(function):
    """Returns the text that a function prints, even if the function is not written in Python."""
    with tempfile.TemporaryFile() as file:
        kept = os.dup(1), os.dup(2)
        try:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            function()
        finally:
            for stream, copy in enumerate(kept, 1):
                os.dup2(copy, stream)
                os.close(copy)
        file.seek(0)
        return file.read().decode()


def has_dead_layer(file):
    """Returns whether an activation is the same for all examples. The default kernels refuse such models."""
    interpreter = Interpreter(str(file), **REFERENCE)
    scales = (tensor["quantization_parameters"]["scales"] for tensor in interpreter.get_tensor_details())
    return any(len(scale) == 1 and scale[0] < 1e-8 for scale in scales)


REFERENCE = {"experimental_op_resolver_type": OpResolverType.BUILTIN_REF}


@contextlib.contextmanager
def written(writer, rng, network, profile):
    """Yields a folder with the files of a network with random weights, and the examples."""
    h, w, c, layers, dense, classes = network
    with tempfile.TemporaryDirectory(prefix="danas-runtimes-") as folder:
        folder = pathlib.Path(folder)
        for name, tensor in weights(rng, network):
            np.save(folder / f"{name}.npy", tensor.astype(np.float32))
        examples = rng.normal(0, rng.uniform(0.3, 3), (EXAMPLES, h, w, c)).astype(np.float32)
        np.save(folder / "examples.npy", examples)
        command = [writer, "--input", f"{h}x{w}x{c}", "--layers", layers.replace(" ", ",")]
        command += ["--dense", dense, "--classes", classes, "--profile", profile]
        command += ["--weights", folder, "--examples", folder / "examples.npy", "--output", folder]
        subprocess.run([str(word) for word in command], check=True)
        yield folder, examples


def compare(writer, measure, seed, count):
    """Runs the networks of a seed. Returns whether all results are within their tolerances."""
    rng, draws = np.random.default_rng(seed), random.Random(seed)
    differences = {}
    dead, arena_errors, spare = 0, [], []

    def note(kind, ours, theirs):
        difference = np.abs(np.asarray(ours, dtype=np.float64) - theirs).ravel()
        differences.setdefault(kind, []).append(difference)

    for number in range(count):
        network, profile = draw(draws), PROFILES[number % 2]
        with written(writer, rng, network, profile) as (folder, examples):
            expected = np.load(folder / "float32.npy")
            integers, expected_integers = np.load(folder / "int8_examples.npy"), np.load(folder / "int8.npy")
            int8 = folder / "int8.tflite"
            note("float32, LiteRT", litert(folder / "float32.tflite", examples), expected)
            predicted = arenas(measure, network, profile)
            sources = {"float32": (examples, expected), "int8": (integers, expected_integers)}
            for kind, (inputs, outputs) in sources.items():
                file, (arena, used) = folder / f"{kind}.tflite", predicted[kind]
                _, recorded = tflm(file, [])
                left = excess(file, arena)
                if recorded["total"] != used or left is None or left > SPARE:
                    arena_errors.append(f"{kind} of {network}, {profile}: {arena}, used {used}, recorded {recorded}")
                if left is not None:
                    spare.append(left)
                    note(f"{kind}, TFLM", tflm(file, inputs, arena)[0], outputs)
            note("int8, LiteRT reference", litert(int8, integers, **REFERENCE), expected_integers)
            if has_dead_layer(int8):
                dead += 1
            else:
                note("int8, LiteRT", litert(int8, integers), expected_integers)
            note("dynamic range, LiteRT", litert(folder / "dynamic_range.tflite", examples), expected)

    print(f"{count} networks of seed {seed}, {EXAMPLES} examples each; {dead} with an activation that never changes")
    for error in arena_errors:
        print(f"WRONG ARENA  {error}")
    print(f"{len(spare)} arenas of exactly the predicted size, at most {max(spare, default=0)} bytes larger than needed")
    is_right = not arena_errors
    for kind, parts in differences.items():
        values = np.concatenate(parts)
        line = f"{kind:24} {len(values):6} outputs, largest difference {values.max():.3g}"
        if kind.startswith("int8"):
            share = np.mean(values <= 1)
            line += f", {100 * share:.2f} % within one quantum"
            is_right &= bool(share >= SHARES.get(kind, 0))
        if kind in TOLERANCES:
            is_right &= bool(values.max() <= TOLERANCES[kind])
        print(line)
    return is_right


def recorded_files(measure):
    """Tries the predicted arenas of the recorded files. Returns whether all are enough and hardly larger than needed."""
    spare = []
    for begin, network in RECORDED.items():
        for profile in PROFILES:
            for kind, (arena, _) in arenas(measure, network, profile).items():
                file = FIXTURES / f"{begin}{profile}_{kind}.tflite"
                spare.append(excess(file, arena))
                if spare[-1] is None or spare[-1] > SPARE:
                    print(f"WRONG ARENA  {file.name}: {arena}")
    enough = [left for left in spare if left is not None]
    most = max(enough, default=0)
    print(f"{len(enough)} of {len(spare)} recorded files fit, with at most {most} bytes more than needed")
    return len(enough) == len(spare) and max(enough) <= SPARE


def accuracies(search):
    """Runs the exported members of a front on the test part. Returns whether all are as accurate as their cards say."""
    with tempfile.TemporaryDirectory(prefix="danas-front-") as folder:
        budget = ["--evaluations", "20", "--epochs", "10", "--workers", "2", "--test-features"]
        subprocess.run([search, *budget, "--output", folder], check=True, stdout=subprocess.DEVNULL)
        members = sorted(pathlib.Path(folder).glob("front/evaluation_*"))
        agree = [is_as_accurate(member) for member in members]
        print(f"{sum(agree)} of {len(members)} members of a front are as accurate as reported")
        return len(members) > 1 and all(agree)


def is_as_accurate(folder):
    """Runs an exported candidate using only its JSON, on the features in the same folder.

    Returns whether its accuracies are those that danas reports.
    """
    card = json.loads((folder / "model.json").read_text())
    features, labels = np.load(folder / "test_features.npy"), np.load(folder / "test_labels.npy")
    shape = [card["input"]["height"], card["input"]["channels"]]
    mean, deviation = (np.array(values, np.float32).reshape(shape) for values in card["input"]["standardisation"])
    inputs = ((features - mean[:, None]) / deviation[:, None]).astype(np.float32)
    scale, zero_point = np.float32(card["input"]["int8"]["scale"]), card["input"]["int8"]["zero_point"]
    quotients = inputs / scale
    rounded = np.trunc(quotients + np.copysign(np.float32(0.5), quotients))
    integers = np.clip(rounded + zero_point, -128, 127).astype(np.int8)

    found = {
        "accuracy": litert(folder / card["files"]["float32"], inputs),
        "int8_accuracy": tflm(folder / card["files"]["int8"], integers)[0],
    }
    is_right = True
    for name, outputs in found.items():
        share, reported = float(np.mean(outputs.argmax(axis=1) == labels)), card["test"][name]
        print(f"{card['candidate']}: test {name} {share:.6f}, reported {reported:.6f}, {len(labels)} examples")
        is_right &= abs(share - reported) < 1e-9
    return is_right


def record(writer, path):
    """Prints the networks of a table with the recorded arenas of their files."""
    rng = np.random.default_rng(0)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow([*COLUMNS, "kind", "arena_total", "arena_head", "arena_tail"])
    with open(path, newline="") as rows:
        for row in csv.DictReader(rows):
            network = parse(row[name] for name in COLUMNS)
            with written(writer, rng, network, "tf2.12") as (folder, _):
                for kind in ["float32", "int8"]:
                    _, arena = tflm(folder / f"{kind}.tflite", [])
                    table.writerow([*network, kind, *(arena[part] for part in ["total", "head", "tail"])])


def main():
    if sys.argv[1] == "--arenas":
        return record(sys.argv[2], sys.argv[3])
    writer, measure, search, seed, count = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
    is_right = compare(writer, measure, seed, count)
    is_right &= recorded_files(measure)
    sys.exit(0 if accuracies(search) and is_right else 1)


main()
