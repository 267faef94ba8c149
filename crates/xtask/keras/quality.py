"""Compares the quality of networks trained with danas' engine, libtorch and Keras.

Trains ten seeds of three candidates on the bundled digits.

python quality.py TRAIN_ONE

TRAIN_ONE is the example of this name, built with libtorch. It extracts the features, splits them and trains. Keras
learns from exactly the same arrays with the same standardisation, batch size, epochs, optimizer, loss and class
weights, but draws its own initial weights and orders. All of them keep the last epoch's weights.

Prints means with their standard errors, and differences in units of their standard error. Both engines of danas start a
seed from the same weights and see the examples in the same order, so their differences are taken seed by seed.
"""

import pathlib
import sys
import tempfile

import train_one

import keras
import network
import numpy as np

CANDIDATES = [
    # representation, rate, layers
    ("spectrogram", 4000, "4x5R 4x3R"),
    ("mel-spectrogram", 8000, "8x3R 4x3R"),
    ("mfcc", 8000, "8x3R 8x3R"),
]
EPOCHS = 30
PARTS = ["validation", "test"]
NAMES = ["accuracy", "precision", "recall", "F1"]


def scores(labels, probabilities):
    """Returns accuracy and macro means. A ratio of 0 to 0 is 0, as in scikit-learn."""
    classes = probabilities.shape[1]
    confusion = np.zeros((classes, classes))
    np.add.at(confusion, (labels, probabilities.argmax(1)), 1)
    right, true, told = confusion.diagonal(), confusion.sum(1), confusion.sum(0)
    means = [np.mean(right / np.maximum(total, 1)) for total in [told, true, (told + true) / 2]]
    return dict(zip(NAMES, [right.sum() / len(labels), *means]))


def danas(program, engine, candidate, seed, folder):
    """Trains with an engine of danas and returns the scores of each part. Leaves its arrays in the folder."""
    representation, rate, layers = candidate
    options = {"representation": representation, "rate": rate, "epochs": EPOCHS, "seed": seed, "arrays": folder}
    train_one.run(program, engine, layers, **options)
    return {part: scores(array(folder, part, "labels"), array(folder, part, "probabilities")) for part in PARTS}


def array(folder, part, name):
    return np.load(pathlib.Path(folder) / f"{part}_{name}.npy")


def in_keras(candidate, seed, folder):
    """Trains in Keras on the arrays in the folder and returns the scores of each part."""
    keras.utils.set_random_seed(seed)
    features, labels = array(folder, "train", "features"), array(folder, "train", "labels")
    rows = {"axis": (0, 2), "keepdims": True, "dtype": "float64"}
    mean, deviation = features.mean(**rows), features.std(**rows)
    deviation[deviation < 1e-30] = 1
    counts = np.bincount(labels)
    weights = dict(enumerate(len(labels) / (len(counts) * counts)))

    def scaled(features):
        return ((features - mean) / deviation).astype("float32")

    model = network.build(features.shape[1:], candidate[2], len(counts))
    model.compile("adam", "categorical_crossentropy")
    one_hot = keras.utils.to_categorical(labels)
    model.fit(scaled(features), one_hot, batch_size=32, epochs=EPOCHS, class_weight=weights, verbose=0)

    def judged(part):
        probabilities = model.predict(scaled(array(folder, part, "features")), verbose=0)
        return scores(array(folder, part, "labels"), probabilities)

    return {part: judged(part) for part in PARTS}


def error(values):
    """Returns the standard error of the mean."""
    return np.std(values, ddof=1) / np.sqrt(len(values))


def trainings(program, candidate, seeds):
    """Yields the scores for each seed: with the native engine, libtorch and Keras."""
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as folder:
            native = danas(program, "native", candidate, seed, folder)
            torch = danas(program, "torch", candidate, seed, folder)
            yield native, torch, in_keras(candidate, seed, folder)


def differences(native, torch, peer):
    """Yields the differences of libtorch and of Keras from the native engine, in standard errors."""
    paired = torch - native
    yield paired.mean() / error(paired) if paired.any() else 0.0
    yield (peer.mean() - native.mean()) / np.hypot(error(native), error(peer))


def main(program, seeds="10"):
    heads = ["native", "libtorch", "Keras", "libtorch - native", "Keras - native"]
    print(f"percent, mean ± standard error of {seeds} seeds; differences in standard errors")
    found = []
    for candidate in CANDIDATES:
        representation, rate, layers = candidate
        print(f"{f'{representation}, {rate} Hz, {layers}':40}" + "".join(f"{head:>18}" for head in heads))
        runs = list(zip(*trainings(program, candidate, int(seeds))))
        for part in PARTS:
            for name in NAMES:
                values = [np.array([run[part][name] for run in of_one]) for of_one in runs]
                means = "".join(f"{100 * one.mean():11.1f} ± {100 * error(one):4.1f}" for one in values)
                found += differences(*values)
                print(f"  {f'{part} {name}':38}{means}" + "".join(f"{one:+18.1f}" for one in found[-2:]), flush=True)
    beyond = sum(abs(difference) > 2 for difference in found)
    print(f"{beyond} of {len(found)} differences exceed two standard errors")


if __name__ == "__main__":
    main(*sys.argv[1:])
