"""Compares danas' sizes and files with those of TensorFlow's own converter, on newly drawn networks.

python check.py MODEL_SIZE CONVERT_WEIGHTS SEED COUNT
python check.py --table ROWS.csv
python check.py --file h,w,c,layers,dense,classes FORMAT
python check.py --session

MODEL_SIZE and CONVERT_WEIGHTS are the programs of the examples with these names. Prints the networks for which
MODEL_SIZE predicts a wrong size, or for which CONVERT_WEIGHTS writes different bytes in float32 or dynamic range. Exits
with 1 if there are any. (Files of int8 are not compared, because the scales of their activations differ in the last
bits: sums are added in another order.)

With --table, measures the networks of a table and prints the table with their sizes. With --file, writes one converted
model. With --session, measures models of one session of Keras, and prints how many layers of each kind the session had
named before each model.

Except with --session, each network starts a new Keras session. Biases are random, because the converter drops biases
that are all zero, and trained biases are not.
"""

import contextlib
import csv
import io
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.append(str(pathlib.Path(__file__).parents[1]))

import numpy as np
import tensorflow as tf

from networks import COLUMNS, draw, parse, parse_layers, tensors

FORMATS = ["float32", "dynamic", "int8"]
PROFILE = "tf2.12" if tf.__version__.startswith("2.12") else "tf2.21"
ACTIVATIONS = {"R": "relu", "S": "sigmoid"}
CONVOLUTIONS = {"conv": tf.keras.layers.Conv2D, "separable": tf.keras.layers.SeparableConv2D}
KINDS = ["sequential", "conv2d", "separable_conv2d", "batch_normalization", "activation"]
KINDS += ["max_pooling2d", "average_pooling2d", "global_average_pooling2d", "dropout", "flatten", "dense"]
# The models of one session, in order.
SESSION = ["2x3R", "2x3R", "2x3R 3x3S", "4x1S 4x1S 4x1S", *4 * ["2x3R 2x3R 2x3R"]]
SESSION += ["d2x3nR max2 drop5 3x3nS avg2", *2 * ["drop5 d2x3R max2 d2x3nS max1 avg1 3x3nR gap"], "avg2 2x3nR max2 gap"]
POOLS = {"max": tf.keras.layers.MaxPooling2D, "avg": tf.keras.layers.AveragePooling2D}


def keras_layers(layer, **shape):
    """Yields the Keras layers that make up a layer. The first layer of a model gets the input's shape in `shape`."""
    if layer.kind in CONVOLUTIONS:
        activation = ACTIVATIONS[layer.activation]
        yield CONVOLUTIONS[layer.kind](
            layer.filters,
            layer.kernel,
            strides=layer.stride,
            padding="same" if layer.same else "valid",
            activation=None if layer.normalised else activation,
            **shape,
        )
        if layer.normalised:
            yield tf.keras.layers.BatchNormalization()
            yield tf.keras.layers.Activation(activation)
    elif layer.kind in POOLS:
        yield POOLS[layer.kind](layer.kernel, strides=layer.stride, **shape)
    elif layer.kind == "gap":
        yield tf.keras.layers.GlobalAveragePooling2D(**shape)
    else:
        yield tf.keras.layers.Dropout(layer.percent / 100, **shape)


def random_weights(rng, shape):
    """Returns a kernel that keeps the scale of its inputs, or small biases."""
    bound = np.sqrt(3 / np.prod(shape[:-1])) if len(shape) > 1 else 0.1
    return rng.uniform(-bound, bound, shape).astype("float32")


def build(h, w, c, layers, dense, classes, seed):
    model = tf.keras.Sequential()
    shape = {"input_shape": (h, w, c)}
    layers = parse_layers(layers)
    for layer in layers:
        for keras_layer in keras_layers(layer, **shape):
            model.add(keras_layer)
        shape = {}
    if all(layer.kind != "gap" for layer in layers):
        model.add(tf.keras.layers.Flatten(**shape))
    if dense:
        model.add(tf.keras.layers.Dense(dense, activation="relu"))
    model.add(tf.keras.layers.Dense(classes, activation="softmax"))
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        weights = [random_weights(rng, weight.shape) for weight in layer.weights]
        if isinstance(layer, tf.keras.layers.BatchNormalization):
            # The square root of each of these variances plus epsilon is exact on any processor.
            variances = rng.choice(np.float32([0.0625, 0.25, 4]), weights[0].shape)
            weights[0] = rng.uniform(0.5, 1.5, weights[0].shape).astype("float32")
            weights[3] = variances - np.float32(1e-3)
        layer.set_weights(weights)
    return model


def convert(row, kind, seed):
    """Returns the bytes that the converter writes in a new session."""
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
    # The converter prints to both outputs.
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
    """Returns the float32 and dynamic range files that the program writes for the same weights."""
    h, w, c, layers, dense, classes = row
    with tempfile.TemporaryDirectory() as folder:
        for (name, shape), tensor in zip(tensors(row), build(*row, seed).get_weights(), strict=True):
            # Keras has inputs before outputs.
            tensor = np.ascontiguousarray(np.moveaxis(tensor, -1, 0))
            assert tensor.shape == shape, f"{name} of {row}: {tensor.shape}"
            np.save(f"{folder}/{name}.npy", tensor)
        np.save(f"{folder}/examples.npy", np.ones((1, h, w, c), dtype=np.float32))
        command = [program, "--input", f"{h}x{w}x{c}", "--layers", layers.replace(" ", ",")]
        command += ["--dense", dense, "--classes", classes, "--profile", PROFILE]
        command += ["--weights", folder, "--examples", f"{folder}/examples.npy", "--output", folder]
        subprocess.run([str(word) for word in command], check=True)
        return [pathlib.Path(folder, f"{kind}.tflite").read_bytes() for kind in ("float32", "dynamic_range")]


def without_fingerprint(file):
    """Returns the file with zeros for the eight bytes that TensorFlow 2.21 writes 24 bytes before its version."""
    version = file.find(b"2.21.0")
    return file if version < 0 else file[: version - 24] + bytes(8) + file[version - 16 :]


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
    named = dict.fromkeys(KINDS, 0)
    columns = [f"{kind}_before" for kind in [*named, "keras_tensor"]]
    writer.writerow(["h", "w", "layers", "tf_version", *columns, "float32_bytes"])
    for layers in SESSION:
        row = [16, 12, 1, layers, 10, 2]
        model = build(*row, 1)
        # Only Keras 3 uses this name for inputs.
        number = re.fullmatch(r"keras_tensor_?(\d*)", model.inputs[0].name)
        number = int(number[1] or 0) if number else 0
        converted = convert_model(model, row, "float32", 1)
        writer.writerow([16, 12, layers, tf.__version__, *named.values(), number, len(converted)])
        for layer in [model, *model.layers]:
            named[re.sub(r"_\d+$", "", layer.name)] += 1


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
                print(f"WRONG  {kind} of {row}: danas predicts {ours} bytes, the file has {theirs}")
        for kind, ours, theirs in zip(FORMATS, write(writer, row, seed + number), converted):
            if ours != without_fingerprint(theirs):
                files += 1
                print(f"WRONG  {kind} file of {row}: danas writes other bytes")
    print(
        f"TensorFlow {tf.__version__}, seed {seed}: {len(FORMATS) * count - wrong} of {len(FORMATS) * count} sizes "
        f"and {2 * count - files} of {2 * count} files exact"
    )
    sys.exit(1 if wrong + files else 0)


main()
