"""Counts the instructions of danas' own kernels, in the libraries that danas-firmware writes."""

import re
import struct
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cores import BOARD, CC, CORES, HERE, compile_board, emulate, link, run

OPERATORS = {
    "net_convolve": "CONV_2D",
    "net_convolve_depthwise": "DEPTHWISE_CONV_2D",
    "net_connect": "FULLY_CONNECTED",
    "net_max_pool": "MAX_POOL_2D",
    "net_average_pool": "AVERAGE_POOL_2D",
    "net_average": "MEAN",
    "net_sigmoid": "LOGISTIC",
    "net_soften": "SOFTMAX",
}

# Runs the network once on random values, and writes the counts.
MAIN = """
#include "board.h"

int main(void)
{
    static NUMBER memory[1 << 18];
    uint32_t state = 1;
    for (int i = 0; i < 1 << 18; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        memory[i] = (NUMBER)VALUE;
    }
    clock_prepare();
    NAME_infer(memory);
    host_write(host_open("counts.bin", HOST_WRITE), counts, sizeof counts);
    return 0;
}
"""


def instrumented(source, name):
    """Returns a library's source, which counts each call of a kernel, and the operators."""
    start = source.index(f"static void {name}_infer(")
    end = source.index("\n}", start)
    operators = []

    def count(match):
        operators.append(OPERATORS[match[2]])
        return f"    clock_start();\n{match[1]}\n    counts[{len(operators) - 1}] = clock_stop();"

    body = re.sub(r"^(    (net_\w+)\(.*\);)$", count, source[start:end], flags=re.MULTILINE)
    number, value = {
        "int8": ("int8_t", "((int32_t)(state >> 24) - 128)"),
        "float32": ("float", "((float)(state >> 24) / 64.0f - 2.0f)"),
    }[name]
    main = MAIN.replace("NAME", name).replace("NUMBER", number).replace("VALUE", value)
    counts = f'#include "clock.h"\nstatic uint32_t counts[{len(operators)}];\n'
    return counts + source[:start] + body + source[end:] + main, operators


def count_one(core, folder, name, level, board):
    """Returns the operators of a network, with the instructions that each of them executes."""
    text, operators = instrumented((folder / f"{name}.c").read_text(), name)
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        (place / "main.c").write_text(text)
        flags = [*CORES[core].flags, level, "-std=c99", "-ffunction-sections", "-fdata-sections"]
        includes = [f"-I{folder}", f"-I{HERE}", f"-I{BOARD}"]
        run([CC, "-mthumb", *flags, *includes, "-c", "main.c", "-o", "main.o"], place)
        link(CORES[core], [*board, "main.o"], "main.elf", place)
        emulate(CORES[core], "main.elf", place)
        counts = (place / "counts.bin").read_bytes()
    return list(zip(operators, struct.unpack(f"<{len(operators)}I", counts)))


def count(core, folders, name, level="-Os", jobs=2):
    """Returns the operators and counts of each network in one of the folders."""
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(jobs) as pool:
        board = compile_board(CORES[core], Path(place))
        return list(pool.map(lambda folder: count_one(core, folder, name, level, board), folders))
