"""Compares danas' features with those of an installed librosa, on newly drawn signals.

python check.py EXTRACT_FEATURES SEED

EXTRACT_FEATURES is the program of the example with this name. Prints the worst error of each kind of feature. Exits
with 1 if an error is beyond its tolerance.
"""

import pathlib
import subprocess
import sys
import tempfile
import warnings

import librosa
import numpy as np
import scipy.signal
import soundfile

RATES = [375, 750, 1500, 3000, 6000, 12000, 24000, 48000]
PAPER = dict(frame_length=2048, hop_length=512, mel_bands=80, coefficients=13)
# Linear features: relative to the array's peak. Decibels: in decibels. All others: absolute.
TOLERANCES = {
    "magnitude": 1e-6,
    "mel energy": 1e-6,
    "spectrogram dB": 0.05,
    "mel dB": 0.05,
    "MFCC and deltas": 1e-3,
    "normalised dB": 0.05,
    "normalised MFCC": 1e-3,
    "PCEN": 1e-3,
    "MFCC of PCEN": 1e-2,
}
RUNNING_MEAN = 0.5  # Time constant in seconds.
LEAST_DEVIATION = 1e-3

program, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2])
rng = np.random.default_rng(seed)
folder = pathlib.Path(tempfile.mkdtemp(prefix="danas-librosa-"))
worst = {}
failures = []


def note(kind, error, tolerance, where):
    if error >= worst.get(kind, (-np.inf,))[0]:
        worst[kind] = (error, tolerance, where)
    if not error <= tolerance:
        failures.append(f"{kind}: the error {error:.3g} is above the tolerance {tolerance:.3g} for {where}")


def ours(path, rate, representation, *flags):
    output = folder / "features.npy"
    command = [program, "--input", path, "--rate", rate, "--output", output]
    command += ["--representation", representation, *flags]
    subprocess.run([str(word) for word in command], check=True)
    return np.load(output)


def decibels(power):
    return librosa.power_to_db(power, ref=1.0, amin=1e-10, top_db=80.0)


def reference(y, rate, frame_length, hop_length, mel_bands, coefficients):
    """Returns librosa's features of samples at a sample rate, by kind."""
    magnitude = np.abs(librosa.stft(y, n_fft=frame_length, hop_length=hop_length))
    mel = librosa.feature.melspectrogram(
        y=y, sr=rate, n_fft=frame_length, hop_length=hop_length, n_mels=mel_bands
    )
    mfcc = librosa.feature.mfcc(S=decibels(mel), n_mfcc=coefficients)
    deltas = [librosa.feature.delta(mfcc, order=order, mode="nearest") for order in (1, 2)]
    return {
        "magnitude": magnitude,
        "mel energy": mel,
        "spectrogram dB": decibels(magnitude.astype(np.float64) ** 2),
        "mel dB": decibels(mel),
        "MFCC and deltas": np.concatenate([mfcc, *deltas]),
    }


def minus_running_mean(rows, rate, hop_length):
    """Subtracts a first-order low-pass filter that starts settled at the first value."""
    weight = 1 - np.exp(-hop_length / rate / RUNNING_MEAN)
    b, a = [weight], [1, weight - 1]
    mean, _ = scipy.signal.lfilter(b, a, rows, zi=scipy.signal.lfilter_zi(b, a) * rows[:, :1])
    return rows - mean


def normalised(y, rate, frame_length, hop_length, mel_bands, coefficients):
    """Yields the representation, the normalisation, the features and the unit of their error, for each normalisation.

    The unit is the deviation for rows that were divided by it, and 1 otherwise.
    """
    magnitude = np.abs(librosa.stft(y, n_fft=frame_length, hop_length=hop_length))
    spectrum = magnitude.astype(np.float64) ** 2

    def mel(spectrum):
        parameters = dict(sr=rate, n_fft=frame_length, n_mels=mel_bands)
        return librosa.feature.melspectrogram(S=spectrum, **parameters)

    def so_far(power):
        level = librosa.power_to_db(power, top_db=None)
        return np.maximum(level, np.maximum.accumulate(level.max(axis=0)) - 80)

    def deviation(rows):
        return np.maximum(rows.std(axis=1, keepdims=True), LEAST_DEVIATION)

    def pcen(spectrum):
        return librosa.pcen(spectrum * 2**31, sr=rate, hop_length=hop_length)

    one = lambda rows: np.ones((len(rows), 1))
    minus_mean = lambda rows: rows - rows.mean(axis=1, keepdims=True)
    for name, base, level, normalise, unit in [
        ("level", spectrum, lambda p: librosa.power_to_db(p, ref=np.max), lambda rows: rows, one),
        ("mean", spectrum, decibels, minus_mean, one),
        ("mean_variance", spectrum, decibels, lambda r: minus_mean(r) / deviation(r), deviation),
        ("running_mean", spectrum, so_far, lambda r: minus_running_mean(r, rate, hop_length), one),
        ("pcen", magnitude.astype(np.float64), pcen, lambda rows: rows, one),
    ]:
        # PCEN brings every bin to the same level, including bins that contain only rounding errors of floats.
        if name == "pcen" and np.median(magnitude, axis=1).min() < 1e-4 * magnitude.max():
            continue
        rows = {"spectrogram": level(base), "mel": level(mel(base))}
        rows["mfcc"] = librosa.feature.mfcc(S=rows["mel"], n_mfcc=coefficients)
        for representation, rows in rows.items():
            yield representation, name, normalise(rows), unit(rows)


