"""Reads labelled recordings and computes their features.

The recordings are in danas' layout, FOLDER/CLASS/recording or FOLDER/CLASS/GROUP/recording.
"""

import dataclasses
import math
import pathlib

import librosa
import numpy as np
import vectors

ENDINGS = {".wav", ".flac", ".ogg", ".mp3"}

COEFFICIENTS = 13
MEL_BANDS = 40

# The maximum number of frames in a flattened vector.
FRAMES = 32

# Typical settings for each of danas' presets: seconds, highest sample rate, and frame and hop in samples.
FRONT_ENDS = {"words": (0.5, 8000, 256, 128), "sounds": (5.0, 16000, 1024, 512)}


@dataclasses.dataclass
class Clips:
    """Recordings in the order of their names, the order in which danas reads them."""

    folder: pathlib.Path
    paths: list  # relative to the folder, with /
    classes: list
    labels: np.ndarray
    groups: list  # one for each recording; empty without groups

    def group_names(self):
        return sorted(set(self.groups))


def read(folder):
    """Lists the recordings of a folder. Exits with a message if there are fewer than two classes."""
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not a folder")
    classes, found = [], []
    for of_class in below(folder):
        if of_class.is_dir():
            for entry in below(of_class):
                group = entry.name if entry.is_dir() else None
                for path in below(entry) if entry.is_dir() else [entry]:
                    if path.is_file() and path.suffix.lower() in ENDINGS:
                        found.append((path.relative_to(folder).as_posix(), len(classes), group))
            classes.append(of_class.name)
    if len(classes) < 2 or not found:
        raise SystemExit(f"{folder} has no recordings of two classes; expected {folder}/CLASS/[GROUP/]recording.wav")
    paths, labels, groups = zip(*found)
    grouped = [group for group in groups if group is not None]
    if grouped and len(grouped) < len(groups):
        raise SystemExit(f"{folder}/{paths[groups.index(None)]} belongs to no group, but other recordings do; put it into a group")
    return Clips(folder, list(paths), classes, np.array(labels), grouped)


def below(folder):
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))


@dataclasses.dataclass
class Features:
    """MFCC of each recording, `[recordings, coefficients, frames]`, and vectors made of them."""

    mfcc: np.ndarray
    rate: int

    def flattened(self):
        """Returns all coefficients of all frames. More than 32 frames are reduced to 32 by averaging neighbours."""
        return vectors.reduced(self.mfcc, FRAMES).reshape(len(self.mfcc), -1)

    def statistics(self):
        """Returns the mean and deviation of each coefficient over time, and of its differences from frame to frame."""
        return vectors.statistics(self.mfcc)


def features(clips, preset, seconds=None):
    """Returns the MFCC of clips cut or zero-padded to `seconds`, at the highest rate that all recordings have."""
    default, rate, frame, hop = FRONT_ENDS[preset]
    sounds, rate = load([clips.folder / path for path in clips.paths], rate)
    length = round((seconds or default) * rate)
    arrays = [mfcc(librosa.util.fix_length(sound, size=length), rate, frame, hop) for sound in sounds]
    return Features(np.stack(arrays), rate)


def load(paths, rate=math.inf):
    """Returns recordings and their rate: the highest that all of them have, but not above `rate`."""
    sounds = [librosa.load(path, sr=None, mono=True) for path in paths]
    rate = min(rate, *(native for _, native in sounds))
    lowered = [librosa.resample(it, orig_sr=native, target_sr=rate) if native > rate else it for it, native in sounds]
    return lowered, rate


def mfcc(sound, rate, frame, hop):
    """Returns the MFCC of a recording, `[coefficients, frames]`. `frame` and `hop` are in samples."""
    settings = {"sr": rate, "n_fft": frame, "hop_length": hop, "n_mels": MEL_BANDS, "n_mfcc": COEFFICIENTS}
    return librosa.feature.mfcc(y=sound, **settings)
