"""A small convolutional network in Keras, as an engineer would design it by hand.

It has a convolution over the whole height, a separable convolution along time and a global average, so its size does
not depend on the length of a clip. It is trained with AdamW, a cosine schedule, label smoothing and dropout. Time
shifts and gains are drawn anew for each batch.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import clips as clips_of
import keras
import librosa
import numpy as np
import tensorflow as tf

NAME = "CNN by hand (Keras)"
EPOCHS = 60
BATCH = 32
LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-3
SMOOTHING = 0.1
DROPOUT = 0.3

# The largest shift as a share of the clip, and the largest change of level in decibels.
SHIFT = 0.12
DECIBELS = 6.0


def network(shape, classes):
    height = shape[0]
    layers = keras.layers
    return keras.Sequential([
        keras.Input(shape),
        layers.Conv2D(32, (height, 3), use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.SeparableConv2D(48, (1, 7), use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(DROPOUT),
        layers.Dense(classes, activation="softmax"),
    ])


def images(features):
    """Returns MFCC with their first and second derivatives, `[recordings, rows, frames, 1]`."""
    mfcc = features.mfcc
    width = min(9, mfcc.shape[2] - (mfcc.shape[2] + 1) % 2)
    orders = [librosa.feature.delta(mfcc, width=width, order=order, axis=2) for order in (1, 2)]
    return np.concatenate([mfcc, *orders], axis=1)[..., np.newaxis].astype("float32")


class Batches(keras.utils.PyDataset):
    """Batches in a new order for each epoch. Each example is shifted in time and changed in level."""

    def __init__(self, examples, answers, level, rng):
        super().__init__()
        self.examples, self.answers, self.level, self.rng = examples, answers, level, rng
        self.on_epoch_end()

    def __len__(self):
        return -(-len(self.examples) // BATCH)

    def on_epoch_end(self):
        self.order = self.rng.permutation(len(self.examples))

    def __getitem__(self, index):
        chosen = self.order[index * BATCH : (index + 1) * BATCH]
        batch = self.examples[chosen]
        frames = batch.shape[2]
        most = int(SHIFT * frames)
        shifts = self.rng.integers(-most, most + 1, len(batch))
        # Columns from beyond an edge repeat the edge's column.
        columns = np.clip(np.arange(frames) - shifts[:, np.newaxis], 0, frames - 1)
        batch = np.take_along_axis(batch, columns[:, np.newaxis, :, np.newaxis], axis=2)
        # A change of level in decibels adds a constant to all bands, which affects only the first coefficient.
        batch[:, 0] += self.level * self.rng.uniform(-DECIBELS, DECIBELS, (len(batch), 1, 1)).astype("float32")
        return batch, self.answers[chosen]


def train(features, labels, learned, test, seed):
    """Returns the test accuracy of the last epoch's weights and the number of parameters."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    examples, classes = images(features), int(labels.max()) + 1
    rows = {"axis": (0, 2), "keepdims": True}
    mean, deviation = examples[learned].mean(**rows), examples[learned].std(**rows)
    examples = (examples - mean) / deviation
    level = np.sqrt(clips_of.MEL_BANDS) / deviation[0, 0, 0, 0]
    answers = np.eye(classes, dtype="float32")[labels]
    batches = Batches(examples[learned], answers[learned], level, np.random.default_rng(seed))
    model = network(examples.shape[1:], classes)
    rate = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, EPOCHS * len(batches))
    model.compile(
        optimizer=keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=SMOOTHING),
    )
    model.fit(batches, epochs=EPOCHS, verbose=0)
    answered = model.predict(examples[test], verbose=0).argmax(1)
    return float((answered == labels[test]).mean()), model.count_params()
