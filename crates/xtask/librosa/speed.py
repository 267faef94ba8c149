"""Times librosa and prints the ratio of its time to danas'.

python speed.py CRITERION

CRITERION is the folder to which `cargo bench` has just written its estimates. Times are medians of whole runs on one
thread; the first run is not counted.
"""

import os
import pathlib
import sys
import tempfile
import time
import warnings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
# A kernel that is forced upon OpenBLAS slows it down.
os.environ.pop("OPENBLAS_CORETYPE", None)

import json

import librosa
import numpy as np
import soundfile

RATES = [375, 750, 1500, 3000, 6000, 12000, 24000, 48000]
STFT = dict(n_fft=2048, hop_length=512)
CRITERION = pathlib.Path(sys.argv[1])


def deltas(mfcc):
    return np.concatenate(
        [mfcc, *(librosa.feature.delta(mfcc, order=order, mode="nearest") for order in (1, 2))]
    )


def spectrogram(y, rate):
    return librosa.power_to_db(np.abs(librosa.stft(y, **STFT)) ** 2)


def mel_spectrogram(y, rate):
    return librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=rate, n_mels=80, **STFT))


def mfcc(y, rate):
    return deltas(librosa.feature.mfcc(y=y, sr=rate, n_mfcc=13, n_mels=80, **STFT))


def one_by_one(y, rate):
    """Computes each feature with its own function, as librosa's tutorials do."""
    return spectrogram(y, rate), mel_spectrogram(y, rate), mfcc(y, rate)


def shared(y, rate):
    """Computes all features from one STFT and one mel spectrogram, the best that librosa's functions allow."""
    power = np.abs(librosa.stft(y, **STFT)) ** 2
    mel = librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=rate, n_mels=80))
    return librosa.power_to_db(power), mel, deltas(librosa.feature.mfcc(S=mel, n_mfcc=13))


def at(y, rate):
    return y if rate == 48000 else librosa.resample(y, orig_sr=48000, target_sr=rate)


def all_features(features, read):
    def run():
        sound, noise = read()
        mixed = sound + noise
        return [features(at(mixed, rate), rate) for rate in RATES]

    return run


def median(run):
    times = []
    for _ in range(16):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times[1:])[len(times[1:]) // 2]


def criterion(name):
    """Returns the median that criterion estimated, in seconds."""
    for path in CRITERION.glob("**/new/benchmark.json"):
        if json.loads(path.read_text())["full_id"] == name:
            estimates = json.loads((path.parent / "estimates.json").read_text())
            return estimates["median"]["point_estimate"] * 1e-9
    sys.exit(f"no estimate of the benchmark {name!r} in {CRITERION}; run `cargo xtask librosa --speed`")


def main():
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(7)
    clips = [(scale * rng.standard_normal(480_000)).astype(np.float32) for scale in (0.1, 0.05)]
    sound = clips[0] + clips[1]
    in_memory = lambda: clips
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/{name}.wav" for name in ("sound", "noise")]
        for path, clip in zip(paths, clips):
            soundfile.write(path, clip, 48000, subtype="PCM_16")
        from_files = lambda: [librosa.load(path, sr=None)[0] for path in paths]
        memory, files = (f"8 rates x 3 representations of 10 s with noise{how}" for how in ("", ", from files"))
        for how, features in (("one by one", one_by_one), ("one STFT for all", shared)):
            rows.append((memory, how, median(all_features(features, in_memory)), criterion(memory)))
            rows.append((files, how, median(all_features(features, from_files)), criterion(files)))
    group = "features of 10 s at 48 kHz"
    for name, feature in (("spectrogram", spectrogram), ("mel-spectrogram", mel_spectrogram), ("mfcc", mfcc)):
        for rate in (48000, 6000, 375):
            ours = criterion(f"{group}/{name}/{rate}")
            rows.append((f"{name} at {rate} Hz of the same", "", median(lambda: feature(at(sound, rate), rate)), ours))
    print(f"librosa {librosa.__version__}, numpy {np.__version__}, one thread, medians in ms")
    print(f"{'work':62} {'librosa':18} {'librosa':>8} {'danas':>8} {'ratio':>7}")
    for work, how, theirs, ours in rows:
        print(f"{work:62} {how:18} {theirs * 1e3:8.2f} {ours * 1e3:8.2f} {theirs / ours:7.1f}")
    whole, fourier = (criterion(f"MFCC of 10 s at 48 kHz/{part}") for part in ("whole", "its FFTs alone, by realfft"))
    print(f"MFCC at 48 kHz: {whole * 1e3:.2f} ms, {whole / fourier:.2f} times its 938 FFTs by realfft ({fourier * 1e3:.2f} ms)")


main()
