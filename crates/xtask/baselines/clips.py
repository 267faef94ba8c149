"""Reads labelled recordings and computes their features.

The recordings are in danas' layout, FOLDER/CLASS/recording or FOLDER/CLASS/GROUP/recording.
"""

import dataclasses
import pathlib

import librosa
import numpy as np

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
        mfcc = self.mfcc
        if mfcc.shape[2] > FRAMES:
            parts = np.array_split(mfcc, FRAMES, axis=2)
            mfcc = np.stack([part.mean(axis=2) for part in parts], axis=2)
        return mfcc.reshape(len(mfcc), -1)

    def statistics(self):
        """Returns the mean and deviation of each coefficient over time, and of its differences from frame to frame."""
        series = [self.mfcc, np.diff(self.mfcc, axis=2)]
        return np.concatenate([of(it, axis=2) for it in series for of in (np.mean, np.std)], axis=1)


def features(clips, preset, seconds=None):
    """Returns the MFCC of clips cut or zero-padded to `seconds`, at the highest rate that all recordings have."""
    default, rate, frame, hop = FRONT_ENDS[preset]
    seconds = seconds or default
    sounds = [librosa.load(clips.folder / path, sr=None, mono=True) for path in clips.paths]
    rate = min(rate, *(native for _, native in sounds))
    arrays = []
    for sound, native in sounds:
        sound = librosa.resample(sound, orig_sr=native, target_sr=rate) if native > rate else sound
        sound = librosa.util.fix_length(sound, size=round(seconds * rate))
        of_sound = {"sr": rate, "n_fft": frame, "hop_length": hop, "n_mels": MEL_BANDS, "n_mfcc": COEFFICIENTS}
        arrays.append(librosa.feature.mfcc(y=sound, **of_sound))
    return Features(np.stack(arrays), rate)
