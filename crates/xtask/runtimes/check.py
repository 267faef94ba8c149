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

MODEL_SIZE predicts the tensor arenas of files in TensorFlow 2.12's form, which TensorFlow Lite Micro records.

SEARCH runs a short search on the bundled digits and exports its front. The members are then run on the test part, using
only the JSON of each: float32 in LiteRT and int8 in TensorFlow Lite Micro must reach exactly the accuracies that danas
reports.

Exits with 1 if a tolerance is exceeded, an arena has another size, or an accuracy differs. With --arenas, prints the
networks of a table with their recorded arenas.
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


def arenas(program, network):
    """Returns the arenas that the program predicts, in float32 and int8."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as table:
        csv.writer(table).writerows([COLUMNS, network])
        table.flush()
        printed = subprocess.run([program, "--csv", table.name], check=True, capture_output=True, text=True).stdout
    row = next(csv.DictReader(io.StringIO(printed)))
    return {kind: int(row[f"arena_{kind}"]) for kind in ["float32", "int8"]}


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


def tflm(file, examples):
    """Returns the outputs and the recorded parts of the arena."""
    recording = runtime.InterpreterConfig.kAllocationRecording
    interpreter = runtime.Interpreter.from_file(str(file), arena_size=ARENA, intrepreter_config=recording)
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
    dead, wrong_arenas = 0, 0

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
            outputs, float32_arena = tflm(folder / "float32.tflite", examples)
            note("float32, TFLM", outputs, expected)
            outputs, int8_arena = tflm(int8, integers)
            note("int8, TFLM", outputs, expected_integers)
            note("int8, LiteRT reference", litert(int8, integers, **REFERENCE), expected_integers)
            if has_dead_layer(int8):
                dead += 1
            else:
                note("int8, LiteRT", litert(int8, integers), expected_integers)
            note("dynamic range, LiteRT", litert(folder / "dynamic_range.tflite", examples), expected)

        if profile == "tf2.12":
            recorded = {"float32": float32_arena["total"], "int8": int8_arena["total"]}
            if (predicted := arenas(measure, network)) != recorded:
                wrong_arenas += 1
                print(f"WRONG  arenas of {network}: predicted {predicted}, recorded {recorded}")

    print(f"{count} networks of seed {seed}, {EXAMPLES} examples each; {dead} with an activation that never changes")
    print(f"arenas of {(count + 1) // 2} networks, {wrong_arenas} of them predicted wrongly")
    is_right = wrong_arenas == 0
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
    sys.exit(0 if accuracies(search) and is_right else 1)


main()
