"""Reads series of sensors: CSV tables, NumPy arrays, and files that hold many series.

The path of a series in a file of many is that of the file with its number as a last component, counted from 0:
`WALK_TRAIN.ts/12` or `watch.npz/12`.
"""

import csv
import dataclasses
import functools
import io
import math
import pathlib

import numpy as np

# Names that are those of a time column, the first of them where a file has several. As danas has them.
TIMES = ["seconds_elapsed", "seconds", "time_ms", "timestamp_ms", "time", "timestamp", "t"]

UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


@dataclasses.dataclass
class Series:
    names: list
    values: np.ndarray  # [channels, samples]
    rate: float | None  # samples per second


@dataclasses.dataclass
class Format:
    """How series are read: danas' settings `data.series`."""

    rate: float | None = None
    time: str | None = None
    time_unit: str | None = None
    channels: list = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, settings, rate):
        known = {field.name for field in dataclasses.fields(cls)}
        given = {key: value for key, value in settings.items() if key in known}
        return cls(**given | ({} if rate is None else {"rate": rate}))


def read(folder, examples, format):
    """Returns the samples of each example, `[channels, samples]`, with the same channels for all of them."""
    known, windows = {}, []
    for example in examples:
        if example.path not in known:
            known[example.path] = selected(example.path, one(folder, example.path, format), format)
        windows.append(window(example, known[example.path]))
    names = next(iter(known.values())).names
    for path, series in known.items():
        if sorted(series.names) != sorted(names):
            raise SystemExit(f"{path} has the channels {series.names}, but other series have {names}")
    # Files may have their columns in different orders.
    orders = {path: [series.names.index(name) for name in names] for path, series in known.items()}
    return [samples[orders[example.path]] for example, samples in zip(examples, windows)]


def window(example, series):
    if example.start is not None and series.rate is None:
        raise SystemExit(f"{example.path} has no time column, so its rate is unknown; state it with --rate")
    return series.values[:, example.samples(series.values.shape[1], series.rate)]


def selected(path, series, format):
    """Returns the channels that the format names, or all of them."""
    if missing := [name for name in format.channels if name not in series.names]:
        raise SystemExit(f"{path} has no channel {', '.join(missing)}; its channels are {', '.join(series.names)}")
    names = format.channels or series.names
    values = series.values[[series.names.index(name) for name in names]]
    if not len(names) or values.shape[1] < 2 or not np.isfinite(values).all():
        raise SystemExit(f"{path} needs a channel of at least 2 samples, all of them finite numbers")
    return Series(names, values, series.rate)


def one(folder, path, format):
    """Reads the series of a path."""
    file = pathlib.Path(folder) / path
    if file.is_file():
        return array(np.load(file), format) if file.suffix.lower() == ".npy" else table(file, format)
    many = {".ts": series_of_ts, ".npz": series_of_npz}.get(file.parent.suffix.lower())
    if many is None or not file.parent.is_file() or not file.name.isdecimal():
        raise SystemExit(f"{file} is not a file, nor the number of a series in a file .ts or .npz")
    names, all_values = many(file.parent)
    if int(file.name) >= len(all_values):
        raise SystemExit(f"{file.parent} has only {len(all_values)} series")
    values = all_values[int(file.name)]
    return Series(names or numbered(values), values, format.rate)


def numbered(values):
    return [str(number) for number in range(len(values))]


def array(values, format):
    values = np.atleast_2d(values.T).astype(float)
    return Series(numbered(values), values, format.rate)


def table(path, format):
    """Reads a CSV table. Its first row is the header, unless it consists of numbers."""
    text = path.read_text(encoding="utf-8-sig")
    first = next((line for line in text.splitlines() if line), "")
    separator = next((mark for mark in "\t;" if mark in first), ",")
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise SystemExit(f"{path} is not a CSV table with rows of one length")
    has_header = not all(math.isfinite(number(cell)) for cell in rows[0])
    header = rows.pop(0) if has_header else numbered(rows[0])
    columns = {name: np.array([number(row[at]) for row in rows]) for at, name in enumerate(header)}
    lower = {name.lower(): name for name in reversed(columns)}
    time = format.time or next((lower[name] for name in TIMES if name in lower), None)
    if time is not None and time not in columns:
        raise SystemExit(f"{path} has no column {time}; its columns are {', '.join(columns)}")
    rate = format.rate
    if rate is None and time is not None:
        unit = format.time_unit or time.lower().rpartition("_")[2]
        interval = np.median(np.diff(columns[time])) * UNITS.get(unit, 1.0) if len(rows) > 1 else 0.0
        if not interval > 0:
            raise SystemExit(f"{path}: the times in the column {time} do not increase")
        rate = 1 / interval
    if not format.channels:
        is_channel = lambda name: name and name != time and name.lower() not in TIMES
        columns = {name: values for name, values in columns.items() if is_channel(name) and not np.isnan(values).all()}
    return Series(list(columns), np.array(list(columns.values())), rate)


def number(text):
    try:
        return float(text)
    except ValueError:
        return math.nan


@functools.cache
def series_of_npz(path):
    """Returns the series of an archive: `x`, `[samples, channels]` of all series one after another, and `lengths`."""
    archive = np.load(path)
    if missing := [name for name in ("x", "lengths") if name not in archive]:
        raise SystemExit(f"{path} has no array {', '.join(missing)}")
    x, lengths = archive["x"], archive["lengths"]
    if lengths.sum() != len(x):
        raise SystemExit(f"{path}: the lengths do not add up to the {len(x)} samples of x")
    values = np.split(x.reshape(len(x), -1).T.astype(float), np.cumsum(lengths)[:-1], axis=1)
    names = [str(name) for name in archive["channels"]] if "channels" in archive else []
    return names if len(names) == len(values[0]) else [], values


@functools.cache
def series_of_ts(path):
    """Returns the series of a file of the UEA archive: a line for each, with channels between colons and its class last."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    tags = dict(line[1:].lower().partition(" ")[::2] for line in lines if line.startswith("@"))
    if tags.get("timestamps", "false").strip() != "false":
        raise SystemExit(f"{path} has time stamps, which are not read")
    has_class = tags.get("classlabel", "false").split()[0] == "true"
    found = []
    for line in lines:
        if not line.startswith("@"):
            channels = line.split(":")[: -1 if has_class else None]
            rows = [[number(cell) for cell in channel.split(",")] for channel in channels]
            if len({len(row) for row in rows}) != 1:
                raise SystemExit(f"{path}, series {len(found)}: its channels differ in length")
            found.append(np.array(rows))
    return [], found
