"""Many texts: tables in, shards of Parquet out, whatever engine runs the shards (the extra `parquet`).

A table is Parquet or JSON lines with a column `text`, and where wanted `id` and options of `Studio.compose` (`seed`, `bars`,
`key`, ...). It is cut into shards of so many rows. Shard K is written beside its name and renamed to OUT/part-K.parquet: a
shard that is run twice is written twice with the same rows, one that is there is not run again. A broken row is a row
with an error. See examples/ray_compose.py and examples/spark_compose.py.
"""
from __future__ import annotations

import functools
import itertools
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from .errors import Error
from .options import AskedComposing
from .studio import Studio

SCHEMA = pa.schema([
    pa.field("row", pa.int64(), nullable=False),  # of the input, from 0
    pa.field("id", pa.string()),                  # the input's, else the row's number
    pa.field("midi", pa.binary()),                # the program's bytes
    pa.field("plan", pa.string()),                # JSON (docs/reference/schemas/plan.schema.json)
    pa.field("reading", pa.string()),             # JSON (docs/reference/schemas/curve.schema.json)
    pa.field("valence", pa.float64()),
    pa.field("arousal", pa.float64()),
    pa.field("error", pa.string()),               # one line, where the others are null
])
"""The columns of a shard."""


@dataclass(frozen=True)
class Shard:
    """Rows `start` to `stop` of a table."""

    number: int
    start: int
    stop: int


def is_json_lines(table: Path) -> bool:
    return table.suffix in {".jsonl", ".ndjson"}


def count_rows(table: Path) -> int:
    """Raises OSError, or pyarrow.ArrowInvalid for a file that is no Parquet."""
    if not is_json_lines(table):
        return int(pq.ParquetFile(table).metadata.num_rows)
    with table.open("rb") as lines:
        return sum(1 for _ in lines)


def read_rows(table: Path, start: int, stop: int) -> Iterator[dict[str, Any]]:
    """Rows of a table. A line that is no JSON object becomes {"error": ...}."""
    if is_json_lines(table):
        with table.open("rb") as lines:
            for line in itertools.islice(lines, start, stop):
                yield _row_of(line)
        return
    first = 0
    file = pq.ParquetFile(table)
    for group in range(file.num_row_groups):  # only the groups that hold the rows are read
        last = first + file.metadata.row_group(group).num_rows
        if first < stop and start < last:
            rows = file.read_row_group(group).slice(max(0, start - first), min(stop, last) - max(start, first))
            yield from rows.to_pylist()
        first = last


def _row_of(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        return {"error": f"not JSON: {error}"}
    return row if isinstance(row, dict) else {"error": "not a JSON object"}


def compose_row(studio: Studio, number: int, row: dict[str, Any]) -> dict[str, Any]:
    """A row of SCHEMA. Whatever is wrong with the row's text or options stands in `error`."""
    made: dict[str, Any] = {"row": number, "id": str(row["id"]) if row.get("id") is not None else str(number)}
    options = {name: value for name, value in row.items() if name in _OPTIONS and value is not None}
    try:
        if "error" in row or not isinstance(row.get("text"), str):
            return made | {"error": row.get("error") or "no text"}
        reading = studio.read(row["text"])
        score = studio.compose(reading, **options)
        valence, arousal = reading.mean
        return made | {"midi": score.to_bytes("mid"), "plan": json.dumps(score.plan), "valence": valence,
                       "arousal": arousal, "reading": json.dumps(reading.to_json())}
    except (Error, TypeError) as error:
        return made | {"error": str(error)}


_OPTIONS = frozenset(AskedComposing.__annotations__) - {"cues"}


@functools.lru_cache(maxsize=1)
def process_studio() -> Studio:
    """The models of this process, opened at the first call, for one thread."""
    return Studio(threads=1)


def shard_file(folder: Path, shard: Shard) -> Path:
    return folder / f"part-{shard.number:06}.parquet"


def shards_to_run(table: Path, folder: Path, rows: int = 256) -> list[Shard]:
    """The shards whose files are not there. Raises ValueError where the folder belongs to another table or cut."""
    folder.mkdir(parents=True, exist_ok=True)
    count = count_rows(table)
    job = json.dumps({"table": str(table.resolve()), "bytes": table.stat().st_size, "rows": count, "shard": rows})
    note = folder / "job.json"
    if note.exists() and note.read_text() != job:
        raise ValueError(f"{folder}: holds another job: {note.read_text()}")
    _write(note, job.encode())
    shards = [Shard(number, start, min(start + rows, count)) for number, start in enumerate(range(0, count, rows))]
    return [shard for shard in shards if not shard_file(folder, shard).exists()]


def run_shard(studio: Studio, table: Path, folder: Path, shard: Shard) -> dict[str, int]:
    """Composes a shard and writes its file; the numbers of its rows and of its broken ones."""
    rows = [compose_row(studio, number, row)
            for number, row in enumerate(read_rows(table, shard.start, shard.stop), shard.start)]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), sink, compression="zstd")
    _write(shard_file(folder, shard), sink.getvalue().to_pybytes())
    return {"shard": shard.number, "rows": len(rows), "broken": sum(row.get("error") is not None for row in rows)}


def _write(file: Path, content: bytes) -> None:
    """Under a name of this attempt, then renamed."""
    beside = file.with_name(f".{file.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}")
    beside.write_bytes(content)
    os.replace(beside, file)