def compare_normalisations(path, y, rate, parameters, flags, where):
    for representation, name, theirs, unit in normalised(y, rate, **parameters):
        mine = ours(path, rate, representation, *flags, "--normalisation", name)[: len(theirs)]
        if mine.shape != theirs.shape:
            failures.append(f"{name}: danas' shape {mine.shape} is not librosa's {theirs.shape} for {where}")
            continue
        error = (np.abs(mine.astype(np.float64) - theirs) * unit).max()
        if name == "pcen":
            kind = "MFCC of PCEN" if representation == "mfcc" else "PCEN"
        else:
            kind = "normalised MFCC" if representation == "mfcc" else "normalised dB"
        note(kind, error, TOLERANCES[kind], f"{name} {representation} of {where}")


KINDS = {
    "magnitude": ("spectrogram", "--power", "linear"),
    "mel energy": ("mel", "--power", "linear"),
    "spectrogram dB": ("spectrogram",),
    "mel dB": ("mel",),
    "MFCC and deltas": ("mfcc",),
}


def compare_features(name, y, rate, parameters, normalisations=False):
    path = folder / "samples.wav"
    soundfile.write(path, y, 48000, subtype="FLOAT")
    flags = ["--samples-are-final"]
    for key, value in parameters.items():
        flags += [f"--{key.replace('_', '-')}", value]
    where = f"{name} at {rate} Hz, {parameters}"
    for kind, theirs in reference(y, rate, **parameters).items():
        mine = ours(path, rate, *KINDS[kind], *flags)
        if mine.shape != theirs.shape:
            failures.append(f"{kind}: danas' shape {mine.shape} is not librosa's {theirs.shape} for {where}")
            continue
        error = np.abs(mine.astype(np.float64) - theirs).max()
        if kind in ("magnitude", "mel energy"):
            error /= max(theirs.max(), 1e-30)
        note(kind, error, TOLERANCES[kind], where)
    if normalisations:
        compare_normalisations(path, y, rate, parameters, flags, where)


def signals():
    """Returns sounds of different lengths and levels, as float32 within full scale."""
    noise = lambda n: rng.standard_normal(n)
    tone = lambda n: np.sin(np.arange(n) * rng.uniform(0.01, 3.0) + rng.uniform(0, 6))
    chirp = lambda n: np.sin(np.cumsum(np.linspace(0.01, 3.0, n)))
    n = int(rng.integers(20_000, 60_000))
    burst = noise(n) * np.exp(-np.arange(n) / rng.uniform(500, 5000))
    click = np.zeros(n)
    click[int(rng.integers(n))] = 1.0
    late = np.concatenate([np.zeros(n), 0.3 * tone(n)])
    drawn = {
        "noise": 0.2 * noise(n),
        "burst": 0.3 * burst,
        "tone": 0.7 * tone(n),
        "chirp": 0.5 * chirp(n),
        "square": np.sign(tone(n)),
        "quiet noise": 1e-4 * noise(n),
        "click": click,
        "late tone": late,
        "silence": np.zeros(n),
        "shorter than a frame": 0.5 * noise(int(rng.integers(2, 2048))),
        "one sample": np.array([0.5]),
        "on a hop": 0.2 * noise(512 * int(rng.integers(20, 60))),
    }
    return {name: np.clip(y, -1, 1).astype(np.float32) for name, y in drawn.items()}


