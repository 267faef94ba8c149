"""Prints the values from Keras that the tests of the training recipe expect.

    python -m venv venv && venv/bin/pip install keras jax && venv/bin/python keras_recipe.py
"""

import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras
import numpy as np

print("keras", keras.__version__)


def cosine(rate, steps, warmup, floor):
    warm = int(np.floor(warmup * steps))
    return keras.optimizers.schedules.CosineDecay(
        0.0 if warm else rate,
        steps - warm,
        alpha=floor,
        warmup_target=rate if warm else None,
        warmup_steps=warm,
    )


# --- src/config/schedule.rs: the learning rate in some steps.
for steps, warmup, floor, asked in [
    (7, 0.0, 0.0, range(7)),
    (40, 0.25, 0.1, [0, 1, 5, 9, 10, 11, 25, 39]),
    (1000, 0.05, 0.0, [0, 1, 49, 50, 51, 400, 999]),
]:
    rates = cosine(0.01, steps, warmup, floor)
    print(steps, warmup, floor, [(step, float(f"{float(rates(step)):.8g}")) for step in asked])


def adamw(rate):
    # Keras computes 1 - beta**step in single precision, in which 1 - 0.999 has few correct digits.
    return keras.optimizers.AdamW(rate, 0.5, beta_1=0.5, beta_2=0.9, epsilon=1e-3)


# --- src/keras.rs: a kernel, which decays, and a bias, which does not, under fixed gradients.
for optimizer in [
    adamw(0.1),
    adamw(cosine(0.1, 3, 0.34, 0.1)),
    keras.optimizers.SGD(cosine(0.1, 3, 0.34, 0.1), momentum=0.9),
]:
    kernel = keras.Variable(np.array([1.0], "float32"), name="kernel")
    bias = keras.Variable(np.array([-2.0], "float32"), name="bias")
    optimizer.build([kernel, bias])
    if isinstance(optimizer, keras.optimizers.AdamW):
        optimizer.exclude_from_weight_decay(var_list=[bias]) if False else None
        optimizer._exclude_from_weight_decay = {optimizer._var_key(bias)}
    for gradient in [[0.1, -1e-6], [-0.3, 2e-6], [0.2, 1e-6]]:
        gradient = np.array(gradient, "float32")
        optimizer.apply([gradient[:1], gradient[1:]], [kernel, bias])
        print(optimizer.name, *(f"{float(value.numpy()[0]):.9f}" for value in (kernel, bias)))

# --- src/moving_average.rs: Keras counts the weight after the first step as if it had existed
# before that step, too. This share is removed here.
weight = keras.Variable(np.array([7.0], "float32"))
optimizer = keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.9)
optimizer.build([weight])
for step, value in enumerate([1.0, -2.0, 0.5, 4.0], 1):
    optimizer.apply([weight.numpy() - np.array([value], "float32")], [weight])
    average = float(optimizer._model_variables_moving_average[0].numpy()[0])
    print("average", f"{(average - 0.9**step * 1.0) / (1 - 0.9**step):.6f}")

# --- src/keras.rs: the losses of smoothed labels. Keras' squared error has no label smoothing of
# its own.
logits = np.array([[0.3, -1.2, 2.0], [1.5, 0.1, -0.4]], "float32")
one_hot = np.eye(3, dtype="float32")[[0, 2]]
for smoothing in [0.0, 0.1, 0.5]:
    loss = keras.losses.CategoricalCrossentropy(True, smoothing, reduction=None)
    print("entropy", smoothing, [f"{float(value):.7f}" for value in loss(one_hot, logits)])
    wanted = one_hot * (1 - smoothing) + smoothing / 3
    loss = keras.losses.MeanSquaredError(reduction=None)(wanted, keras.ops.softmax(logits))
    print("squares", smoothing, [f"{float(value):.7f}" for value in loss])
