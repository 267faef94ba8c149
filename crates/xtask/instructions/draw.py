"""Draws random networks like those of a search: of sound, images and motion, with every kind of layer."""

import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from networks import parse_layer, parse_layers, tensors  # noqa: E402

# Limits that keep the emulation short, and the weights of a network in 512 kB of code.
MOST_MACS = 3_000_000
MOST_WEIGHTS = 60_000


def draw(seed, count, pooling=0.2):
    """Returns networks, which are tuples of height, width, channels, layers, dense width and classes. `pooling` is the
    share of poolings among the layers."""
    rng = random.Random(seed)
    found = []
    while len(found) < count:
        network = draw_one(rng, pooling)
        weights = sum(math.prod(shape) for _, shape in tensors(network))
        if weights <= MOST_WEIGHTS and macs(network) <= MOST_MACS:
            found.append(network)
    return found


def macs(network):
    h, w, c, layers, _, _ = network
    shape, sum_of = (h, w, c), 0
    for layer in parse_layers(layers):
        following = layer.output(shape)
        if layer.kind == "conv":
            sum_of += math.prod(following) * math.prod(layer.kernel) * shape[2]
        elif layer.kind == "separable":
            sum_of += following[0] * following[1] * shape[2] * (math.prod(layer.kernel) + following[2])
        shape = following
    return sum_of


def draw_one(rng, pooling):
    kind = rng.choice(["sound", "sound", "image", "motion", "small"])
    if kind == "sound":
        shape = rng.choice([13, 20, 39, 40, 64]), rng.choice([8, 15, 16, 31, 32, 49, 60]), rng.choice([1, 1, 1, 2])
    elif kind == "image":
        side = rng.choice([12, 16, 24, 28, 32, 48])
        shape = side, rng.choice([side, side, side * 3 // 4]), rng.choice([1, 3])
    elif kind == "motion":
        shape = 1, rng.choice([50, 64, 100, 128, 200, 400]), rng.choice([1, 3, 4, 6, 9])
    else:
        shape = rng.randint(1, 12), rng.randint(1, 12), rng.randint(1, 8)
    first, layers = shape, []
    for _ in range(rng.randint(0, 5)):
        text = draw_layer(rng, first[0] == 1, pooling)
        following = parse_layer(text).output(shape)
        if min(following) > 0:
            shape = following
            layers.append(text)
    if rng.random() < 0.35:
        layers.append("gap")
    dense = rng.choice([0, 0, 4, 10, 13, 16, 32, 64])
    return (*first, " ".join(layers) or "flatten", dense, rng.choice([2, 2, 3, 4, 5, 7, 10, 12, 20, 35]))


def draw_layer(rng, is_one_row, pooling):
    def sides(choices):
        side = rng.choice(choices)
        if is_one_row:
            return f"1x{side}"
        return str(side) if rng.random() < 0.7 else f"{side}x{rng.choice(choices)}"

    if rng.random() < pooling:
        stride = "" if rng.random() < 0.6 else f"/{sides([1, 2, 3])}"
        return f"{rng.choice(['max', 'avg'])}{sides([2, 2, 2, 3, 4])}{stride}"
    filters = rng.choice([1, 2, 3, 4, 6, 7, 8, 8, 12, 16, 16, 24, 32, 48, 64])
    stride = "" if rng.random() < 0.6 else f"/{sides([1, 2, 2, 3])}"
    padding = "p" if rng.random() < 0.5 else ""
    separable = "d" if rng.random() < 0.4 else ""
    kernel = sides([1, 2, 3, 3, 3, 4, 5, 7])
    return f"{separable}{filters}x{kernel}{stride}{padding}{rng.choice('RRRS')}"
