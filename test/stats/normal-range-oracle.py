"""Computes test/stats/normal-range-oracle.json: quantiles of the range of normal draws, by scipy's studentized range.

    python -m venv /tmp/oracle && /tmp/oracle/bin/pip install scipy==1.17.0
    /tmp/oracle/bin/python test/stats/normal-range-oracle.py && npx biome format --write test/stats/normal-range-oracle.json
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import studentized_range

values = [
    {"p": p, "k": k, "quantile": float(studentized_range.ppf(p, k, np.inf))}
    for p in [0.01, 0.5, 0.8, 0.9, 0.99, 0.999]
    for k in [2, 3, 5, 10, 20]
]
target = Path(__file__).with_name("normal-range-oracle.json")
target.write_text(json.dumps(values, separators=(",", ":")) + "\n")
print(values[10:15])
