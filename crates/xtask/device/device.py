"""Runs the C libraries of a search's front on emulated microcontrollers.

    device.py FOLDER_OF_THE_SEARCH [CORE ...]

Each member's library is compiled for each core and run under QEMU on the recordings of the test
part, which it gets as a device does: as samples of sound, as frames of a camera or as values of a
sensor. Its answers must be those of the member's table of test answers, its accuracy that of its card,
and its memory that of its header. Its flash on a Cortex-M4 must be within 10 % of the estimate in its
header. A Cortex-M0+ also runs the library whose front end computes in integers: its scores must be equal
to the last bit.
"""

import csv
import json
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import windows

HERE = Path(__file__).parent
BOARD = HERE.parents[2] / "examples/firmware"
CC = "arm-none-eabi-gcc"
WARNINGS = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-pedantic", "-Werror"]

# Machine, flags, and where code lies, with its length. A Cortex-M0+ has no
# machine of its own. Its instructions are a subset of those of the Cortex-M3, which is emulated.
SOFT = ["-mfloat-abi=soft"]
CORES = {
    "m0plus": ("mps2-an385", ["-mcpu=cortex-m0plus", *SOFT], "0x0", "0x400000"),
    "m4": ("mps2-an386", ["-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"], "0x0", "0x400000"),
    "m7": ("mps2-an500", ["-mcpu=cortex-m7", "-mfloat-abi=hard", "-mfpu=fpv5-d16"], "0x0", "0x400000"),
    "m55": ("mps3-an547", ["-mcpu=cortex-m55", "-mfloat-abi=hard"], "0x0", "0x80000"),
}

# Libraries of the int8 model, with their tables of answers and their accuracies in the card. The
# second one computes features in integers, and only cores without a floating-point unit run it.
LIBRARIES = {
    "firmware": ("model_test.csv", "int8_accuracy"),
    "firmware_fixed": ("model_test_fixed.csv", "int8_fixed_point_accuracy"),
}
FIXED = "firmware_fixed"

# The emulated timer counts at 25 MHz, on mps3 at 32 MHz, and QEMU executes an instruction in each nanosecond.
INSTRUCTIONS = {"m0plus": 40, "m4": 40, "m7": 40, "m55": 31.25}


def macros(header):
    found = {}
    for line in header.read_text().splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "#define":
            number = words[2].rstrip("U")
            found[words[1]] = float(number) if "." in number else int(number)
    return found


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}\nfailed: {done.stdout}{done.stderr}")
    return done.stdout


