"""Times trainings of danas, libtorch and Keras side by side, one thread each, and prints a table.

python speed.py TRAIN_ONE

TRAIN_ONE is the example of this name, built with libtorch.

Small trainings have 880 examples, as in the paper, in batches of 32, which makes 28 steps an epoch. Large trainings
have 320 examples. Keras' `fit` is called as its users do, with the paper's metrics and class weights, on a new model.
The time includes tracing the model, which every candidate of a search needs. The column "its best" is a second `fit` of
the same model, compiled (`jit_compile`) and with all steps of an epoch in one call (`steps_per_execution`).
"""

import sys
import time

import train_one

import keras
import network
import numpy as np

CASES = [
    # height, width, layers, epochs, examples
    (39, 8, "2x3R 2x5R", 20, 880),
    (39, 15, "4x5R 2x5R 2x5R", 20, 880),
    (80, 118, "8x3R 8x3R", 2, 880),
    (1025, 118, "16x5R 2x5R", 1, 320),
    (80, 118, "64x3R 32x3R", 1, 320),
]


def danas(program, engine, height, width, layers, epochs, examples):
    """Returns the milliseconds of a step, the best of three runs."""
    options = {"shape": f"{height}x{width}", "samples": examples, "epochs": epochs}
    runs = [train_one.run(program, engine, layers, **options) for _ in range(3)]
    return min(run["milliseconds_per_step"] for run in runs)


def model(height, width, layers, **options):
    built = network.build((height, width, 1), layers, 2)
    metrics = ["accuracy", keras.metrics.Precision(class_id=1), keras.metrics.Recall(class_id=1)]
    built.compile("adam", "categorical_crossentropy", metrics=metrics, **options)
    return built


def fit(model, features, labels, epochs):
    """Returns the milliseconds of a step."""
    begin = time.perf_counter()
    weights = {0: 0.61, 1: 2.75}
    model.fit(features, labels, batch_size=32, epochs=epochs, class_weight=weights, verbose=0)
    return 1e3 * (time.perf_counter() - begin) / (epochs * -(-len(features) // 32))


def main(program):
    heads = ["native", "libtorch", "Keras", "its best", "Keras / native", "its best / native", "libtorch / native"]
    print("milliseconds of a step of 32 examples, one thread")
    print(f"{'input, layers':24}" + "".join(f"{head:>18}" for head in heads))
    for height, width, layers, epochs, examples in CASES:
        native = danas(program, "native", height, width, layers, epochs, examples)
        torch = danas(program, "torch", height, width, layers, epochs, examples)
        features = np.random.rand(examples, height, width, 1).astype("float32")
        labels = keras.utils.to_categorical(np.arange(examples) % 2, 2)
        called = min(fit(model(height, width, layers), features, labels, epochs) for _ in range(2))
        best = model(height, width, layers, jit_compile=True, steps_per_execution=-(-examples // 32))
        fit(best, features, labels, 1)
        best = min(fit(best, features, labels, epochs) for _ in range(2))
        times = "".join(f"{value:18.3f}" for value in [native, torch, called, best])
        ratios = "".join(f"{value:17.1f}x" for value in [called / native, best / native, torch / native])
        print(f"{f'{height}x{width} {layers}':24}{times}{ratios}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
