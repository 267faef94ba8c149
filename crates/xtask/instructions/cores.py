"""The emulated cores, and how programs are compiled for them and run."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
BOARD = HERE.parents[2] / "examples/firmware"
CC, CXX, AR = "arm-none-eabi-gcc", "arm-none-eabi-g++", "arm-none-eabi-ar"


@dataclass(frozen=True)
class Core:
    machine: str
    flags: tuple  # of the compiler
    code: int  # bytes from address 0 on
    data: tuple  # begin and length of the memory for data


# A Cortex-M0+ has no machine of its own. Its instructions are a subset of those of the Cortex-M3, which is emulated.
CORES = {
    "m0": Core("mps2-an385", ("-mcpu=cortex-m0plus", "-mfloat-abi=soft"), 0x400000, ("0x21000000", "0x1000000")),
    "m4": Core(
        "mps2-an386", ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"), 0x400000, ("0x21000000", "0x1000000")
    ),
    "m7": Core(
        "mps2-an500", ("-mcpu=cortex-m7", "-mfloat-abi=hard", "-mfpu=fpv5-d16"), 0x400000, ("0x60000000", "0x1000000")
    ),
    "m55": Core("mps3-an547", ("-mcpu=cortex-m55", "-mfloat-abi=hard"), 0x80000, ("0x60000000", "0x1000000")),
}


def run(command, folder):
    done = subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\nfailed: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def compile_board(core, folder):
    """Compiles the start-up code and the clock, and returns the object files."""
    objects = []
    for source in [BOARD / "board.c", HERE / "clock.c"]:
        objects.append(folder / f"{source.stem}.o")
        run([CC, "-mthumb", *core.flags, "-Os", f"-I{BOARD}", f"-I{HERE}", "-c", source, "-o", objects[-1]], folder)
    return objects


def link(core, objects, program, folder):
    origin, length = core.data
    symbols = f"-Wl,--defsym=CODE_ORIGIN=0,--defsym=CODE_LENGTH={core.code}"
    symbols += f",--defsym=DATA_ORIGIN={origin},--defsym=DATA_LENGTH={length}"
    command = [CC, "-mthumb", *core.flags, "-nostartfiles", symbols, f"-T{BOARD / 'board.ld'}", "-Wl,--gc-sections"]
    run([*command, *objects, "-lm", "-lc", "-o", program], folder)


def emulate(core, program, folder):
    """Runs a program, which reads and writes files in the folder. An instruction takes a nanosecond."""
    command = ["qemu-system-arm", "-machine", core.machine, "-kernel", program, "-nographic", "-monitor", "none"]
    command += ["-serial", "none", "-icount", "shift=0", "-semihosting-config", "enable=on,target=native"]
    run(command, folder)
