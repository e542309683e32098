"""Notes, chords and tempos as arrays."""
from __future__ import annotations

import gc
import struct
from typing import Any

import numpy as np
import pytest

import story2midi
from conftest import STORY


def note_ons(midi: bytes) -> int:
    """Note-ons of a MIDI file, counted without this package: running status, metas and all."""
    count, at = 0, 14
    while at < len(midi):
        (length,) = struct.unpack(">I", midi[at + 4:at + 8])
        position, end, status = at + 8, at + 8 + length, 0
        while position < end:
            while midi[position] & 0x80:
                position += 1
            position += 1
            if midi[position] & 0x80:
                status = midi[position]
                position += 1
            if status == 0xFF or status in (0xF0, 0xF7):
                position += status == 0xFF
                size = 0
                while True:
                    size = size << 7 | midi[position] & 0x7F
                    position += 1
                    if not midi[position - 1] & 0x80:
                        break
                position += size
                continue
            count += status >> 4 == 9 and midi[position + 1] > 0
            position += 1 if status >> 4 in (0xC, 0xD) else 2
        at = end
    return count


def test_notes_are_those_of_the_midi_file(score: story2midi.Score) -> None:
    assert [part.name for part in score.parts] == ["Melody", "Accompaniment", "Bass"]
    assert sum(len(part.notes) for part in score.parts) == note_ons(score.to_bytes("mid"))


def test_notes_have_units_and_ranges(score: story2midi.Score) -> None:
    for part in score.parts:
        notes = part.notes
        assert notes.dtype == story2midi.NOTE and notes.ndim == 1 and len(notes) > 0
        assert (notes["length_ticks"] > 0).all() and (notes["length_seconds"] > 0).all()
        assert (np.diff(notes["start_ticks"]) >= 0).all() and (np.diff(notes["start_seconds"]) >= 0).all()
        assert (notes["velocity"] >= 1).all() and (notes["velocity"] <= 127).all() and (notes["pitch"] <= 127).all()
    ends = [(part.notes["start_seconds"] + part.notes["length_seconds"]).max() for part in score.parts]
    assert max(ends) == pytest.approx(score.seconds)
    assert score.ticks_per_quarter == 480


def test_seconds_follow_from_ticks_by_the_tempos(score: story2midi.Score) -> None:
    tempos = score.tempos
    note = score.parts[0].notes[-1]
    at = np.searchsorted(tempos["start_ticks"], note["start_ticks"], side="right") - 1
    seconds = tempos["start_seconds"][at] + (note["start_ticks"] - tempos["start_ticks"][at]) / 480 * 60 / tempos["bpm"][at]
    assert seconds == pytest.approx(note["start_seconds"])


def test_chords_cover_the_piece_and_bear_their_names(score: story2midi.Score) -> None:
    chords = score.chords
    assert chords.dtype == story2midi.CHORD and len(chords) > 0
    assert chords["start_ticks"][0] == 0
    assert (chords["start_ticks"][1:] == chords["start_ticks"][:-1] + chords["length_ticks"][:-1]).all()
    for chord in chords:
        suffix = story2midi.CHORD_QUALITIES[chord["quality"]]
        assert str(chord["name"]).split("/")[0].lstrip("ABCDEFG").lstrip("#b") == suffix
        assert ("/" in chord["name"]) == (chord["root"] != chord["bass"])


def test_arrays_outlive_their_score(studio: story2midi.Studio) -> None:
    def columns() -> list[Any]:
        made = studio.compose(STORY, seed=2, bars=8)
        return [made.parts[0].notes, made.chords, made.tempos, studio.read(STORY).labels]

    kept = columns()
    copies = [array.copy() for array in kept]
    gc.collect()
    for seed in range(3):
        studio.compose(STORY, seed=seed, bars=8)
    for array, copy in zip(kept, copies):
        assert (array == copy).all()


def test_the_plan_is_plain_data_that_composes(studio: story2midi.Studio) -> None:
    plan = studio.plan(STORY, bars=8)
    assert sum(len(section["bars"]) for section in plan["sections"]) == 8
    plan["sections"][-1]["bars"][-1]["tempo_bpm"] = 50
    made = studio.compose(STORY, plan, humanise=0)
    assert made.tempos["bpm"][-1] == pytest.approx(50, rel=1e-4)
    assert made.plan["sections"][-1]["bars"][-1]["tempo_bpm"] == 50


def test_a_reading_is_a_curve_of_arrays(studio: story2midi.Studio) -> None:
    reading = studio.read(STORY)
    count = len(reading)
    assert count == len(reading.passages) >= 2
    assert reading.valence.shape == reading.arousal.shape == (count,)
    assert reading.labels.shape == (count, len(story2midi.LABELS)) and reading.labels.dtype == np.float64
    assert reading.uncertainty.shape == (count, 2) and (reading.uncertainty > 0).all()
    source = STORY.encode()
    for (start, end), passage in zip(reading.spans, reading.passages):
        assert source[start:end].decode() == passage
    assert reading.valence[-1] > reading.valence[0]
    assert [point["valence"] for point in reading.to_json()["passages"]] == pytest.approx(list(reading.valence))


def test_the_judge_says_of_a_score_what_it_says_of_its_file(score: story2midi.Score, tmp_path: Any) -> None:
    score.save(tmp_path / "x.mid")
    judged = story2midi.judge(score)
    assert judged == story2midi.judge(tmp_path / "x.mid")
    assert sum(judged.probabilities) == pytest.approx(1) and judged.quadrant in {"Q1", "Q2", "Q3", "Q4"}


def test_a_notebook_shows_picture_and_player(score: story2midi.Score) -> None:
    page = score._repr_html_()
    assert "data:image/svg+xml;base64," in page
    assert "<audio controls" in page or "No player: " in page
