"""Counts how often `auto` chooses the faster engine, by timing both on random candidates of the paper's space.

python choice.py TRAIN_ONE DRAW_CANDIDATES SEED COUNT

The programs are the examples of these names, built with libtorch. The time is that of a step of 32 random examples on
one thread: the shortest of several runs, in which the engines alternate. Candidates whose training takes more than 2 GB
with either engine are left out and counted.
"""

import csv
import math
import statistics
import subprocess
import sys

import train_one

ENGINES = ["native", "torch"]
MEMORY = 2e9
# Target duration of a run in milliseconds.
RUN = 300
# The least number of runs, and the largest number if neither engine is clearly faster.
LEAST_RUNS, MOST_RUNS = 2, 8
CLEARLY = 1.5


def candidates(program, seed):
    """Returns candidates in the order in which they are drawn."""
    command = [program, "--preset", "paper", "--examples", "32", "--seed", seed, "--count", "1000"]
    table = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return csv.DictReader(table.splitlines())


def step(program, engine, candidate, epochs):
    """Returns the milliseconds of a step. An epoch has one step."""
    shape = "x".join(candidate[side] for side in "hwc")
    options = {"shape": shape, "samples": 32, "epochs": epochs, "dense": candidate["dense"]}
    return train_one.run(program, engine, candidate["layers"], **options)["milliseconds_per_step"]


def steps(program, candidate):
    """Returns the milliseconds of a step for each engine."""
    times = {engine: step(program, engine, candidate, 1) for engine in ENGINES}
    epochs = {engine: math.ceil(RUN / time) for engine, time in times.items()}
    for run in range(1, MOST_RUNS):
        if run >= LEAST_RUNS and max(times.values()) > CLEARLY * min(times.values()):
            break
        for engine in ENGINES:
            times[engine] = min(times[engine], step(program, engine, candidate, epochs[engine]))
    return times


def main(trainer, drawer, seed, count):
    left_out, ratios, losers = set(), {}, []
    for candidate in candidates(drawer, seed):
        name = candidate["candidate"]
        if len(ratios) == int(count):
            break
        if name in ratios:
            continue
        if max(int(candidate[f"{engine}_memory"]) for engine in ENGINES) > MEMORY:
            left_out.add(name)
            continue
        times = steps(trainer, candidate)
        ratios[name] = times["torch"] / times["native"]
        both = ", ".join(f"{engine} {time:.3f} ms" for engine, time in times.items())
        print(f"{len(ratios):4} {both}: {name}", file=sys.stderr, flush=True)
        chosen, faster = candidate["auto"].split("-")[0], min(times, key=times.get)
        if chosen != faster:
            losers.append(f"{name}: {both}; auto chooses {chosen}")
    values, right = ratios.values(), len(ratios) - len(losers)
    mean, least, most = statistics.geometric_mean(values), min(values), max(values)
    print(f"candidates of the paper's space, seed {seed}: {len(ratios)}; {len(left_out)} more take over 2 GB")
    print(f"auto chooses the faster engine for {right} of {len(ratios)}")
    print(f"libtorch takes {mean:.1f} times as long as the native engine (geometric mean; {least:.2f} to {most:.0f})")
    for loser in losers:
        print(loser)


if __name__ == "__main__":
    main(*sys.argv[1:])