def draw_parameters():
    frame_length = int(rng.choice([256, 320, 400, 512, 1000, 1024, 2048, 4096]))
    mel_bands = int(rng.integers(8, 97))
    return dict(
        frame_length=frame_length,
        hop_length=int(rng.integers(frame_length // 8, frame_length + 1)),
        mel_bands=mel_bands,
        coefficients=int(rng.integers(1, mel_bands + 1)),
    )


def agreement(mine, theirs):
    """Returns the ratio of signal to error in decibels."""
    error = np.sum((mine.astype(np.float64) - theirs) ** 2)
    return 10 * np.log10(np.sum(theirs.astype(np.float64) ** 2) / max(error, 1e-30))


def compare_resampling(native, rate, channels, starts_quietly):
    n = int(rng.integers(2 * native, 4 * native))
    sound = 0.2 * rng.standard_normal((n, channels))
    if starts_quietly:
        # The filter for the largest ratio extends over 112 samples at the lower rate.
        sound[: 130 * native // rate] = 0
    path = folder / "sound.wav"
    soundfile.write(path, sound, native, subtype="PCM_16")
    theirs, _ = librosa.load(path, sr=rate, res_type="soxr_hq")
    mine = ours(path, rate, "waveform")[0]
    where = f"{channels} channels of {native} Hz at {rate} Hz"
    if len(mine) != len(theirs):
        failures.append(f"resampling: danas has {len(mine)} samples, librosa {len(theirs)}, for {where}")
        return
    factor, rest = divmod(native, rate)
    if rest == 0 and factor & (factor - 1) == 0 and starts_quietly:
        kind, least = "2^k from silence, -dB", 100
    elif rest == 0 and factor & (factor - 1) == 0:
        kind, least, mine, theirs = "2^k after 256, -dB", 60, mine[256:], theirs[256:]
    else:
        kind, least, mine, theirs = "other ratios after 256, -dB", 50, mine[256:], theirs[256:]
    note(kind, -agreement(mine, theirs), -least, where)


FORMATS = [
    ("WAV", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ALAW", "ULAW"], 0.0),
    ("FLAC", ["PCM_S8", "PCM_16", "PCM_24"], 0.0),
    # Decoders of these formats may round differently.
    ("OGG", ["VORBIS"], 1e-5),
    ("MP3", ["MPEG_LAYER_III"], 1e-5),
]


def compare_decoding():
    """Compares decoded sound files of all formats with libsndfile, which librosa uses."""
    for container, subtypes, tolerance in FORMATS:
        for subtype in subtypes:
            for channels in (1, 2):
                rate = int(rng.choice([8000, 16000, 44100, 48000]))
                n = int(rng.integers(rate // 2, rate))
                phase = np.arange(n)[:, None] * rng.uniform(0.02, 0.5, channels)
                sound = 0.4 * np.sin(phase) + 0.05 * rng.standard_normal((n, channels))
                path = folder / f"sound.{container.lower()}"
                soundfile.write(path, sound, rate, format=container, subtype=subtype)
                theirs, _ = soundfile.read(path, dtype="float32", always_2d=True)
                where = f"{container} {subtype} of {channels} channels at {rate} Hz"
                flags = ["--channels", "stereo"] if channels == 2 else []
                mine = ours(path, rate, "waveform", *flags).reshape(-1, channels)
                kind = f"samples of {container}"
                if mine.shape != theirs.shape:
                    failures.append(f"{kind}: danas' shape {mine.shape} is not libsndfile's {theirs.shape} for {where}")
                    continue
                note(kind, np.abs(mine.astype(np.float64) - theirs).max(), tolerance, where)


def main():
    # librosa warns about frames longer than the signal and about empty mel bands.
    warnings.simplefilter("ignore")
    print(f"librosa {librosa.__version__}, numpy {np.__version__}, seed {seed}")
    compare_decoding()
    for name, y in signals().items():
        for rate in RATES:
            compare_features(name, y, rate, PAPER)
        for _ in range(2):
            compare_features(name, y, int(rng.choice(RATES)), draw_parameters(), normalisations=True)
    for rate in (375, 48000):
        long = (0.1 * rng.standard_normal(30 * rate)).astype(np.float32)
        compare_features("30 s of noise", long, rate, PAPER)
    for native in (48000, 44100, 16000, 8000):
        for rate in (24000, 16000, 6000, 750, 375):
            if rate < native:
                compare_resampling(native, rate, int(rng.integers(1, 3)), False)
        for factor in (2, 8, 64):
            if native % factor == 0:
                compare_resampling(native, native // factor, 1, True)
                compare_resampling(native, native // factor, 2, False)
    print(f"{'feature':28} {'worst':>10} {'allowed':>10}  where")
    for kind, (error, tolerance, where) in worst.items():
        print(f"{kind:28} {error:10.3g} {tolerance:10.3g}  {where}")
    for failure in failures:
        print(f"FAILED  {failure}")
    sys.exit(1 if failures else 0)


main()
