"""Times trainings of danas, libtorch and Keras side by side, one thread each, and prints a table.

Arguments: the example train_one, built with libtorch.

Small trainings have 880 examples, as the paper's, in batches of 32: 28 steps an epoch; large ones 320. Keras' `fit` is called
as its users do, with the paper's metrics and class weights, on a fresh model: what it takes to trace the model
is a part of every candidate of a search. Beside it stands Keras at its best: a second `fit` of the same model,
compiled (`jit_compile`) and with all steps of an epoch in one call (`steps_per_execution`).
"""

import json
import os
import subprocess
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
THREADS = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
os.environ.update(THREADS)

import keras  # noqa: E402
import numpy as np  # noqa: E402

CASES = [
    # height, width, layers as (filters, kernel), epochs, examples
    (39, 8, [(2, 3), (2, 5)], 20, 880),
    (39, 15, [(4, 5), (2, 5), (2, 5)], 20, 880),
    (80, 118, [(8, 3), (8, 3)], 2, 880),
    (1025, 118, [(16, 5), (2, 5)], 1, 320),
    (80, 118, [(64, 3), (32, 3)], 1, 320),
]


def danas(program, engine, height, width, layers, epochs, examples):
    """The milliseconds of a step, the best of three runs."""
    text = ",".join(f"{filters}x{kernel}R" for filters, kernel in layers)
    command = [program, "--engine", engine, "--shape", f"{height}x{width}", "--layers", text]
    command += ["--samples", str(examples), "--epochs", str(epochs), "--json"]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(3)]
    return min(run["milliseconds_per_step"] for run in runs)


def model(height, width, layers, **options):
    convolutions = [keras.layers.Conv2D(*layer, activation="relu") for layer in layers]
    network = keras.Sequential([
        keras.Input((height, width, 1)),
        *convolutions,
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="relu"),
        keras.layers.Dense(2, activation="softmax"),
    ])
    metrics = ["accuracy", keras.metrics.Precision(class_id=1), keras.metrics.Recall(class_id=1)]
    network.compile("adam", "categorical_crossentropy", metrics=metrics, **options)
    return network


def fit(network, features, labels, epochs):
    """The milliseconds of a step."""
    begin = time.perf_counter()
    weights = {0: 0.61, 1: 2.75}
    network.fit(features, labels, batch_size=32, epochs=epochs, class_weight=weights, verbose=0)
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
        name = f"{height}x{width} " + " ".join(f"{filters}x{kernel}" for filters, kernel in layers)
        times = "".join(f"{value:18.3f}" for value in [native, torch, called, best])
        ratios = "".join(f"{value:17.1f}x" for value in [called / native, best / native, torch / native])
        print(f"{name:24}{times}{ratios}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
