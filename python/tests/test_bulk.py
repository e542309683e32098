"""Shards of a table, without an engine."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import STORY

import story2midi

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
bulk: Any = pytest.importorskip("story2midi.bulk")

ROWS: list[dict[str, Any]] = [{"id": "a", "text": STORY, "seed": 5, "bars": 8}, {"id": "b", "text": ""},
                              {"id": "c", "text": STORY, "bars": 0}, {"id": "d", "text": "It rained.", "bars": 4},
                              {"id": "e"}]


def run_all(studio: story2midi.Studio, table: Path, folder: Path, rows: int) -> list[dict[str, Any]]:
    for shard in bulk.shards_to_run(table, folder, rows):
        bulk.run_shard(studio, table, folder, shard)
    return [row for file in sorted(folder.glob("part-*.parquet")) for row in pq.read_table(file).to_pylist()]


@pytest.fixture(params=["jsonl", "parquet"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    file = tmp_path / f"table.{request.param}"
    if request.param == "jsonl":
        file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    else:
        pq.write_table(pa.Table.from_pylist(ROWS, schema=pa.schema(
            [("id", pa.string()), ("text", pa.string()), ("seed", pa.int64()), ("bars", pa.int64())])), file,
            row_group_size=2)
    return file


@pytest.mark.parametrize("rows", [1, 2, 3, 8])
def test_every_row_is_there_once_and_broken_ones_say_why(studio: story2midi.Studio, score: story2midi.Score, table: Path,
                                                         tmp_path: Path, rows: int) -> None:
    made = run_all(studio, table, tmp_path / "out", rows)
    assert [row["id"] for row in made] == ["a", "b", "c", "d", "e"]
    assert [row["row"] for row in made] == [0, 1, 2, 3, 4]
    assert made[0]["midi"] == score.to_bytes("mid")
    assert json.loads(made[0]["plan"]) == score.plan
    assert [bool(row["error"]) for row in made] == [False, True, True, False, True]
    assert "bars" in made[2]["error"] and made[2]["midi"] is None


def test_a_shard_that_is_there_is_not_run_again(studio: story2midi.Studio, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, second, third = bulk.shards_to_run(table, out, 2)
    bulk.run_shard(studio, table, out, second)
    assert bulk.shards_to_run(table, out, 2) == [first, third]
    before = bulk.shard_file(out, second).read_bytes()
    bulk.run_shard(studio, table, out, second)  # a second attempt: the same bytes
    assert bulk.shard_file(out, second).read_bytes() == before


def test_a_folder_of_another_job_is_refused(table: Path, tmp_path: Path) -> None:
    bulk.shards_to_run(table, tmp_path / "out", 2)
    with pytest.raises(ValueError, match="another job"):
        bulk.shards_to_run(table, tmp_path / "out", 3)


def test_a_line_that_is_no_json_is_a_broken_row(studio: story2midi.Studio, tmp_path: Path) -> None:
    table = tmp_path / "table.jsonl"
    table.write_bytes(b'{"text": "It rained.", "bars": 4}\n{"text": \n[1]\n\xff\n{"text": "It rained.", "bars": "x"}\n')
    made = run_all(studio, table, tmp_path / "out", 8)
    assert [bool(row["error"]) for row in made] == [False, True, True, True, True]
