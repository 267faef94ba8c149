"""Unpacks selected members of a wheel and verifies them with the wheel's own checksums.

Arguments: the wheel, the folder to fill, then FROM=TO for each member or folder. For a folder, both
FROM and TO end in a slash.
"""

import os
import shutil
import sys
import zipfile

wheel, folder, *rules = sys.argv[1:]

with zipfile.ZipFile(wheel) as archive:
    files = [member for member in archive.infolist() if not member.is_dir()]
    for rule in rules:
        source, target = rule.split("=", 1)
        if source.endswith("/"):
            chosen = [member for member in files if member.filename.startswith(source)]
        else:
            chosen = [member for member in files if member.filename == source]
        if not chosen:
            sys.exit(f"{os.path.basename(wheel)} does not contain {source}")
        for member in chosen:
            path = os.path.join(folder, target + member.filename[len(source):])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(member) as packed, open(path, "wb") as unpacked:
                shutil.copyfileobj(packed, unpacked, 1 << 20)
