"""Holds danas' sizes and files against TensorFlow's own converter on freshly drawn networks.

python check.py MODEL_SIZE CONVERT_WEIGHTS SEED COUNT
python check.py --table ROWS.csv
python check.py --file h,w,c,layers,dense,classes FORMAT
python check.py --session

MODEL_SIZE and CONVERT_WEIGHTS are the examples of these names, built. Prints the networks whose size the first
predicts wrongly, or of whose weights the second writes other bytes in float32 or dynamic range, and ends with 1 where
there is one. (Scales of int8 activations differ in their last bits: they come of sums in another order.) With --table, measures the networks of a table and prints it with their sizes. With --file,
writes one converted model. With --session, measures models of one session of Keras 3, and prints what it had named
before each.

But for --session, each network starts a fresh Keras session. Biases are random: the converter drops those that are all zero, and
trained ones are not.
"""

import contextlib
import csv
import io
import os
import pathlib
import random
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

FORMATS = ["float32", "dynamic", "int8"]
PROFILE = "tf2.12" if tf.__version__.startswith("2.12") else "tf2.21"
COLUMNS = ["h", "w", "c", "layers", "dense", "classes"]
ACTIVATIONS = {"R": "relu", "S": "sigmoid"}


def draw(rng):
    """A network like those of a search, or, half of the time, one of small numbers that often coincide."""
    small = rng.random() < 0.5
    h, w = (rng.randint(2, 16), rng.randint(2, 16)) if small else (rng.choice([39, 80]), rng.choice([8, 15, 30]))
    layers, room = [], min(h, w)
    for _ in range(rng.randint(1, 6 if small else 5)):
        kernel = min(room, rng.choice([1, 2, 3, 4, 5] if small else [3, 5]))
        room -= kernel - 1
        filters = rng.randint(1, 5) if small else rng.choice([2, 4, 8, 16, 32])
        layers.append(f"{filters}x{kernel}{rng.choice('RS')}")
    dense, classes = (rng.randint(1, 12), rng.randint(1, 12)) if small else (rng.choice([10, 16, 64]), rng.choice([2, 10, 35]))
    return h, w, rng.randint(1, 4) if small else rng.choice([1, 1, 2]), " ".join(layers), dense, classes


def build(h, w, c, layers, dense, classes, seed):
    model = tf.keras.Sequential()
    shape = {"input_shape": (h, w, c)}
    for layer in layers.split():
        filters, kernel = layer[:-1].split("x")
        activation = ACTIVATIONS[layer[-1]]
        model.add(tf.keras.layers.Conv2D(int(filters), int(kernel), activation=activation, **shape))
        shape = {}
    model.add(tf.keras.layers.Flatten())
    model.add(tf.keras.layers.Dense(dense, activation="relu"))
    model.add(tf.keras.layers.Dense(classes, activation="softmax"))
    rng = np.random.default_rng(seed)
    model.set_weights([rng.uniform(-0.1, 0.1, w.shape).astype("float32") for w in model.weights])
    return model


def convert(row, kind, seed):
    """The bytes that the converter writes in a fresh session."""
    tf.keras.backend.clear_session()
    return convert_model(build(*row, seed), row, kind, seed)


def convert_model(model, row, kind, seed):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if kind != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "int8":
        rng = np.random.default_rng(seed + 1)
        examples = [rng.normal(size=(1, *row[:3])).astype("float32") for _ in range(4)]
        converter.representative_dataset = lambda: ([example] for example in examples)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    # It reports on both outputs.
    with contextlib.redirect_stdout(io.StringIO()):
        return converter.convert()


def measure(row, seed):
    return [len(convert(row, kind, seed)) for kind in FORMATS]


def predict(program, rows):
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as table:
        csv.writer(table).writerows([COLUMNS, *rows])
        table.flush()
        command = [program, "--csv", table.name, "--profile", PROFILE]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [[int(row[f"{kind}_bytes"]) for kind in FORMATS] for row in csv.DictReader(io.StringIO(printed))]


