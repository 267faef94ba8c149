"""Makes vectors of one length from series of any length. Time is the last axis."""

import numpy as np


def statistics(series):
    """Returns the mean and deviation of each row over time, and of its differences from one moment to the next."""
    return np.concatenate([of(it, axis=-1) for it in (series, np.diff(series)) for of in (np.mean, np.std)], axis=-1)


def reduced(series, most):
    """Returns a series of at most `most` moments, by averaging neighbours."""
    if series.shape[-1] <= most:
        return series
    return np.stack([part.mean(axis=-1) for part in np.array_split(series, most, axis=-1)], axis=-1)
