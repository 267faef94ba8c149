"""Builds the paper's networks in Keras."""

import keras

ACTIVATIONS = {"R": "relu", "S": "sigmoid"}


def build(shape, layers, classes):
    """Returns a network of convolutions in danas' notation (8x3R 2x5S), a hidden dense layer and the outputs."""
    network = keras.Sequential([keras.Input(shape)])
    for layer in layers.split():
        filters, kernel = map(int, layer[:-1].split("x"))
        network.add(keras.layers.Conv2D(filters, kernel, activation=ACTIVATIONS[layer[-1]]))
    network.add(keras.layers.Flatten())
    network.add(keras.layers.Dense(10, activation="relu"))
    network.add(keras.layers.Dense(classes, activation="softmax"))
    return network
