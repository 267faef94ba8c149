"""Trains simple classical models on exactly the split that a search used.

python reference.py --split OUTPUT/split.csv --data FOLDER --kind audio|image|motion; `--help` lists the options.

The models learn from the parts train and validation, and are tested on the part test. Prints a table in Markdown. With
several splits, such as one for each fold, it has their mean and a column for each of them.
"""

import argparse
import pathlib
import statistics
import sys
import time

import numpy as np
import splits

# The classifiers and tables are those of the comparison with baselines.
sys.path.append(str(pathlib.Path(__file__).parents[1] / "baselines"))

import classical
import table
import vectors

FOREST, LOGISTIC, SVM = "random forest", "logistic regression", "SVM"

MAJORITY = "always the most frequent class"

# Sides of the squares of grey pixels.
SIDES = (16, 32)

# The maximum number of moments in the vectors of raw samples.
MOMENTS = 64


def arguments():
    parser = argparse.ArgumentParser(
        prog="cargo xtask references",
        description="Trains simple classical models on the split that a search used, and prints their test accuracy.",
    )
    parser.add_argument(
        "--split", metavar="FILE", action="append", required=True,
        help="the split.csv of a search, or another table with the columns path, class and part, and start and end for "
        "spans in seconds; give it several times for several folds",
    )  # fmt: skip
    parser.add_argument("--data", metavar="FOLDER", required=True, help="the folder that paths in the table are relative to")
    parser.add_argument("--kind", choices=VECTORS, required=True, help="kind of data")
    parser.add_argument("--seeds", type=int, default=5, help="number of seeds of each random forest [5]")
    parser.add_argument(
        "--rate", type=float, metavar="HZ",
        help="samples per second of series [data.series.rate in config.toml beside the split, or from the time column]",
    )  # fmt: skip
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error("--seeds must be at least 1")
    return options


def of_audio(examples, options):
    """Returns statistics of 13 MFCC at the highest rate that all recordings have."""
    import clips

    names = list(dict.fromkeys(example.path for example in examples))
    sounds, rate = clips.load([existing(options.data, name) for name in names])
    sounds = dict(zip(names, sounds))
    frame, hop = (1024, 512) if rate >= 16_000 else (256, 128)

    def of_example(example):
        sound = sounds[example.path]
        sound = sound[example.samples(len(sound), rate)]
        sound = np.pad(sound, (0, max(0, frame - len(sound))))
        return vectors.statistics(clips.mfcc(sound, rate, frame, hop))

    return {"MFCC statistics": np.stack([of_example(example) for example in examples])}


def of_images(examples, options):
    """Returns the grey pixels of the largest centred squares, at each size."""
    from PIL import Image, ImageOps

    pixels = {side: [] for side in SIDES}
    for example in examples:
        with Image.open(existing(options.data, example.path)) as image:
            grey = ImageOps.exif_transpose(image).convert("L")
        square = min(grey.size)
        left, top = ((length - square) // 2 for length in grey.size)
        grey = grey.crop((left, top, left + square, top + square))
        for side, of_side in pixels.items():
            of_side.append(np.asarray(grey.resize((side, side), Image.Resampling.BOX)).ravel() / 255)
    return {f"grey pixels, {side}x{side}": np.stack(of_side) for side, of_side in pixels.items()}


def of_motion(examples, options):
    """Returns statistics of each channel, and raw samples reduced to a length that all examples have."""
    import series

    format = series.Format.of(options.settings, options.rate)
    windows = series.read(options.data, examples, format)
    moments = min(MOMENTS, *(window.shape[1] for window in windows))
    raw = [vectors.reduced(window, moments).ravel() for window in windows]
    return {
        "statistics of channels": np.stack([of_channels(window) for window in windows]),
        f"raw samples, {moments} moments": np.stack(raw),
    }


def of_channels(window):
    """Returns the mean, deviation, minimum, maximum, mean absolute change and share of turns of each channel."""
    changes = np.diff(window)
    turns = (changes[:, :-1] * changes[:, 1:] < 0).sum(axis=1) / max(1, changes.shape[1] - 1)
    all_of = [window.mean(axis=1), window.std(axis=1), window.min(axis=1), window.max(axis=1)]
    return np.concatenate([*all_of, np.abs(changes).mean(axis=1), turns])


# The functions that make vectors, and the models, for each kind of data.
VECTORS = {"audio": of_audio, "image": of_images, "motion": of_motion}
MODELS = {"audio": (FOREST, LOGISTIC, SVM), "image": (FOREST, LOGISTIC), "motion": (FOREST, LOGISTIC)}


def existing(folder, name):
    path = pathlib.Path(folder) / name
    if not path.is_file():
        raise SystemExit(f"{path} is not a file; check that --data is the folder to which the paths of the split are relative")
    return path


def models(name, seeds):
    """Returns the models of a name, one for each seed."""
    if name == FOREST:
        return [classical.forest(seed) for seed in range(seeds)]
    return [classical.logistic_regression() if name == LOGISTIC else classical.svm()]


def tested(model, examples, split):
    """Returns the test accuracy of a model, and the seconds that it was trained for. `examples` are those of the split."""
    model = classical.standardised(model)
    start = time.perf_counter()
    model.fit(examples[split.learned], split.labels[split.learned])
    seconds = time.perf_counter() - start
    return model.score(examples[split.test], split.labels[split.test]), seconds


def row(name, made, columns, of_splits):
    """Returns the row of a method: its test accuracy on the mean of the splits and on each of them, and its costs.

    `made` makes the models, one for each seed. `of_splits` has each split with the indices of its examples.
    """
    found = [[tested(model, columns[own], split) for model in made()] for split, own in of_splits]
    accuracies = [[accuracy for accuracy, _ in of_split] for of_split in found]
    means = [statistics.fmean(of_seed) for of_seed in zip(*accuracies)]
    seconds = statistics.fmean(seconds for of_split in found for _, seconds in of_split)
    each = accuracies if len(accuracies) > 1 else []
    values = 0 if name == MAJORITY else columns.shape[1]
    return [name, *map(table.mean_and_deviation, [means, *each]), values, f"{seconds:.2f}"]


def main():
    options = arguments()
    all_splits = splits.read(options.split)
    options.settings = splits.series_settings(options.split, options.kind)
    examples = list(dict.fromkeys(example for split in all_splits for example in split.examples))
    index = {example: at for at, example in enumerate(examples)}
    of_splits = [(split, np.array([index[example] for example in split.examples])) for split in all_splits]
    of_kind = VECTORS[options.kind](examples, options)
    rows = [row(MAJORITY, lambda: [classical.majority()], next(iter(of_kind.values())), of_splits)]
    for kind, columns in of_kind.items():
        for name in MODELS[options.kind]:
            made = lambda name=name: models(name, options.seeds)
            rows.append(row(f"{name}, {kind}", made, columns, of_splits))
    folds = [split.name for split in all_splits]
    header = ["mean of the splits", *folds] if len(folds) > 1 else ["all"]
    print("\n".join(map(str, all_splits)), end="\n\n")
    print(f"Test accuracy in %; for random forests the mean ± standard deviation over {options.seeds} seeds.\n")
    print(table.markdown(["method", *header, "values per example", "fit in s"], rows))


if __name__ == "__main__":
    main()
