"""Prints the hypervolumes that pymoo's NSGA-II reaches: median, least and largest of 11 seeds.

    python -m venv venv && venv/bin/pip install pymoo==0.6.2 moocore==0.3.2 && venv/bin/python pymoo.py
"""

import moocore
import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.optimize import minimize
from pymoo.problems import get_problem


def volume(problem, seed):
    result = minimize(problem, NSGA2(pop_size=100), ("n_gen", 250), seed=seed)
    return moocore.hypervolume(result.pop.get("F"), ref=[1.1] * problem.n_obj)


for name in ["zdt1", "zdt2", "zdt3", "zdt4", "zdt6", "dtlz2"]:
    problem = get_problem(name)
    volumes = [volume(problem, seed) for seed in range(1, 12)]
    print(f"{name} {np.median(volumes):.5f} {min(volumes):.5f} {max(volumes):.5f}", flush=True)
