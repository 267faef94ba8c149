"""Searches of danas: what they recommend, and what their fronts are worth on the test part."""

import csv
import json
import subprocess
import sys
import time
import tomllib

# The columns of the front's table with what exported files come to on the test part.
ON_TEST = "exported_test_"
ACCURACY = ON_TEST + "accuracy"

# What `recommended.json` must say.
RECOMMENDED = [
    "evaluation", "candidate", "test_accuracy_float32", "test_accuracy_int8", "expected_accuracy", "expected_low",
    "expected_high", "float32_bytes", "int8_bytes", "int8_ram",
]  # fmt: skip


def flags_of(split):
    """How a search is told its split: a group that is tested, or a seed."""
    return ["--split-seed", str(split)] if isinstance(split, int) else ["--test-groups", split]


def drawn(program, dataset, seed, folder):
    """The paths of each part, as danas draws them by a seed."""
    command = [program, "--dataset", dataset, "--output", folder, "--only-split", *flags_of(seed)]
    run(command)
    return parts(folder)


def parts(folder):
    paths = {"train": set(), "validation": set(), "test": set()}
    for row in rows(folder / "split.csv"):
        paths[row["part"]].add(row["path"])
    return paths


def search(program, dataset, split, folder, arguments, resume):
    """Searches, and reads what came of it."""
    command = [program, "--dataset", dataset, "--output", folder, *flags_of(split), *arguments]
    start = time.monotonic()
    run(command if resume else [*command, "--fresh"])
    return {"seconds": time.monotonic() - start, **read(folder)}


def run(command):
    command = [str(word) for word in command]
    if subprocess.run(command, stdout=sys.stderr).returncode:
        raise SystemExit(f"failed: {' '.join(command)}")


def read(folder):
    """What `recommended.json` says, with the worth of the front beside it: `front_best` is the test accuracy of the
    member that has the best, `dominated` the share of members that others dominate on the test part.
    """
    path = folder / "recommended.json"
    if not path.exists():
        raise SystemExit(f"the search wrote no {path}")
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
        raise SystemExit(f"no member of the front has a {ACCURACY}")
    own = recommended["test_accuracy_float32"]
    best = max([own, *(float(row[ACCURACY]) for row in tested)])
    points = [on_test(row, objectives) for row in tested]
    dominated = sum(any(dominates(one, other) for one in points) for other in points)
    return {"members": len(tested), "front_best": best, "lost": best - own, "dominated": dominated / len(points)}


def on_test(row, objectives):
    """The objectives of a member on the test part, all to be minimised; a cost is the same on every part."""
    point = []
    for objective in objectives:
        is_quality = ON_TEST + objective in row
        value = row[ON_TEST + objective if is_quality else objective]
        point.append((-float(value) if is_quality else float(value)) if value else float("inf"))
    return point


def dominates(one, other):
    return one != other and all(a <= b for a, b in zip(one, other))


def fixed(folder, evaluation, preset, path):
    """Writes a configuration at `path` whose only granularity is that of an evaluation in `folder`."""
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
    """Whether a table shows a setting by this text."""
    return float(value) == float(text) if isinstance(value, int | float) else str(value) == text


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))