def write(program, row, seed):
    """The float32 and dynamic range files that the program writes of the same weights."""
    h, w, c, layers, dense, classes = row
    names = [f"layer{number}" for number, _ in enumerate(layers.split(), 1)] + ["dense", "output"]
    with tempfile.TemporaryDirectory() as folder:
        tensors = build(*row, seed).get_weights()
        for index, tensor in enumerate(tensors):
            # From Keras' order, inputs before outputs.
            tensor = np.moveaxis(tensor, -1, 0)
            part = "bias" if index % 2 else "kernel"
            np.save(f"{folder}/{names[index // 2]}.{part}.npy", np.ascontiguousarray(tensor))
        np.save(f"{folder}/examples.npy", np.ones((1, h, w, c), dtype=np.float32))
        command = [program, "--input", f"{h}x{w}x{c}", "--layers", layers.replace(" ", ",")]
        command += ["--dense", dense, "--classes", classes, "--profile", PROFILE]
        command += ["--weights", folder, "--examples", f"{folder}/examples.npy", "--output", folder]
        subprocess.run([str(word) for word in command], check=True)
        return [pathlib.Path(folder, f"{kind}.tflite").read_bytes() for kind in ("float32", "dynamic_range")]


def without_fingerprint(file):
    """The file without the eight bytes that TensorFlow 2.21 writes 24 bytes before its version."""
    version = file.find(b"2.21.0")
    return file if version < 0 else file[: version - 24] + bytes(8) + file[version - 16 :]


def parse(fields):
    return [field if name == "layers" else int(field) for name, field in zip(COLUMNS, fields)]


def measure_table(path):
    with open(path, newline="") as table:
        rows = [parse(row[name] for name in COLUMNS) for row in csv.DictReader(table)]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*COLUMNS, "tf_version", *(f"{kind}_bytes" for kind in FORMATS)])
    for seed, row in enumerate(rows):
        writer.writerow([*row, tf.__version__, *measure(row, seed)])
        sys.stdout.flush()


def measure_session():
    tf.keras.backend.clear_session()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    named = {"sequential": 0, "conv2d": 0, "flatten": 0, "dense": 0}
    writer.writerow(["h", "w", "layers", *(f"{kind}_before" for kind in [*named, "keras_tensor"]), "float32_bytes"])
    for layers in ["2x3R", "2x3R", "2x3R 3x3S", "4x1S 4x1S 4x1S", *4 * ["2x3R 2x3R 2x3R"]]:
        row = [16, 12, 1, layers, 10, 2]
        model = build(*row, 1)
        number = model.inputs[0].name.removeprefix("keras_tensor").removeprefix("_")
        converted = convert_model(model, row, "float32", 1)
        writer.writerow([16, 12, layers, *named.values(), int(number or 0), len(converted)])
        for kind, layers_of_kind in zip(named, [1, len(layers.split()), 1, 2]):
            named[kind] += layers_of_kind


def main():
    if sys.argv[1] == "--session":
        return measure_session()
    if sys.argv[1] == "--table":
        return measure_table(sys.argv[2])
    if sys.argv[1] == "--file":
        sys.stdout.buffer.write(convert(parse(sys.argv[2].split(",")), sys.argv[3], 0))
        return
    program, writer, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    rng = random.Random(seed)
    rows = [draw(rng) for _ in range(count)]
    wrong, files = 0, 0
    for number, (row, predicted) in enumerate(zip(rows, predict(program, rows))):
        converted = [convert(row, kind, seed + number) for kind in FORMATS]
        for kind, ours, theirs in zip(FORMATS, predicted, map(len, converted)):
            if ours != theirs:
                wrong += 1
                print(f"WRONG  {kind} of {row}: {ours} for {theirs}")
        for kind, ours, theirs in zip(FORMATS, write(writer, row, seed + number), converted):
            if ours != without_fingerprint(theirs):
                files += 1
                print(f"WRONG  {kind} file of {row}")
    print(
        f"TensorFlow {tf.__version__}, seed {seed}: {len(FORMATS) * count - wrong} of {len(FORMATS) * count} sizes "
        f"and {2 * count - files} of {2 * count} files exact"
    )
    sys.exit(1 if wrong + files else 0)


main()
