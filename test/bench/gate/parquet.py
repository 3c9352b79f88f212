"""Writes every CSV file of a folder, and of its folder `shuffled`, as Parquet beside it, with pyarrow's own settings."""

import sys
from pathlib import Path

from pyarrow import csv, parquet

for file in Path(sys.argv[1]).rglob("*.csv"):
    parquet.write_table(csv.read_csv(file), file.with_suffix(".parquet"))
