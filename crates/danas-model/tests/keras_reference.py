"""The numbers that the tests of the libtorch engine expect, from Keras itself.

    python -m venv venv && venv/bin/pip install keras jax && venv/bin/python keras_reference.py
"""

import os

os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np

print("keras", keras.__version__)

# --- src/torch/stepper.rs: two weights after each of three steps along fixed gradients.
for optimizer in [
    keras.optimizers.Adam(),
    keras.optimizers.Adam(0.1, beta_1=0.5, beta_2=0.9, epsilon=1e-3),
    keras.optimizers.SGD(0.1, momentum=0.9),
]:
    weights = keras.Variable(np.array([1.0, -2.0], "float32"))
    for gradient in [[0.1, -1e-6], [-0.3, 2e-6], [0.2, 1e-6]]:
        optimizer.apply([np.array(gradient, "float32")], [weights])
        print(optimizer.name, *(f"{value:.9f}" for value in np.array(weights)))


# --- src/torch/train.rs: a short training from fixed weights and in a fixed order.
def wave(count, frequency):
    return np.sin(frequency * np.arange(count)).astype("float32")


def train(loss, optimizer):
    model = keras.Sequential(
        [
            keras.Input((5, 6, 2)),
            keras.layers.Conv2D(3, 3, activation="relu"),
            keras.layers.Conv2D(2, 2, activation="sigmoid"),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    # danas' layouts: kernels [out, height, width, in], dense [out, in]; Keras has `out` last.
    start, weights = 0, []
    for shape in [w.shape for w in model.weights]:
        own = (shape[-1], *shape[:-1])
        count = int(np.prod(shape))
        values = 0.5 * wave(5000, 0.7)[start : start + count].reshape(own)
        weights.append(np.moveaxis(values, 0, -1))
        start += count
    model.set_weights(weights)
    model.compile(optimizer, loss)
    x = 2 * wave(10 * 60, 0.37).reshape(10, 5, 6, 2)
    y = np.array([0, 1, 0, 2, 0, 1, 0, 0, 1, 0])
    balanced = {c: 10 / (3 * int((y == c).sum())) for c in range(3)}
    for epoch in range(3):
        order = (3 * np.arange(10) + epoch) % 10
        one_hot = np.eye(3, dtype="float32")[y[order]]
        history = model.fit(
            x[order], one_hot, 4, 1, shuffle=False, class_weight=balanced, verbose=0
        )
        print(loss, f"loss {history.history['loss'][0]:.7f}")
    print([[round(float(p), 7) for p in row] for row in model.predict(x[:3], verbose=0)])


train("categorical_crossentropy", keras.optimizers.Adam(0.01))
train("mean_squared_error", keras.optimizers.SGD(0.5, momentum=0.9))
