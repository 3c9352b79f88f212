"""Predicts with a trained model: one probability of being late per flight.

Reads model.joblib, a pickle: load only models that your own training wrote.
"""

import argparse
from pathlib import Path

import joblib
import pandas as pd

import flights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder with model.joblib")
    parser.add_argument("data", type=Path, help="CSV file with flight_id and the features")
    parser.add_argument("out", type=Path, help="CSV file to write: flight_id, probability")
    args = parser.parse_args()

    model = joblib.load(args.model / "model.joblib")
    rows = flights.read(args.data)
    probability = model.predict_proba(flights.inputs(rows))[:, 1]
    predictions = pd.DataFrame({flights.ID: rows[flights.ID], "probability": probability})
    args.out.parent.mkdir(parents=True, exist_ok=True)
    predictions.to_csv(args.out, index=False, lineterminator="\n")
    print(f"{args.out}: {len(predictions):,} predictions")


if __name__ == "__main__":
    main()
