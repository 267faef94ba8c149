"""The example train_one, run on one thread as its peers are.

Imported before them: they read the numbers of their threads as they load.
"""

import json
import os
import subprocess

os.environ.update({"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"})
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def run(program, engine, layers, **options):
    """What it tells of a training."""
    command = [program, "--json", "--engine", engine, "--layers", layers.replace(" ", ",")]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
