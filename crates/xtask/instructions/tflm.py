"""Compiles TensorFlow Lite Micro with its own flags, and counts the instructions of its operators."""

import struct
from concurrent.futures import ThreadPoolExecutor

from cores import AR, BOARD, CC, CORES, CXX, HERE, compile_board, emulate, link, run

# The compiler options of TensorFlow Lite Micro's Makefile, target cortex_m_generic, release build.
DEFINES = ["-DTF_LITE_STATIC_MEMORY", "-DNDEBUG", "-DTF_LITE_STRIP_ERROR_STRINGS", "-DKERNELS_OPTIMIZED_FOR_SPEED"]
COMMON = ["-mthumb", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables", "-ffunction-sections", "-w"]
COMMON += ["-fdata-sections", "-fmessage-length=0", "-fomit-frame-pointer", "-funsigned-char", *DEFINES]
CPP = ["-std=c++17", "-fno-rtti", "-fno-exceptions", "-fno-threadsafe-statics"]
C = ["-std=c17"]
CMSIS_NN = ["-DCMSIS_NN", "-DARM_NN_ENABLE_F16=0", "-DARM_NN_ENABLE_F32=0"]

# Kernels with a version in CMSIS-NN, and the others.
OPTIMISED = ["conv", "depthwise_conv", "fully_connected", "pooling", "softmax"]
OTHER = ["conv_common", "depthwise_conv_common", "fully_connected_common", "pooling_common", "softmax_common"]
OTHER += ["logistic", "logistic_common", "reshape", "reshape_common", "reduce", "reduce_common", "shape", "pack"]
OTHER += ["strided_slice", "strided_slice_common", "kernel_util", "micro_tensor_utils"]

# Files in the folders of the core that do not belong to it.
NOT_IN_CORE = ["_test.cc", "fake_micro", "mock_micro", "test_helper", "recording_", "hexdump", "debug_log"]
NOT_IN_CORE += ["micro_time", "system_setup", "micro_profiler"]
LITE = ["core/api/flatbuffer_conversions.cc", "core/api/tensor_utils.cc", "core/c/common.cc", "kernels/kernel_util.cc"]
LITE += ["kernels/internal/tensor_ctypes.cc", "kernels/internal/portable_tensor_utils.cc"]
LITE += ["kernels/internal/tensor_utils.cc", "kernels/internal/reference/portable_tensor_utils.cc"]
# Parts of the core that kernels call for each value.
INNER = ["kernels/internal/common.cc", "kernels/internal/quantization_util.cc"]
MLIR = ["core/api/error_reporter.cc", "schema/schema_utils.cc"]
GROUPS = ["Convolution", "FullyConnected", "Pooling", "Softmax", "Transpose", "NNSupport"]


class Tflm:
    """Sources in a folder with `tflm`, `flatbuffers`, `gemmlowp`, `ruy` and `cmsis_nn`, as TensorFlow Lite Micro's
    scripts download them, and programs that are compiled from them in another folder."""

    def __init__(self, sources, folder, jobs=2):
        self.sources, self.folder, self.jobs = sources, folder, jobs

    def compile(self, core, files, compiler, flags, folder):
        folder.mkdir(parents=True, exist_ok=True)
        includes = ["tflm", "flatbuffers/include", "gemmlowp", "ruy", "cmsis_nn", "cmsis_nn/Include"]
        common = [compiler, *CORES[core].flags, *COMMON, *flags, *(f"-I{self.sources / it}" for it in includes)]

        def one(file):
            name = "_".join(file.relative_to(self.sources).parts[-3:])
            target = folder / f"{name}.o"
            if not target.exists():
                run([*common, "-c", file, "-o", target], folder)
            return target

        with ThreadPoolExecutor(self.jobs) as pool:
            return list(pool.map(one, files))

    def objects(self, core, kernels):
        lite = self.sources / "tflm/tensorflow/lite"
        micro = lite / "micro"
        parts = [micro, micro / "memory_planner", micro / "arena_allocator", micro / "tflite_bridge"]
        files = [it for part in parts for it in sorted(part.glob("*.cc")) if not any(n in it.name for n in NOT_IN_CORE)]
        files += [lite / name for name in LITE]
        files += [self.sources / "tflm/tensorflow/compiler/mlir/lite" / name for name in MLIR]
        folder = self.folder / core
        # Everything but inner loops is compiled for the least of the cores that call functions alike.
        least = "m0" if core == "m0" else "m4"
        found = self.compile(least, files, CXX, ["-Os", *CPP], self.folder / least / "core")
        found += self.compile(core, [lite / name for name in INNER], CXX, ["-Os", *CPP], folder / "core")
        others = [micro / f"kernels/{name}.cc" for name in OTHER]
        found += self.compile(core, [it for it in others if it.exists()], CXX, ["-O2", *CPP], folder / "kernels")
        place = {"reference": micro / "kernels", "cmsis_nn": micro / "kernels/cmsis_nn"}[kernels]
        flags = CMSIS_NN if kernels == "cmsis_nn" else []
        optimised = [place / f"{name}.cc" for name in OPTIMISED]
        found += self.compile(core, optimised, CXX, ["-O2", *CPP, *flags], folder / kernels)
        if kernels == "cmsis_nn":
            source = self.sources / "cmsis_nn/Source"
            files = [it for it in sorted(source.rglob("*.c")) if any(name in it.parent.name for name in GROUPS)]
            files = [it for it in files if not it.stem.endswith(("_f16", "_f32", "_flt"))]
            found += self.compile(core, files, CC, ["-O2", *C, *flags], folder / kernels)
        return found

    def program(self, core, kernels):
        """Returns the program that runs models, compiled if it is not there yet."""
        folder = self.folder / core
        program = folder / f"{kernels}.elf"
        if not program.exists():
            archive = folder / f"{kernels}.a"
            run([AR, "rcs", archive, *self.objects(core, kernels)], folder)
            includes = [f"-I{self.sources / it}" for it in ["tflm", "flatbuffers/include", "gemmlowp", "ruy"]]
            main = folder / "tflm.o"
            flags = [*CORES[core].flags, *COMMON, "-Os", *CPP, f"-I{BOARD}", f"-I{HERE}", *includes]
            run([CXX, *flags, "-c", HERE / "tflm.cc", "-o", main], folder)
            board = compile_board(CORES[core], folder)
            link(CORES[core], [*board, main, archive], program, folder)
        return program

    def count(self, core, kernels, models):
        """Returns the instructions of an inference of each model, and its operators with the instructions of each."""
        folder = self.folder / core / f"run_{kernels}"
        folder.mkdir(exist_ok=True)
        program = self.program(core, kernels)
        with (folder / "models.bin").open("wb") as file:
            for model in models:
                content = model.read_bytes()
                file.write(struct.pack("<I", len(content)) + content)
        emulate(CORES[core], program, folder)
        counts = (folder / "counts.bin").read_bytes()
        found, place = [], 0
        while place < len(counts):
            operators, whole = struct.unpack_from("<II", counts, place)
            end = place + 8 + 32 * operators
            events = struct.iter_unpack("<28sI", counts[place + 8 : end])
            found.append((whole, [(name.split(b"\0")[0].decode(), instructions) for name, instructions in events]))
            place = end
        assert len(found) == len(models)
        return found
