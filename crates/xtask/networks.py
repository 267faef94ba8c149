"""Draws random networks in danas' notation, and lists their tensors of weights.

A network is a tuple of height, width, channels, layers as text, dense width and classes. A dense width of 0 means no
hidden layer, and the text `flatten` means no layers.
"""

import dataclasses
import math
import re

COLUMNS = ["h", "w", "c", "layers", "dense", "classes"]

CONVOLUTION = re.compile(r"(d?)(\d+)x([\dx]+?)(?:/([\dx]+))?(p?)(n?)([RS])")
POOL = re.compile(r"(max|avg)([\dx]+?)(?:/([\dx]+))?")


def extent(text):
    """Returns height and width."""
    height, _, width = text.partition("x")
    return int(height), int(width or height)


@dataclasses.dataclass
class Layer:
    kind: str  # conv, separable, max, avg, gap or drop
    filters: int = 0
    kernel: tuple = (1, 1)
    stride: tuple = (1, 1)
    same: bool = False
    normalised: bool = False
    activation: str = ""
    percent: int = 0

    def output(self, shape):
        """Returns the layer's output shape. A side is 0 if the kernel does not fit."""
        h, w, c = shape
        if self.kind == "gap":
            return 1, 1, c
        sides = zip((h, w), self.kernel, self.stride)
        h, w = (
            -(-side // stride) if self.same else max(0, (side - kernel) // stride + 1)
            for side, kernel, stride in sides
        )
        return h, w, self.filters or c


def parse_layer(text):
    if text == "gap":
        return Layer("gap")
    if text.startswith("drop"):
        return Layer("drop", percent=int(text[4:]))
    if match := POOL.fullmatch(text):
        kind, size, stride = match.groups()
        return Layer(kind, kernel=extent(size), stride=extent(stride or size))
    separable, filters, kernel, stride, same, normalised, activation = CONVOLUTION.fullmatch(text).groups()
    return Layer(
        "separable" if separable else "conv",
        int(filters),
        extent(kernel),
        extent(stride or "1"),
        bool(same),
        bool(normalised),
        activation,
    )


def parse_layers(text):
    """Returns the layers in a text. The text `flatten` has none."""
    return [] if text == "flatten" else [parse_layer(layer) for layer in text.split()]


def parse(fields):
    return tuple(field if name == "layers" else int(field) for name, field in zip(COLUMNS, fields))


def tensors(network):
    """Returns the name and the shape of each tensor of weights, in order."""
    h, w, c, layers, dense, classes = network
    shape = h, w, c
    named = []
    for number, layer in enumerate(parse_layers(layers), 1):
        channels, filters = shape[2], layer.filters
        parts = []
        if layer.kind == "conv":
            parts = [("kernel", (filters, *layer.kernel, channels))]
        elif layer.kind == "separable":
            parts = [("depthwise", (1, *layer.kernel, channels)), ("pointwise", (filters, 1, 1, channels))]
        if layer.filters:
            normalisation = ["scale", "offset", "mean", "variance"] if layer.normalised else []
            parts += [(part, (filters,)) for part in ["bias", *normalisation]]
        named += [(f"layer{number}.{part}", shape) for part, shape in parts]
        shape = layer.output(shape)
    inputs = math.prod(shape)
    for place, outputs in [("dense", dense), ("output", classes)]:
        if outputs:
            named += [(f"{place}.kernel", (outputs, inputs)), (f"{place}.bias", (outputs,))]
            inputs = outputs
    return named


def depends_on_weights(network):
    """Returns whether the size of an 8-bit file depends on the weights.

    All weights of a kernel with one weight for each output are ±127. Two such kernels of the same length share a buffer
    if all signs agree.
    """
    lengths = [
        math.prod(shape)
        for name, shape in tensors(network)
        if name.endswith("wise") or name.endswith("kernel")
        if math.prod(shape) == (shape[-1] if name.endswith("depthwise") else shape[0])
    ]
    return len(lengths) > len(set(lengths))


def draw(rng):
    """Returns a network like those of a search or, half of the time, one with small numbers that often coincide."""
    while True:
        network = draw_any(rng)
        if not depends_on_weights(network):
            return network


def draw_any(rng):
    small = rng.random() < 0.5
    h, w = (rng.randint(1, 16), rng.randint(1, 16)) if small else (rng.choice([39, 80]), rng.choice([8, 15, 30]))
    c = rng.randint(1, 4) if small else rng.choice([1, 1, 2, 32])
    shape, layers = (h, w, c), []
    for _ in range(rng.randint(0, 6)):
        text = draw_layer(rng, small)
        following = parse_layer(text).output(shape)
        if min(following) > 0:
            shape = following
            layers.append(text)
    if rng.random() < 0.3:
        layers.append("gap")
        if rng.random() < 0.3:
            layers.append("drop50")
    dense, classes = (rng.randint(1, 12), rng.randint(1, 12)) if small else (rng.choice([10, 16, 64]), rng.choice([2, 10, 35]))
    if rng.random() < 0.3:
        dense = 0
    return h, w, c, " ".join(layers) or "flatten", dense, classes


def draw_layer(rng, small):
    def sides(choices):
        side = rng.choice(choices)
        return side if rng.random() < 0.7 else f"{side}x{rng.choice(choices)}"

    kind = rng.random()
    if kind < 0.1:
        return f"drop{rng.randint(1, 99)}"
    if kind < 0.25:
        stride = "" if rng.random() < 0.6 else f"/{sides([1, 2])}"
        return f"{rng.choice(['max', 'avg'])}{sides([1, 2, 3])}{stride}"
    filters = rng.randint(1, 5) if small else rng.choice([2, 4, 8, 16, 32, 64])
    stride = "" if rng.random() < 0.6 else f"/{sides([1, 2, 3])}"
    flags = ("p" if rng.random() < 0.4 else "") + ("n" if rng.random() < 0.3 else "")
    separable = "d" if rng.random() < 0.3 else ""
    return f"{separable}{filters}x{sides([1, 2, 3, 5] if small else [1, 3, 5])}{stride}{flags}{rng.choice('RS')}"
