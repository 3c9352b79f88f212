"""Fills the database of an MLflow server with versions of `flights` and other models, as its own client would have, but at once.

Usage: seed_mlflow.py DATABASE VERSIONS MODELS
"""

import sqlite3
import sys

database, versions, models = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
NOW = 1_767_225_600_000

names = ["flights"] + [f"model-{n:04d}" for n in range(1, models + 1)]
counts = [("flights", n) for n in range(1, versions + 1)] + [(name, 1) for name in names[1:]]
tags = [
    (key, value, name, version)
    for name, version in counts
    for key, value in (("Team", "research" if version % 2 else "ops"), ("Batch", str(version % 10)))
]


def insert(connection, table, columns, rows):
    places = ", ".join("?" for _ in columns)
    known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    if "workspace" in known:
        columns, rows, places = [*columns, "workspace"], [(*row, "default") for row in rows], f"{places}, ?"
    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)


with sqlite3.connect(database, timeout=60) as connection:
    insert(connection, "registered_models", ["name", "creation_time", "last_updated_time"], [(n, NOW, NOW) for n in names])
    insert(
        connection,
        "model_versions",
        ["name", "version", "creation_time", "last_updated_time", "current_stage", "source", "status"],
        [(name, version, NOW, NOW, "None", f"models:/{name}", "READY") for name, version in counts],
    )
    insert(connection, "model_version_tags", ["key", "value", "name", "version"], tags)
    insert(
        connection,
        "registered_model_aliases",
        ["name", "alias", "version"],
        [("flights", "champion", (versions + 1) // 2)],
    )
