"""Runs the example train_one on one thread, and limits the other libraries to one thread, too.

Import this module before those libraries: they read the number of threads when they are loaded.
"""

import json
import os
import subprocess

os.environ.update({"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"})
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def run(program, engine, layers, **options):
    """Trains a network and returns the JSON that the example prints."""
    command = [program, "--json", "--engine", engine, "--layers", layers.replace(" ", ",")]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
