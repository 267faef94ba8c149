"""Holds danas' files against the runtimes that they are made for, on freshly drawn networks.

python check.py CONVERT_WEIGHTS SEED COUNT

CONVERT_WEIGHTS is the example of that name, built with libtorch. Each network is written in every format, and what
libtorch and danas compute for eight examples is compared with LiteRT and TensorFlow Lite Micro:

- float32 in both runtimes, against libtorch;
- int8 in TensorFlow Lite Micro, against danas' own integers: no difference at all;
- int8 in LiteRT's reference and default kernels, which round some steps otherwise;
- dynamic range in LiteRT, which is only printed: it quantises activations as they come.

Ends with 1 where a tolerance is exceeded.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro import runtime

PROFILES = ["tf2.12", "tf2.21"]
EXAMPLES = 8
# Of probabilities, or quanta of 1/256.
TOLERANCES = {"float32, LiteRT": 1e-5, "float32, TFLM": 1e-5, "int8, TFLM": 0}
# The least share of outputs that agree within one quantum.
SHARES = {"int8, LiteRT reference": 0.999, "int8, LiteRT": 0.99}


def draw(rng):
    """Layers of a network that fits its input, and its head."""
    while True:
        h, w, c = int(rng.integers(8, 60)), int(rng.integers(8, 40)), int(rng.integers(1, 4))
        layers = [
            (int(rng.integers(1, 17)), int(rng.choice([1, 2, 3, 5])), str(rng.choice(["R", "S"])))
            for _ in range(rng.integers(1, 6))
        ]
        if sum(kernel - 1 for _, kernel, _ in layers) < min(h, w):
            return (h, w, c), layers, int(rng.integers(2, 20)), int(rng.integers(1, 11))


def weights(rng, shape, layers, dense, classes):
    """Random tensors by their names: Glorot's kernels, and biases that are not zero."""
    h, w, c = shape
    tensors = {}

    def add(place, outputs, inputs):
        fans = int(np.prod(inputs)) + outputs
        kernel = rng.uniform(-1, 1, (outputs, *inputs)) * np.sqrt(6 / fans)
        tensors[f"{place}.kernel"] = kernel
        tensors[f"{place}.bias"] = rng.uniform(-0.3, 0.3, outputs)

    for number, (filters, kernel, _) in enumerate(layers, 1):
        add(f"layer{number}", filters, (kernel, kernel, c))
        h, w, c = h - kernel + 1, w - kernel + 1, filters
    add("dense", dense, (h * w * c,))
    add("output", classes, (dense,))
    return tensors


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
    interpreter = runtime.Interpreter.from_file(str(file))
    outputs = []
    for example in examples:
        interpreter.set_input(example[None], 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0)[0].copy())
    return np.array(outputs)


def has_dead_layer(file):
    """Whether an activation is the same for all examples. The default kernels refuse such models."""
    interpreter = Interpreter(str(file), **REFERENCE)
    scales = (tensor["quantization_parameters"]["scales"] for tensor in interpreter.get_tensor_details())
    return any(len(scale) == 1 and scale[0] < 1e-8 for scale in scales)


REFERENCE = {"experimental_op_resolver_type": OpResolverType.BUILTIN_REF}
program, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(seed)
differences = {}
dead = 0


def note(kind, ours, theirs):
    difference = np.abs(np.asarray(ours, dtype=np.float64) - theirs).ravel()
    differences.setdefault(kind, []).append(difference)


for number in range(count):
    shape, layers, dense, classes = draw(rng)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="danas-runtimes-"))
    for name, tensor in weights(rng, shape, layers, dense, classes).items():
        np.save(folder / f"{name}.npy", tensor.astype(np.float32))
    examples = rng.normal(0, rng.uniform(0.3, 3), (EXAMPLES, *shape)).astype(np.float32)
    np.save(folder / "examples.npy", examples)
    command = [program, "--input", "x".join(map(str, shape))]
    command += ["--layers", ",".join(f"{filters}x{kernel}{kind}" for filters, kernel, kind in layers)]
    command += ["--dense", dense, "--classes", classes, "--profile", PROFILES[number % 2]]
    command += ["--weights", folder, "--examples", folder / "examples.npy", "--output", folder]
    subprocess.run([str(word) for word in command], check=True)

    expected = np.load(folder / "float32.npy")
    integers, expected_integers = np.load(folder / "int8_examples.npy"), np.load(folder / "int8.npy")
    int8 = folder / "int8.tflite"
    note("float32, LiteRT", litert(folder / "float32.tflite", examples), expected)
    note("float32, TFLM", tflm(folder / "float32.tflite", examples), expected)
    note("int8, TFLM", tflm(int8, integers), expected_integers)
    note("int8, LiteRT reference", litert(int8, integers, **REFERENCE), expected_integers)
    if has_dead_layer(int8):
        dead += 1
    else:
        note("int8, LiteRT", litert(int8, integers), expected_integers)
    note("dynamic range, LiteRT", litert(folder / "dynamic_range.tflite", examples), expected)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()

failed = False
print(f"{count} networks of seed {seed}, {EXAMPLES} examples each; {dead} with an activation that never changes")
for kind, parts in differences.items():
    values = np.concatenate(parts)
    line = f"{kind:24} {len(values):6} outputs, largest difference {values.max():.3g}"
    if kind.startswith("int8"):
        share = np.mean(values <= 1)
        line += f", {100 * share:.2f} % within one quantum"
        failed |= share < SHARES.get(kind, 0)
    if kind in TOLERANCES:
        failed |= not values.max() <= TOLERANCES[kind]
    print(line)
sys.exit(bool(failed))
