"""Prints the values from Keras that the tests of the engines expect.

    python -m venv venv && venv/bin/pip install keras jax && venv/bin/python keras_reference.py
"""

import os
import re

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np

print("keras", keras.__version__)

# --- src/torch/stepper.rs: two weights after each of three steps under fixed gradients.
for optimizer in [
    keras.optimizers.Adam(),
    keras.optimizers.Adam(0.1, beta_1=0.5, beta_2=0.9, epsilon=1e-3),
    keras.optimizers.SGD(0.1, momentum=0.9),
]:
    weights = keras.Variable(np.array([1.0, -2.0], "float32"))
    for gradient in [[0.1, -1e-6], [-0.3, 2e-6], [0.2, 1e-6]]:
        optimizer.apply([np.array(gradient, "float32")], [weights])
        print(optimizer.name, *(f"{value:.9f}" for value in np.array(weights)))


def wave(count, frequency):
    return np.sin(frequency * np.arange(count)).astype("float32")


def extent(text):
    sides = [int(side) for side in text.split("x")]
    return (sides[0], sides[-1])


def layers(text):
    """Yields the Keras layers for layers in danas' notation."""
    windows = {"max": keras.layers.MaxPooling2D, "avg": keras.layers.AveragePooling2D}
    for layer in text.split():
        if layer == "gap":
            yield keras.layers.GlobalAveragePooling2D()
        elif layer.startswith("drop"):
            yield keras.layers.Dropout(int(layer[4:]) / 100)
        elif layer[:3] in windows:
            size, _, stride = layer[3:].partition("/")
            yield windows[layer[:3]](extent(size), extent(stride or size))
        else:
            parts = r"(d?)(\d+)x([\dx]+)(?:/([\dx]+))?(p?)(n?)([RS])"
            separable, filters, kernel, stride, same, normal, activation = re.fullmatch(
                parts, layer
            ).groups()
            kind = keras.layers.SeparableConv2D if separable else keras.layers.Conv2D
            padding = "same" if same else "valid"
            yield kind(int(filters), extent(kernel), extent(stride or "1"), padding)
            if normal:
                yield keras.layers.BatchNormalization()
            yield keras.layers.Activation("relu" if activation == "R" else "sigmoid")


def network(shape, text):
    """Returns a Keras model with fixed weights, generated in the order and layouts of danas."""
    hidden = list(layers(text))
    flatten = [] if "gap" in text else [keras.layers.Flatten()]
    dense = [
        keras.layers.Dense(4, activation="relu"),
        keras.layers.Dense(3, activation="softmax"),
    ]
    model = keras.Sequential([keras.Input(shape), *hidden, *flatten, *dense])
    # danas' layouts: kernels [out, height, width, in], dense [out, in]; Keras has `out` last.
    start, weights = 0, []
    for weight in model.weights:
        own = (weight.shape[-1], *weight.shape[:-1])
        count = int(np.prod(own))
        values = 0.5 * wave(5000, 0.7)[start : start + count].reshape(own)
        if weight.name == "moving_variance":
            values = 0.5 + np.abs(values)
        weights.append(np.moveaxis(values, 0, -1))
        start += count
    model.set_weights(weights)
    return model


def rounded(probabilities):
    return [[round(float(p), 7) for p in row] for row in probabilities]


# --- tests/engines: predictions with every kind of layer.
for text in [
    "3x3/2pR 2x1x3/1x2S",
    "3x4pR 2x2x3/3pS",
    "d4x3pR d3x3/2pS",
    "4x3R max2 2x2R avg2x1",
    "3x2R max3/2 avg1x2/1",
    "4x3pnR d3x2nS gap drop25",
]:
    model = network((9, 8, 2), text)
    x = 2 * wave(2 * 144, 0.37).reshape(2, 9, 8, 2)
    print(text, model.count_params(), rounded(model.predict(x, verbose=0)))


# --- src/torch/train.rs: a short training from fixed weights, in a fixed order of examples.
def train(text, loss, optimizer):
    model = network((5, 6, 2), text)
    model.compile(optimizer, loss)
    x = 2 * wave(10 * 60, 0.37).reshape(10, 5, 6, 2)
    y = np.array([0, 1, 0, 2, 0, 1, 0, 0, 1, 0])
    balanced = {c: 10 / (3 * int((y == c).sum())) for c in range(3)}
    for epoch in range(3):
        order = (3 * np.arange(10) + epoch) % 10
        one_hot = np.eye(3, dtype="float32")[y[order]]
        history = model.fit(
            x[order], one_hot, 4, 1, shuffle=False, class_weight=balanced, verbose=0
        )
        print(text, loss, f"loss {history.history['loss'][0]:.7f}")
    print(rounded(model.predict(x[:3], verbose=0)))


train("3x3R 2x2S", "categorical_crossentropy", keras.optimizers.Adam(0.01))
train("3x3R 2x2S", "mean_squared_error", keras.optimizers.SGD(0.5, momentum=0.9))
# Not Adam, because it would scale up the gradient of a bias before a normalisation, which is only a
# rounding error.
train("3x3pnR d2x2/2nS", "categorical_crossentropy", keras.optimizers.SGD(0.02, momentum=0.9))
train("d4x3pR max2 3x2S gap", "categorical_crossentropy", keras.optimizers.SGD(0.1))
