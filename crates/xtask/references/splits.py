"""Reads the splits of searches: `split.csv`, and the settings of the series in `config.toml` beside it."""

import csv
import dataclasses
import pathlib
import tomllib
import typing

import numpy as np

LEARNED, TEST = {"train", "validation"}, {"test"}


class Example(typing.NamedTuple):
    """A file, or a span of it in seconds."""

    path: str  # relative to the folder of the dataset, with /
    start: float | None = None
    end: float | None = None

    def samples(self, count, rate):
        """Returns which of the `count` samples of the file are those of the example."""
        if self.start is None:
            return slice(count)
        first, last = round(self.start * rate), round(self.end * rate)
        # A file that was resampled may lack its last sample.
        if last > count + 1:
            raise SystemExit(f"{self} ends after the file, which has {count / rate:g} s at {rate:g} Hz")
        if min(last, count) - first < 2:
            raise SystemExit(f"{self} has fewer than 2 samples at {rate:g} Hz")
        return slice(first, last)

    def __str__(self):
        return self.path if self.start is None else f"{self.path}, {self.start} s to {self.end} s"


@dataclasses.dataclass
class Split:
    """The examples of a search, with the indices of those to learn from and of those to test on."""

    name: str
    examples: list
    labels: np.ndarray
    learned: np.ndarray
    test: np.ndarray

    def __str__(self):
        learned, test = len(self.learned), len(self.test)
        classes = len(set(self.labels))
        return f"`{self.name}`: {learned} examples for training and validation, {test} for testing, {classes} classes."


def read(paths):
    """Reads a split from each table, and names it."""
    return [split(name, pathlib.Path(path)) for name, path in zip(names(paths), paths)]


def names(paths):
    """Returns a name for each table: of its folder if the table is a `split.csv`, or else of the file.

    If two of these names are equal, all tables are named by their paths.
    """
    absolute = [pathlib.Path(path).absolute() for path in paths]
    short = [path.parent.name if path.name == "split.csv" else path.stem for path in absolute]
    return short if len(set(short)) == len(short) else [str(path) for path in paths]


def split(name, path):
    examples, labels, parts = [], [], []
    for line, row in rows(path):
        part = row["part"].lower()
        if part and part not in LEARNED | TEST:
            raise SystemExit(f"{path}, line {line}: the part `{part}` is not train, validation or test")
        if part:
            try:
                span = [float(row[column]) for column in ("start", "end") if row.get(column)]
            except ValueError:
                raise SystemExit(f"{path}, line {line}: `start` and `end` must be seconds")
            if len(span) == 1:
                raise SystemExit(f"{path}, line {line}: `start` and `end` need each other")
            examples.append(Example(row["path"], *span))
            labels.append(row["class"])
            parts.append(part)
    learned, test = (np.flatnonzero([part in of for part in parts]) for of in (LEARNED, TEST))
    if not len(test) or len({labels[example] for example in learned}) < 2:
        raise SystemExit(f"{path} needs test examples, and examples of two classes to learn from")
    return Split(name, examples, np.array(labels), learned, test)


def rows(path):
    """Returns the rows of a table, each with its line."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="")
            found = [(reader.line_num, {k: v.strip() for k, v in row.items() if k is not None}) for row in reader]
    except OSError as error:
        raise SystemExit(f"cannot read {path}: {error.strerror}")
    missing = [column for column in ("path", "class", "part") if column not in (reader.fieldnames or [])]
    if missing:
        raise SystemExit(f"{path} has no column {', '.join(missing)}; use the split.csv of a search")
    return found


def series_settings(paths, kind):
    """Returns the settings `data.series` of the searches, which must be the same. A table may have no configuration."""
    settings = []
    for path in paths:
        config = pathlib.Path(path).with_name("config.toml")
        if config.exists():
            stated = tomllib.loads(config.read_text(encoding="utf-8"))
            if stated.get("kind", kind) != kind:
                raise SystemExit(f"{config} is of the kind {stated['kind']}, not {kind}")
            settings.append(stated.get("data", {}).get("series", {}))
    if any(other != settings[0] for other in settings):
        raise SystemExit("the searches read series differently: the settings `data.series` in their config.toml differ")
    return settings[0] if settings else {}
