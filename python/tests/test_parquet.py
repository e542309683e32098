"""Research tables and their data cards."""
from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import run_program

import story2midi

pq = pytest.importorskip("pyarrow.parquet")
parquet: Any = pytest.importorskip("story2midi.parquet")


def test_json_lines_become_rows_of_typed_columns(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"split": "train", "distance": .5, "n": 1}, {"split": "test", "distance": None, "n": 2, "story": "Emma"}]
    source, target = tmp_path / "pairs.jsonl", tmp_path / "pairs.parquet"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert parquet.main(["rows", str(source), "-o", str(target)]) == 0
    table = pq.read_table(target)
    assert table.to_pylist() == [rows[0] | {"story": None}, rows[1]]
    assert [str(table.schema.field(name).type) for name in ("split", "distance", "n")] == ["string", "double", "int64"]


def test_the_card_states_rows_columns_ranges_and_sources(tmp_path: Path) -> None:
    source, target = tmp_path / "pairs.jsonl", tmp_path / "pairs.parquet"
    source.write_text('{"distance": 0.25}\n{"distance": 4}\n{"distance": null}\n')
    assert parquet.main(["rows", str(source), "-o", str(target)]) == 0
    card = (tmp_path / "pairs.md").read_text()
    assert "3 rows, 1 columns." in card and "| `distance` | double | 1 | 0.25 to 4 |" in card
    assert hashlib.sha256(source.read_bytes()).hexdigest() in card
    assert "CC" in card and story2midi.__version__ in card
    assert pq.read_schema(target).metadata[b"story2midi.card"].decode() == card


def test_features_are_those_of_the_module_and_a_broken_file_is_a_row(score: story2midi.Score, tmp_path: Path) -> None:
    score.save(tmp_path / "a.mid")
    (tmp_path / "b.mid").write_bytes(b"not MIDI")
    target = tmp_path / "features.parquet"
    assert parquet.main(["features", str(tmp_path / "a.mid"), str(tmp_path / "b.mid"), "-o", str(target)]) == 0
    first, second = pq.read_table(target).to_pylist()
    named = story2midi.features(score)
    assert len(named) > 20 and {name: first[name] for name in named} == named
    assert first["judged_quadrant"] == story2midi.judge(score).quadrant and first["error"] is None
    assert second["error"] and second["judged_valence"] is None


def test_an_evaluation_becomes_a_row_for_each_figure(score: story2midi.Score, tmp_path: Path) -> None:
    score.save(tmp_path / "a.mid")
    printed = run_program("judge", "--json", str(tmp_path / "a.mid"))
    (tmp_path / "judged.json").write_text(printed.stdout)
    target = tmp_path / "figures.parquet"
    assert parquet.main(["figures", str(tmp_path / "judged.json"), "-o", str(target)]) == 0
    figures = {row["figure"]: row for row in pq.read_table(target).to_pylist()}
    judged = story2midi.judge(score)
    assert figures["0.valence"]["value"] == pytest.approx(judged.valence)
    assert figures["0.quadrant"] == {"figure": "0.quadrant", "value": None, "text": judged.quadrant}
    assert figures["0.probabilities.Q1"]["value"] == pytest.approx(judged.probabilities[0])


@pytest.mark.parametrize("kind, text", [("rows", '{"a": 1}\n{"a": \n'), ("rows", '{"a": 1}\n{"a": "x"}\n'),
                                        ("figures", "{")])
def test_broken_sources_are_one_line(kind: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "source.json", tmp_path / "out.parquet"
    source.write_text(text)
    assert parquet.main([kind, str(source), "-o", str(target)]) == 1
    assert str(source) in capsys.readouterr().err
    assert not target.exists()
