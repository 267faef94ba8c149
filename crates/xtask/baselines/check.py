"""Compares what a search of danas recommends with classical models and a CNN designed by hand.

python check.py SEARCH DATASET [OPTIONS]; `--help` lists the options.

SEARCH is the example of this name. DATASET is in danas' layout, FOLDER/CLASS/GROUP/recording or FOLDER/CLASS/recording.
All methods use danas' own splits: each group in turn is the test part or, without groups, danas draws the test parts
from seeds. No method sees the test part; all of them learn from the rest.

Prints Markdown: the test accuracy as mean and standard error over splits and for each split, then what each search
recommends.
"""

import argparse
import json
import pathlib

import classical
import clips
import numpy as np
import searches
import table

RECOMMENDED, INT8 = "danas, recommended", "danas, recommended, int8"
BEST, FIXED = "danas, best of the front on test (oracle)", "danas at one granularity, recommended"

# The two splits of the check, and the budget of their searches. The evaluations give the same result on any machine;
# the time limit only ends a search that hangs.
CHECKED, CHECKED_EVALUATIONS, CHECKED_SECONDS = "jackson,yweweler", 30, 3600.0


def arguments():
    parser = argparse.ArgumentParser(prog="cargo xtask baselines", description="Compares danas with classical models and a CNN by hand.")
    parser.add_argument("search", help=argparse.SUPPRESS)
    parser.add_argument("dataset", metavar="DATASET", help="recordings in FOLDER/CLASS/GROUP/ or FOLDER/CLASS/")
    parser.add_argument("--splits", metavar="A,B", help="use only these groups (or seeds, if there are no groups)")
    parser.add_argument("--seeds", type=int, default=5, help="number of splits to draw if there are no groups [5]")
    parser.add_argument("--preset", choices=clips.FRONT_ENDS, default="words", help="preset of features and search [words]")
    parser.add_argument("--seconds", type=float, help="length to which clips are cut or zero-padded [the preset's]")
    parser.add_argument("--max-seconds", type=float, help="time limit of each search in seconds [the preset's]")
    parser.add_argument("--evaluations", type=int, help="maximum number of evaluations of each search [the preset's]")
    parser.add_argument("--fixed", action="store_true", help="also search at the recommended granularity alone")
    parser.add_argument("--no-search", action="store_true", help="run only the classical models and Keras")
    parser.add_argument("--no-keras", action="store_true", help="leave out the CNN designed by hand")
    parser.add_argument("--keras-seeds", type=int, default=1, help="number of seeds for the CNN, for their mean [1]")
    parser.add_argument("--resume", action="store_true", help="resume searches from existing journals")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write all figures to this file")
    parser.add_argument("--output", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help="two splits; fail if danas is below logistic regression")
    options = parser.parse_args()
    if options.check:
        options.no_keras, options.no_search = True, False
        options.splits = options.splits or CHECKED
        options.evaluations = options.evaluations or CHECKED_EVALUATIONS
        options.max_seconds = options.max_seconds or CHECKED_SECONDS
    return options


def splits_of(options, dataset):
    """Returns a dictionary from the names of the splits to their training and test examples."""
    known = dataset.group_names() or list(range(options.seeds))
    chosen = options.splits.split(",") if options.splits else known
    if not dataset.groups:
        if not all(str(name).isdecimal() for name in chosen):
            raise SystemExit(f"--splits {options.splits}: {dataset.folder} has no groups, so give seeds")
        chosen = [int(name) for name in chosen]
    elif unknown := [name for name in chosen if name not in known]:
        raise SystemExit(f"--splits: unknown group {', '.join(unknown)}; the groups are {', '.join(known)}")
    splits = {}
    for name in chosen:
        if dataset.groups:
            is_tested = np.array(dataset.groups) == name
        else:
            folder = options.output / f"split-{name}"
            test = searches.drawn(options.search, dataset.folder, name, folder)["test"]
            is_tested = np.array([path in test for path in dataset.paths])
        splits[name] = np.flatnonzero(~is_tested), np.flatnonzero(is_tested)
    return splits


def searched(options, dataset, name, test, fixed_at=None):
    """Runs the search of a split and checks that it has the same test part as the other methods."""
    given = {"--seconds": options.seconds, "--max-seconds": options.max_seconds, "--evaluations": options.evaluations}
    flags = [word for flag, value in given.items() if value is not None for word in (flag, value)]
    folder = options.output / f"split-{name}{'-fixed' if fixed_at else ''}"
    start = ["--config", fixed_at] if fixed_at else ["--preset", options.preset]
    found = searches.search(options.search, dataset.folder, name, folder, [*start, *flags], options.resume)
    if searches.parts(folder)["test"] != {dataset.paths[example] for example in test}:
        raise SystemExit(f"{folder}/split.csv has a different test part from the split {name}")
    return found


def main():
    options = arguments()
    dataset = clips.read(options.dataset)
    splits = splits_of(options, dataset)
    features = clips.features(dataset, options.preset, options.seconds)
    results, sizes, found, fixed = {}, classical.sizes(features, dataset.labels), {}, {}

    def note(name, split, accuracy):
        results.setdefault(name, {})[split] = accuracy

    for split, (learned, test) in splits.items():
        for name, accuracy in classical.accuracies(features, dataset.labels, learned, test).items():
            note(name, split, accuracy)
    if not options.no_keras:
        import cnn

        for split, parts in splits.items():
            seeds = range(options.keras_seeds)
            trained = [cnn.train(features, dataset.labels, *parts, seed) for seed in seeds]
            note(cnn.NAME, split, float(np.mean([accuracy for accuracy, _ in trained])))
            sizes[cnn.NAME] = 4 * trained[0][1]
    if not options.no_search:
        for split, (_, test) in splits.items():
            it = found[split] = searched(options, dataset, split, test)
            note(RECOMMENDED, split, it["test_accuracy_float32"])
            note(INT8, split, it["test_accuracy_int8"])
            note(BEST, split, it["front_best"])
            for name, accuracy in it["baselines"].items():
                if accuracy is not None:
                    note(f"danas, its own baseline: {name}", split, accuracy)
            if options.fixed:
                at = options.output / f"fixed-{split}.toml"
                searches.fixed(options.output / f"split-{split}", it["evaluation"], options.preset, at)
                fixed[split] = searched(options, dataset, split, test, at)
                note(FIXED, split, fixed[split]["test_accuracy_float32"])

    print(table.accuracies(results, sizes, list(splits)))
    for title, of in [("", found), ("At the recommended granularity alone:\n\n", fixed)]:
        if of:
            print(f"\n{title}{table.searches(of)}")
    if options.json:
        figures = {"accuracy": results, "bytes": sizes, "searches": found, "fixed": fixed}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    if options.check:
        check(results)


def check(results):
    """Exits with a message if the recommended member is worse than logistic regression."""
    least = results[classical.LOGISTIC_REGRESSION]
    below = [split for split, accuracy in results[RECOMMENDED].items() if accuracy < least[split]]
    if below:
        raise SystemExit(f"the recommended member is below {classical.LOGISTIC_REGRESSION} on {', '.join(map(str, below))}")


if __name__ == "__main__":
    main()
