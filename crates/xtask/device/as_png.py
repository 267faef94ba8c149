"""Saves images as PNG, which all decoders read alike.

as_png.py FOLDER_OF_IMAGES FOLDER
"""

import sys
from pathlib import Path

from PIL import Image, ImageOps

source, target = map(Path, sys.argv[1:])
for path in sorted(source.rglob("*")):
    if path.is_file():
        saved = (target / path.relative_to(source)).with_suffix(".png")
        saved.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as image:
            ImageOps.exif_transpose(image).save(saved)
