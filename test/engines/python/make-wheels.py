"""Makes the wheels of the tests' package index: python make-wheels.py FOLDER"""

import base64
import hashlib
import sys
import zipfile
from pathlib import Path

WHEELS = [
    # name, version, what it needs, code, programs
    ("engine", "1.0.0", [], "POWER = 1\n", {}),
    ("engine", "2.0.0", [], "POWER = 2\n", {}),
    (
        "wagon",
        "1.0.0",
        ["engine>=1"],
        "import engine\n\n\ndef main():\n    print('wagon', engine.POWER)\n",
        {"wagon": "wagon:main"},
    ),
]


def wheel(folder, name, version, needs, code, programs):
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": code,
        f"{info}/METADATA": "\n".join(
            ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"] + [f"Requires-Dist: {each}" for each in needs]
        )
        + "\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if programs:
        lines = [f"{program} = {target}" for program, target in programs.items()]
        files[f"{info}/entry_points.txt"] = "[console_scripts]\n" + "\n".join(lines) + "\n"
    record = [f"{path},sha256={digest(text)},{len(text.encode())}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)


def digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


for each in WHEELS:
    wheel(Path(sys.argv[1]), *each)