class Result:
    """What one library of a member did on one core."""

    def __init__(self, member, library, core, rows, limits, card):
        self.member, self.library, self.core, self.card = member, library, core, card
        machine, flags, origin, length = CORES[core]
        firmware = member / library
        self.limits = limits
        names = [name for name in rows[0] if name.startswith("score of ")]
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            with (folder / "windows.bin").open("wb") as file:
                for row in rows:
                    file.write(windows.raw(row, limits, card))
            common = [CC, "-mthumb", *flags, "-Os", "-ffunction-sections", "-fdata-sections"]
            common += [f"-I{firmware / 'src'}", f"-I{firmware / 'self_test'}", f"-I{BOARD}"]
            library = folder / "model.o"
            run([*common, *WARNINGS, "-c", firmware / "src/model.c", "-o", library], folder)
            objects = [library]
            for source in [firmware / "self_test/model_self_test.c", HERE / "main.c", BOARD / "board.c"]:
                objects.append(folder / f"{source.stem}.o")
                run([*common, f"-DSAMPLE={windows.sample_type(rows[0])}", "-c", source, "-o", objects[-1]], folder)
            program = folder / "program.elf"
            link = [f"-Wl,--defsym=CODE_ORIGIN={origin},--defsym=CODE_LENGTH={length}"]
            link += [f"-T{BOARD / 'board.ld'}", "-Wl,--gc-sections"]
            run([*common, *objects, "-nostartfiles", *link, "-lm", "-o", program], folder)
            text = run(["arm-none-eabi-size", library], folder).splitlines()[1].split()
            self.flash, data, self.static = (int(it) for it in text[:3])
            symbols = run(["arm-none-eabi-nm", "-S", folder / "main.o"], folder)
            sizes = {it.split()[-1]: int(it.split()[1], 16) for it in symbols.splitlines() if len(it.split()) == 4}
            self.ram = sizes["state"]
            emulate = ["qemu-system-arm", "-machine", machine, "-kernel", program, "-nographic"]
            emulate += ["-monitor", "none", "-serial", "none", "-icount", "shift=0"]
            emulate += ["-semihosting-config", "enable=on,target=native"]
            run(emulate, folder)
            answers = (folder / "answers.bin").read_bytes()
        assert data == 0, "the library has variables of its own"
        size = len(names) + 4
        if len(answers) != size * len(rows):
            raise SystemExit(f"{member.name} on {core}: {len(answers) // size} answers to {len(rows)} examples")
        self.rows, self.right, self.same, self.equal, self.largest = len(rows), 0, 0, 0, 0
        ticks = []
        for row, start in zip(rows, range(0, len(answers), size)):
            scores = list(struct.unpack_from(f"{len(names)}b", answers, start))
            ticks += struct.unpack_from("<I", answers, start + len(names))
            expected = [int(row[name]) for name in names]
            best = names[scores.index(max(scores))].removeprefix("score of ")
            self.right += best == row["class"]
            self.same += scores.index(max(scores)) == expected.index(max(expected))
            self.equal += scores == expected
            self.largest = max(self.largest, *(abs(a - b) for a, b in zip(scores, expected)))
        self.instructions = round(INSTRUCTIONS[core] * sum(ticks) / len(ticks))

    def faults(self):
        found = []
        if self.same != self.rows:
            found.append(f"{self.rows - self.same} answers are not danas'")
        if self.library == FIXED and self.equal != self.rows:
            found.append(f"{self.rows - self.equal} scores are not danas'")
        accuracy = self.card["test"][LIBRARIES[self.library][1]]
        if abs(self.right / self.rows - accuracy) > 1e-9:
            found.append(f"an accuracy of {self.right / self.rows}, not {accuracy}")
        ram = self.limits.get("MODEL_STREAM_BYTES", self.limits["MODEL_WORK_BYTES"])
        if self.ram != ram:
            found.append(f"{self.ram} bytes of RAM, not {ram}")
        predicted = self.limits["MODEL_FLASH_BYTES"]
        if self.core == "m4" and abs(predicted / self.flash - 1) > 0.1:
            found.append(f"{self.flash} bytes of flash, but {predicted} were predicted")
        if self.static != 0:
            found.append(f"{self.static} bytes of variables of its own")
        return found


def main():
    search, cores = Path(sys.argv[1]), sys.argv[2:] or list(CORES)
    work = []
    for member in sorted((search / "front").glob("evaluation_*")):
        card = json.loads((member / "model.json").read_text())
        for library, (table, _) in LIBRARIES.items():
            if not (member / library).exists():
                continue
            with (member / table).open(newline="") as file:
                rows = list(csv.DictReader(file))
            limits = macros(member / library / "src/model.h")
            chosen = [core for core in cores if library != FIXED or SOFT[0] in CORES[core][1]]
            work += [(member.resolve(), library, core, rows, limits, card) for core in chosen]
    if not work:
        raise SystemExit(f"{search / 'front'} has no members")
    failed = 0
    print("| member | library | core | same answers | same scores | accuracy | RAM, B | flash, B | estimate, B | instructions |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    with ThreadPoolExecutor(2) as pool:
        for it in pool.map(lambda one: Result(*one), work):
            estimate = it.limits["MODEL_FLASH_BYTES"]
            accuracy = 100 * it.right / it.rows
            print(
                f"| {it.member.name} | {it.library} | {it.core} | {it.same} of {it.rows} | {it.equal} (largest difference "
                f"{it.largest}) | {accuracy:.1f} % | {it.ram} | {it.flash} | {estimate} | {it.instructions} |",
                flush=True,
            )
            for fault in it.faults():
                failed += 1
                print(f"{it.member.name}, {it.library} on {it.core}: {fault}", file=sys.stderr)
    if failed:
        raise SystemExit(f"{failed} faults")


main()
