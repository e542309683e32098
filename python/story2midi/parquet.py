"""Research tables as Parquet, each with a data card beside it (the extra `parquet`).

    python -m story2midi.parquet rows pairs.jsonl -o pairs.parquet         # JSON lines: pairs, passages, bars
    python -m story2midi.parquet features *.mid -o features.parquet        # musical features and the judge, a row a file
    python -m story2midi.parquet figures report.json -o figures.parquet    # an evaluation's JSON, a row a figure

The card, pairs.md beside pairs.parquet, states sources, columns and makers; the table's metadata hold it too.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import __commit__, __version__
from .errors import Error, InvalidInput
from .judging import SHARE, features, judge

CARD_KEY = b"story2midi.card"


@dataclass(frozen=True)
class Made:
    """A table, and what its card says of it."""

    title: str
    table: pa.Table
    sources: Sequence[Path]


def rows_of_json_lines(source: Path) -> Made:
    """A row a line. Raises InvalidInput naming the line that is no JSON object."""
    rows = []
    with source.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise InvalidInput(f"{source}: line {number}: not JSON: {error}") from None
            if not isinstance(row, dict):
                raise InvalidInput(f"{source}: line {number}: not an object")
            rows.append(row)
    names = dict.fromkeys(name for row in rows for name in row)
    try:
        table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
    except (pa.ArrowException, TypeError) as error:
        raise InvalidInput(f"{source}: a column has values of two types: {error}") from None
    return Made(f"Rows of {source.name}", table, [source])


def features_of_files(files: Sequence[Path]) -> Made:
    """A row a MIDI or MusicXML file; one that cannot be read is a row with an error."""
    rows = []
    for file in files:
        row: dict[str, Any] = {"file": str(file), "error": None}
        try:
            judged = judge(file)
            row |= features(file) | {"judged_valence": judged.valence, "judged_arousal": judged.arousal,
                                     "judged_quadrant": judged.quadrant}
        except Error as error:
            row["error"] = str(error)
        rows.append(row)
    names = dict.fromkeys(name for row in rows for name in row)
    table = pa.table({name: pa.array([row.get(name) for row in rows]) for name in names})
    return Made("Musical features, and the emotion that the judge gives", table, files)


def figures_of_report(source: Path) -> Made:
    """A row for each number, text or truth value of a JSON document: its path, and its value by type."""
    try:
        report = json.loads(source.read_bytes())
    except ValueError as error:
        raise InvalidInput(f"{source}: not JSON: {error}") from None
    leaves = list(_leaves(report, ""))
    numbers = [float(leaf) if isinstance(leaf, (int, float)) and not isinstance(leaf, bool) else None for _, leaf in leaves]
    texts = [None if number is not None or leaf is None else str(leaf) for (_, leaf), number in zip(leaves, numbers)]
    table = pa.table({"figure": pa.array([path for path, _ in leaves], pa.string()),
                      "value": pa.array(numbers, pa.float64()), "text": pa.array(texts, pa.string())})
    return Made(f"Figures of {source.name}", table, [source])


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if children is None:
        yield path, value
    else:
        for name, child in children:
            yield from _leaves(child, f"{path}.{name}" if path else str(name))


def _column_line(name: str, column: pa.ChunkedArray) -> str:
    span = ""
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        ends = pc.min_max(column).as_py()
        span = "" if ends["min"] is None else f"{ends['min']:.6g} to {ends['max']:.6g}"
    elif pa.types.is_string(column.type):
        span = f"{len(pc.unique(column.drop_null()))} values"
    return f"| `{name}` | {column.type} | {column.null_count} | {span} |"


def card_of(made: Made) -> str:
    """The data card, in Markdown."""
    weights = json.loads((SHARE / "base" / "manifest.json").read_text())
    sources = [f"| {source.name} | {source.stat().st_size} | {hashlib.sha256(source.read_bytes()).hexdigest()} |"
               for source in made.sources[:100] if source.exists()]
    more = [f"| and {len(made.sources) - 100} more | | |"] if len(made.sources) > 100 else []
    table = made.table
    return "\n".join([
        f"# {made.title}", "",
        f"{table.num_rows} rows, {table.num_columns} columns. Written by story2midi {__version__} ({__commit__}), "
        f"weights {weights['name']} ({weights['licence']}).",
        "The rows derive from the sources: their licences hold for the table.", "",
        "## Columns", "", "| column | type | nulls | range |", "|---|---|---|---|",
        *[_column_line(name, table[name]) for name in table.column_names], "",
        "## Sources", "", "| file | bytes | SHA-256 |", "|---|---|---|", *sources, *more, ""])


def write(made: Made, file: Path) -> None:
    """The table, and FILE.md beside it in place of FILE.parquet; each written beside and renamed."""
    card = card_of(made)
    table = made.table.replace_schema_metadata({CARD_KEY: card.encode()})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    for target, content in ((file, sink.getvalue().to_pybytes()), (file.with_suffix(".md"), card.encode())):
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        beside.write_bytes(content)
        os.replace(beside, target)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m story2midi.parquet", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["rows", "features", "figures"])
    parser.add_argument("source", type=Path, nargs="+")
    parser.add_argument("-o", dest="out", type=Path, required=True, help="the table, TABLE.parquet")
    options = parser.parse_args(words)
    if options.kind != "features" and len(options.source) > 1:
        parser.error("one source, please")
    make = {"rows": rows_of_json_lines, "figures": figures_of_report}
    try:
        made = features_of_files(options.source) if options.kind == "features" else make[options.kind](options.source[0])
        write(made, options.out)
    except (Error, OSError) as error:
        print(f"story2midi: {error}", file=sys.stderr)
        return 1
    print(f"{made.table.num_rows} rows, {made.table.num_columns} columns: {options.out}, {options.out.with_suffix('.md')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
