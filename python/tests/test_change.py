"""A part of a piece is written anew."""
from __future__ import annotations

from pathlib import Path

import pytest
from conftest import STORY, run_program

import story2midi


@pytest.fixture()
def saved(score: story2midi.Score, tmp_path: Path) -> Path:
    score.save(tmp_path / "piece.json")
    return tmp_path / "piece.json"


def changed_by_program(saved: Path, *words: str) -> bytes:
    file = saved.with_name("changed.mid")
    done = run_program("compose", "--from", str(saved), *words, "-q", "-o", str(file))
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


def test_it_has_the_bytes_of_the_program(studio: story2midi.Studio, score: story2midi.Score, saved: Path) -> None:
    mine = studio.change(score, only=["bars:5-8", "part:melody"], lock=["rhythm"])
    assert mine.to_bytes("mid") == changed_by_program(saved, "--only", "bars:5-8", "--only", "part:melody", "--lock", "rhythm")
    assert mine.to_bytes("mid") != score.to_bytes("mid")
    assert mine.seed == score.seed + 1


def test_a_saved_file_and_its_story_will_do(studio: story2midi.Studio, saved: Path) -> None:
    mine = studio.change(saved, only=["bars:5-8"], story=STORY, seed=11, drafts=2)
    expected = changed_by_program(saved, "--text", STORY, "--only", "bars:5-8", "--seed", "11", "--drafts", "2")
    assert mine.to_bytes("mid") == expected


def test_what_is_not_named_keeps_its_notes(studio: story2midi.Studio, score: story2midi.Score) -> None:
    anew = studio.change(score, only=["part:melody"])
    before, after = ({part.name: part.notes["pitch"].tolist() for part in piece.parts} for piece in (score, anew))
    assert before["Melody"] != after["Melody"]
    assert before["Bass"] == after["Bass"]
    assert before["Accompaniment"] == after["Accompaniment"]


def test_faults_are_named(studio: story2midi.Studio, score: story2midi.Score, tmp_path: Path) -> None:
    with pytest.raises(story2midi.InvalidInput, match="bars:x"):
        studio.change(score, only=["bars:x"])
    with pytest.raises(story2midi.NotFound):
        studio.change(tmp_path / "absent.json")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(story2midi.InvalidInput, match="broken.json"):
        studio.change(tmp_path / "broken.json")
    with pytest.raises(TypeError):
        studio.change(score, sed=3)  # type: ignore[call-arg]


def test_no_progress_cancels(studio: story2midi.Studio, score: story2midi.Score) -> None:
    with pytest.raises(story2midi.Cancelled):
        studio.change(score, progress=lambda done, everything: False)
