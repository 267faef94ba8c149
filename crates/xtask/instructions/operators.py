"""The operators of a network, and the loops that their kernels run.

`LOOPS` of a set of kernels names what its kernels do differently. `work` returns the loop that runs an operator, and how
often it runs each of its parts. The number of instructions is the sum of these numbers, each multiplied by a coefficient
that is fitted. The same formulas are in danas-size/src/instructions and danas-firmware/src/instructions.
"""

import math
from collections import Counter
from dataclasses import dataclass

from draw import parse_layers

LOOPS = ["convolution", "pointwise", "depthwise", "depthwise_3x3", "dense", "max_pool", "average_pool", "mean"]
LOOPS += ["sigmoid", "softmax", "reshape", "shape"]

# Operators with which TensorFlow 2.21 flattens any number of examples, in addition to a reshape.
FLATTENING = ["SHAPE", "STRIDED_SLICE", "PACK"]

# Loops of generated libraries whose functions a network may call several times.
CALLED = ["convolution", "depthwise", "dense", "max_pool", "average_pool"]
LOOPS += [f"{loop}_once" for loop in CALLED]


@dataclass
class Operator:
    kind: str
    input: tuple
    output: tuple
    window: tuple = (1, 1)
    stride: tuple = (1, 1)
    margins: tuple = (0, 0)

    def sides(self):
        """Returns the numbers of places of the window inside the input, for each row and column of the output."""
        sides = []
        for axis in (0, 1):
            length, size, stride, margin = self.input[axis], self.window[axis], self.stride[axis], self.margins[axis]
            starts = [place * stride - margin for place in range(self.output[axis])]
            sides.append([max(0, min(start + size, length) - max(start, 0)) for start in starts])
        return sides


