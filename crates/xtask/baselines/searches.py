"""Runs searches of danas, and reads what they recommend and how good their fronts are on the test part."""

import csv
import json
import subprocess
import sys
import time
import tomllib

# The prefix of the columns in the front's table with figures of exported files on the test part.
ON_TEST = "exported_test_"
ACCURACY = ON_TEST + "accuracy"

# The keys that `recommended.json` must contain.
RECOMMENDED = [
    "evaluation", "candidate", "test_accuracy_float32", "test_accuracy_int8", "expected_accuracy", "expected_low",
    "expected_high", "float32_bytes", "int8_bytes", "int8_ram",
]  # fmt: skip


def flags_of(split):
    """Returns the arguments that give a search its split: the test group, or a seed."""
    return ["--split-seed", str(split)] if isinstance(split, int) else ["--test-groups", split]


def drawn(program, dataset, seed, folder):
    """Returns the paths of each part, as danas draws them from a seed."""
    command = [program, "--dataset", dataset, "--output", folder, "--only-split", *flags_of(seed)]
    run(command)
    return parts(folder)


def parts(folder):
    paths = {"train": set(), "validation": set(), "test": set()}
    for row in rows(folder / "split.csv"):
        paths[row["part"]].add(row["path"])
    return paths


def search(program, dataset, split, folder, arguments, resume):
    """Runs a search and returns its results."""
    command = [program, "--dataset", dataset, "--output", folder, *flags_of(split), *arguments]
    start = time.monotonic()
    run(command if resume else [*command, "--fresh"])
    return {"seconds": time.monotonic() - start, **read(folder)}


def run(command):
    command = [str(word) for word in command]
    if subprocess.run(command, stdout=sys.stderr).returncode:
        raise SystemExit(f"failed: {' '.join(command)}")


def read(folder):
    """Returns the contents of `recommended.json` and the quality of the front.

    `front_best` is the best test accuracy of a member. `dominated` is the share of members that others dominate on the
    test part.
    """
    path = folder / "recommended.json"
    if not path.exists():
        raise SystemExit(f"the search did not write {path}")
    recommended = json.loads(path.read_text())
    missing = [key for key in RECOMMENDED if recommended.get(key) is None]
    if missing:
        raise SystemExit(f"{path} lacks {', '.join(missing)}")
    config = tomllib.loads((folder / "config.toml").read_text())
    return {
        **{key: recommended[key] for key in RECOMMENDED},
        "baselines": {it["name"]: it["test_accuracy_float32"] for it in recommended.get("baselines", [])},
        **worth(rows(folder / "front.csv"), config["search"]["objectives"], recommended),
    }


def worth(front, objectives, recommended):
    tested = [row for row in front if row.get(ACCURACY)]
    if not tested:
        raise SystemExit(f"no member of the front has a value for {ACCURACY}")
    own = recommended["test_accuracy_float32"]
    best = max([own, *(float(row[ACCURACY]) for row in tested)])
    points = [on_test(row, objectives) for row in tested]
    dominated = sum(any(dominates(one, other) for one in points) for other in points)
    return {"members": len(tested), "front_best": best, "lost": best - own, "dominated": dominated / len(points)}


def on_test(row, objectives):
    """Returns the objectives of a member on the test part, all to be minimised. Costs are the same on every part."""
    point = []
    for objective in objectives:
        is_quality = ON_TEST + objective in row
        value = row[ON_TEST + objective if is_quality else objective]
        point.append((-float(value) if is_quality else float(value)) if value else float("inf"))
    return point


def dominates(one, other):
    return one != other and all(a <= b for a, b in zip(one, other))


def fixed(folder, evaluation, preset, path):
    """Writes a configuration to `path` whose only granularity is that of an evaluation in `folder`."""
    config = tomllib.loads((folder / "config.toml").read_text())
    row = next(row for row in rows(folder / "evaluations.csv") if int(row["evaluation"]) == evaluation)
    lines = [f'preset = "{preset}"', "[space.data]"]
    for key, values in config["space"]["data"].items():
        if isinstance(values, list):
            name = key if key in row else key.removesuffix("s")
            values = [value for value in values if is_same(value, row[name])]
            lines.append(f"{key} = {json.dumps(values)}")
    path.write_text("\n".join(lines) + "\n")
    return path


def is_same(value, text):
    """Returns whether `text` in a table is the setting `value`."""
    return float(value) == float(text) if isinstance(value, int | float) else str(value) == text


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))
