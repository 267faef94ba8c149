"""Raw data of the examples of a test part, as a device gets it."""

import csv
import wave
from array import array
from pathlib import Path

# The type of a sample that the program of a library hands over.
SAMPLE_TYPES = {".wav": "int16_t", ".csv": "float", ".png": "model_sample"}

# The weights of red, green and blue in grey, of 65536.
GREY = (19595, 38470, 7471)


def sample_type(row):
    """Returns the type of the samples of an example."""
    return SAMPLE_TYPES[Path(row["path"]).suffix]


def sound(row, limits, _):
    """Returns the window of a recording, with zeros beyond its ends."""
    rate, channels, moments = (limits[f"MODEL_{name}"] for name in ("RATE", "CHANNELS", "WINDOW"))
    with wave.open(row["path"]) as file:
        if file.getframerate() != rate or file.getsampwidth() != 2:
            raise SystemExit(f"{row['path']} is not of {rate} Hz and 16 bits")
        recorded = file.getnchannels()
        samples = array("h", file.readframes(file.getnframes()))
    if recorded != channels:
        raise SystemExit(f"{row['path']} has {recorded} channels, but the library reads {channels}")
    first = 0
    if row["start"]:
        centre = (float(row["start"]) + float(row["end"])) / 2
        first = int((centre * rate - moments / 2 + 0.5) // 1)
    silence = array("h", [0] * channels)
    before = silence * max(0, -first)
    window = before + samples[max(0, first) * channels :]
    window = window[: moments * channels]
    return (window + silence * (moments - len(window) // channels)).tobytes()


def motion(row, limits, card):
    """Returns the window around the middle of a series, beyond whose ends its values are repeated."""
    rate, moments = limits["MODEL_RATE"], limits["MODEL_WINDOW"]
    with Path(row["path"]).open(newline="") as file:
        series = list(csv.DictReader(file))
    middle = len(series) / rate / 2
    if row["start"]:
        middle = (float(row["start"]) + float(row["end"])) / 2
    first = round_half_up((middle - float(card["data"]["seconds"]) / 2) * rate)
    names = card["data"]["channels"].split("+")
    chosen = (series[min(max(index, 0), len(series) - 1)] for index in range(first, first + moments))
    return array("f", (float(moment[name]) for moment in chosen for name in names)).tobytes()


def image(row, _, card):
    """Returns the frame of a camera of the granularity's resolution, colour and depth."""
    from PIL import Image

    data = card["data"]
    size = int(data["width"]), int(data["height"])
    with Image.open(row["path"]) as picture:
        picture = picture.convert("RGB")
    if data["fit"] == "crop":
        picture = picture.crop(cropped(picture.size, size))
    pixels = list(picture.resize(size, Image.Resampling.BOX).getdata())
    if data["colour"] == "grey":
        pixels = [((sum(value * weight for value, weight in zip(pixel, GREY)) + 0x8000) >> 16,) for pixel in pixels]
    elif data["colour"] != "rgb":
        pixels = [(pixel[("red", "green", "blue").index(data["colour"])],) for pixel in pixels]
    if data["depth"] == "565":
        return array("H", (red >> 3 << 11 | green >> 2 << 5 | blue >> 3 for red, green, blue in pixels)).tobytes()
    bits = int(data["depth"].removesuffix("-bit"))
    return packed([value >> 8 - bits for pixel in pixels for value in pixel], bits)


def packed(values, bits):
    """Packs values into bytes, the first one in the highest bits."""
    each = 8 // bits
    values += [0] * (-len(values) % each)
    return bytes(sum(value << bits * (each - 1 - at) for at, value in enumerate(values[index : index + each]))
                 for index in range(0, len(values), each))  # fmt: skip


def cropped(size, wanted):
    """Returns the largest centred rectangle with the ratio of the wanted size."""
    (width, height), (columns, rows) = size, wanted
    if width * rows > columns * height:
        kept = (2 * height * columns + rows) // (2 * rows)
        left = (width - kept) // 2
        return left, 0, left + kept, height
    kept = (2 * width * rows + columns) // (2 * columns)
    top = (height - kept) // 2
    return 0, top, width, top + kept


def round_half_up(value):
    return int((value + 0.5) // 1)


READERS = {".wav": sound, ".csv": motion, ".png": image}


def raw(row, limits, card):
    """Returns the bytes of an example."""
    return READERS[Path(row["path"]).suffix](row, limits, card)