def operators(network, profile="tf2.12"):
    """Returns the operators of a network, as a version of TensorFlow converts it."""
    h, w, c, layers, dense, classes = network
    shape, found, flat = (h, w, c), [], False

    def add(kind, output, **rest):
        nonlocal shape
        found.append(Operator(kind, shape, output, **rest))
        shape = output

    for layer in parse_layers(layers):
        output = layer.output(shape)
        if layer.kind in ("conv", "separable"):
            margins = (0, 0)
            if layer.same:
                sides = zip(output, layer.stride, layer.kernel, shape)
                margins = tuple(max(0, (o - 1) * s + k - i) // 2 for o, s, k, i in sides)
            slide = {"window": layer.kernel, "stride": layer.stride, "margins": margins}
            if layer.kind == "conv":
                add("CONV_2D", output, **slide)
            else:
                add("DEPTHWISE_CONV_2D", (*output[:2], shape[2]), **slide)
                add("CONV_2D", output)
            if layer.activation == "S":
                add("LOGISTIC", output)
        elif layer.kind in ("max", "avg"):
            kind = {"max": "MAX_POOL_2D", "avg": "AVERAGE_POOL_2D"}[layer.kind]
            add(kind, output, window=layer.kernel, stride=layer.stride)
        elif layer.kind == "gap":
            add("MEAN", output)
            flat = True
    if not flat:
        for kind in FLATTENING if profile == "tf2.21" else []:
            add(kind, shape)
        add("RESHAPE", (1, 1, math.prod(shape)))
    for outputs in [dense, classes]:
        if outputs:
            add("FULLY_CONNECTED", (1, 1, outputs))
    add("SOFTMAX", shape)
    return found


def simple(it):
    """Returns the work of operators whose kernels are alike in all sets."""
    values = math.prod(it.output)
    if it.kind in FLATTENING:
        return "shape", [int(it.kind == kind) for kind in FLATTENING]
    return {
        "MEAN": ("mean", [math.prod(it.input), values, 1]),
        "LOGISTIC": ("sigmoid", [values, 1]),
        "SOFTMAX": ("softmax", [values, 1]),
        "RESHAPE": ("reshape", [values, 1]),
    }.get(it.kind)


def is_single(it):
    return it.window == (1, 1) and it.stride == (1, 1)


def reference(it, core, format):
    """TensorFlow Lite Micro's reference kernels, which skip places outside the input one by one."""
    if found := simple(it):
        return found
    (rows, columns), (_, _, inputs), (height, width, outputs) = it.sides(), it.input, it.output
    inside, pixels = sum(rows) * sum(columns), height * width
    places, values = pixels * math.prod(it.window), pixels * outputs
    lines = values * it.window[0]
    if it.kind == "CONV_2D":
        return "convolution", [inside * inputs * outputs, inside * outputs, places * outputs, lines, values, 1]
    if it.kind == "DEPTHWISE_CONV_2D":
        return "depthwise", [inside * outputs, places * outputs, lines, values, 1]
    if it.kind == "FULLY_CONNECTED":
        return "dense", [inputs * outputs, outputs, 1]
    return {"MAX_POOL_2D": "max_pool", "AVERAGE_POOL_2D": "average_pool"}[it.kind], [places * outputs, lines, values, 1]


def generated(it, core, format):
    """danas-firmware's kernels: two outputs, or four channels, at a time, only over places inside the input."""
    if it.kind == "RESHAPE":
        return None
    if found := simple(it):
        return found
    (rows, columns), (_, _, inputs), (height, width, outputs) = it.sides(), it.input, it.output
    inside, pixels = sum(rows) * sum(columns), height * width
    values, pairs = pixels * outputs, (outputs + 1) // 2
    four = 4 if format == "int8" and core != "m0" else 1  # products of a step, with the DSP instructions
    if it.kind == "FULLY_CONNECTED" or it.kind == "CONV_2D" and is_single(it):
        steps = pixels * pairs
        return "dense", [steps * (inputs // four), steps * (inputs % four), steps, values, pixels, 1]
    if it.kind == "CONV_2D":
        counts = [columns * inputs for columns in columns]
        quads, rest = sum(count // four for count in counts), sum(count % four for count in counts)
        lines = sum(rows) * width * pairs
        numbers = [sum(rows) * quads * pairs, sum(rows) * rest * pairs, lines, pixels * pairs, values, pixels, 1]
        return "convolution", numbers
    if it.kind == "DEPTHWISE_CONV_2D":
        groups, rest = (outputs // 4, outputs % 4) if format == "int8" else (0, outputs)
        lines = sum(rows) * width
        numbers = [inside * groups, inside * rest, lines * groups, lines * rest, pixels * groups, values, pixels, 1]
        return "depthwise", numbers
    lines = values * it.window[0]
    kind = {"MAX_POOL_2D": "max_pool", "AVERAGE_POOL_2D": "average_pool"}[it.kind]
    return kind, [inside * outputs, lines, values, pixels, 1]


def cmsis_nn(it, core, format):
    """CMSIS-NN's kernels for integers, which differ with the instructions of the core. Floats use the reference."""
    if format == "float32":
        return reference(it, core, format)
    if found := simple(it):
        return found
    return {"m0": base, "m4": dsp, "m7": dsp, "m55": mve}[core](it)


def up(number, divisor):
    return -(-number // divisor)


def products(rows, outputs, inputs, four):
    """The work of `arm_nn_mat_mult_nt_t_s8` without vectors: blocks of two rows and two outputs, then the rest."""
    blocks = (rows // 2) * (outputs // 2)
    single = rows * outputs - 4 * blocks
    sums = (outputs // 2) * inputs
    return [blocks * (inputs // four), blocks * (inputs % four), blocks, single * inputs, single, sums]


def scalar(it, four):
    (rows, columns), (_, _, inputs), (height, width, outputs) = it.sides(), it.input, it.output
    pixels = height * width
    places, values = pixels * math.prod(it.window), pixels * outputs
    if it.kind == "CONV_2D" and it.window == (1, 1) and it.margins == (0, 0):
        calls, lines = (1, pixels) if it.stride == (1, 1) else (height, width)
        return "pointwise", [calls * number for number in [*products(lines, outputs, inputs, four), 1]] + [1]
    if it.kind == "CONV_2D":
        window = math.prod(it.window) * inputs
        blocks = (pixels // 2) * (outputs // 2)
        single = values - 4 * blocks
        numbers = [blocks * (window // four), blocks * (window % four), blocks, single * window, single]
        return "convolution", [*numbers, places, places * inputs, pixels, 1]
    lines = values * it.window[0]
    if it.kind == "DEPTHWISE_CONV_2D" and it.window == (3, 3) and max(it.margins) <= 1:
        groups, rest, inside = outputs // 4, outputs % 4, sum(rows) * sum(columns)
        lines = sum(rows) * width
        numbers = [inside * groups, inside * rest, lines * groups, lines * rest]
        return "depthwise_3x3", [*numbers, pixels * groups, pixels * rest, pixels, 1]
    kind = {"MAX_POOL_2D": "max_pool", "AVERAGE_POOL_2D": "average_pool"}.get(it.kind)
    if kind == "max_pool":
        return kind, [places * (outputs // 4), places * (outputs % 4), places, values, pixels, 1]
    return kind, [places * outputs, places if four == 4 else lines, values, pixels, 1]


def base(it):
    """Cores without the DSP instructions."""
    (rows, columns), (_, _, inputs), (height, width, outputs) = it.sides(), it.input, it.output
    if it.kind == "FULLY_CONNECTED":
        return "dense", [(outputs // 3) * inputs, (outputs % 3) * inputs, outputs, 1]
    if it.kind == "DEPTHWISE_CONV_2D" and not (it.window == (3, 3) and max(it.margins) <= 1):
        inside, values = sum(rows) * sum(columns), height * width * outputs
        return "depthwise", [inside * outputs, sum(rows) * width * outputs, values, height * width, 1]
    return scalar(it, 1)


def dsp(it):
    (_, _, inputs), (height, width, outputs) = it.input, it.output
    if it.kind == "FULLY_CONNECTED":
        pairs, odd = outputs // 2, outputs % 2
        numbers = [pairs * (inputs // 4), pairs * (inputs % 4), odd * (inputs // 4), odd * (inputs % 4)]
        return "dense", [*numbers, outputs, 1]
    if it.kind == "DEPTHWISE_CONV_2D" and not (it.window == (3, 3) and max(it.margins) <= 1):
        pixels, size = height * width, math.prod(it.window)
        groups, rest = outputs // 4, outputs % 4
        numbers = [pixels * groups * (size // 2), pixels * groups * (size % 2), pixels * groups, pixels * rest * size]
        return "depthwise", [*numbers, pixels * size, pixels * size * outputs, pixels * outputs, pixels, 1]
    return scalar(it, 4)


def mve(it):
    """Cores with vectors of 16 integers."""
    (_, _, inputs), (height, width, outputs) = it.input, it.output
    pixels, size = height * width, math.prod(it.window)
    places, vectors = pixels * size, up(outputs, 16)
    if it.kind == "FULLY_CONNECTED":
        groups, rest, steps = outputs // 4, outputs % 4, up(inputs, 16)
        return "dense", [groups * steps, rest * steps, groups, rest, 1]
    if it.kind == "CONV_2D":
        is_pointwise = it.window == (1, 1) and it.margins == (0, 0)
        calls, rows = (1, pixels) if is_pointwise and it.stride == (1, 1) else (height, width) if is_pointwise else (1, pixels)
        steps, fours, ones = up(size * inputs, 16), rows // 4, rows % 4
        numbers = [fours * outputs * steps, fours * outputs, ones * outputs * steps, ones * outputs, ones * (outputs % 4)]
        numbers = [calls * number for number in numbers]
        if is_pointwise:
            return "pointwise", [*numbers, calls, 1]
        if it.input[0] == 1 and it.window[0] == 1 and it.stride[1] * inputs % 4 == 0:
            return "pointwise", [*numbers, calls, 1]  # reads one row in place
        return "convolution", [*numbers, places, places * up(inputs, 16), up(pixels, 4), 1]
    if it.kind == "DEPTHWISE_CONV_2D":
        fours, ones, groups = pixels // 4, pixels % 4, up(outputs, 4)
        numbers = [fours * groups * size, fours * groups, ones * groups * size, ones * groups]
        return "depthwise", [*numbers, places, places * vectors, pixels, 1]
    kind = {"MAX_POOL_2D": "max_pool", "AVERAGE_POOL_2D": "average_pool"}[it.kind]
    return kind, [places * vectors, places, pixels * vectors, pixels, 1]


WORK = {"reference": reference, "cmsis_nn": cmsis_nn, "generated": generated}


def works(kernels, network, core, format, profile="tf2.12"):
    """Returns the operators that a set of kernels runs, with their loops and their work.

    A function of a generated library that is called once is compiled for its constants: it is another loop.
    """
    found = [(it, WORK[kernels](it, core, format)) for it in operators(network, profile)]
    found = [(it, *work) for it, work in found if work]
    if kernels != "generated":
        return found
    calls = Counter(loop for _, loop, _ in found)
    return [(it, f"{loop}_once" if calls[loop] == 1 and loop in CALLED else loop, work) for it, loop, work in found]
