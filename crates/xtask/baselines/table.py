"""Formats tables in Markdown."""

import math
import statistics


def percent(value):
    return "" if value is None else f"{100 * value:.1f}"


def kilobytes(value):
    return "" if value is None else f"{value / 1000:.1f}"


def mean_and_error(values):
    """Returns the mean in percent and, for more than one value, its standard error (deviation / √number)."""
    mean = percent(statistics.fmean(values))
    if len(values) < 2:
        return mean
    return f"{mean} ± {percent(statistics.stdev(values) / math.sqrt(len(values)))}"


def mean_and_deviation(values):
    """Returns the mean in percent and, for more than one value, its standard deviation."""
    mean = percent(statistics.fmean(values))
    return mean if len(values) < 2 else f"{mean} ± {percent(statistics.stdev(values))}"


def markdown(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def accuracies(results, sizes, splits):
    """Returns the table of test accuracy in percent: mean ± standard error over splits, and each split."""
    rows = []
    for name, by_split in results.items():
        values = [by_split.get(split) for split in splits]
        known = [value for value in values if value is not None]
        rows.append([name, kilobytes(sizes.get(name)), mean_and_error(known), *map(percent, values)])
    return markdown(["test accuracy in %", "kB", "mean ± s.e.", *splits], rows)


def searches(found):
    """Returns the table of recommended members, with the quality of each front."""
    rows = []
    for split, it in found.items():
        expected = f"{percent(it['expected_accuracy'])} ({percent(it['expected_low'])} to {percent(it['expected_high'])})"
        tested = f"{percent(it['test_accuracy_float32'])} / {percent(it['test_accuracy_int8'])}"
        size = f"{kilobytes(it['float32_bytes'])} / {kilobytes(it['int8_bytes'])}"
        worth = [it["members"], percent(it["front_best"]), percent(it["lost"]), percent(it["dominated"])]
        ram, seconds = kilobytes(it["int8_ram"]), round(it["seconds"])
        rows.append([split, f"`{it['candidate']}`", expected, tested, size, ram, *worth, seconds])
    header = [
        "split", "recommended", "expected", "test, float32 / int8", "kB, float32 / int8", "int8 RAM in kB",
        "front", "its best on test", "lost to it", "dominated on test", "s",
    ]  # fmt: skip
    return markdown(header, rows)
