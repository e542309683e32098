"""Scores as objects of other packages. Each test is skipped where its package is not installed."""
from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import story2midi


def pitches(score: story2midi.Score) -> Counter[int]:
    return Counter(int(pitch) for part in score.parts for pitch in part.notes["pitch"])


def test_symusic_has_every_note(score: story2midi.Score) -> None:
    pytest.importorskip("symusic")
    other: Any = score.to_symusic()
    assert other.ticks_per_quarter == 480
    for part, track in zip(score.parts, other.tracks):
        assert track.name == part.name
        mine = sorted(zip(part.notes["start_ticks"], part.notes["pitch"], part.notes["length_ticks"], part.notes["velocity"]))
        theirs = sorted((note.time, note.pitch, note.duration, note.velocity) for note in track.notes)
        assert mine == theirs


def test_pretty_midi_has_every_note_at_its_second(score: story2midi.Score) -> None:
    pytest.importorskip("pretty_midi")
    other: Any = score.to_pretty_midi()
    for part, instrument in zip(score.parts, other.instruments):
        mine = sorted(zip(part.notes["start_seconds"], part.notes["pitch"]))
        theirs = sorted((note.start, note.pitch) for note in instrument.notes)
        assert [pitch for _, pitch in mine] == [pitch for _, pitch in theirs]
        assert [start for start, _ in mine] == pytest.approx([start for start, _ in theirs], abs=2e-3)


def test_music21_has_the_pitches_of_the_page(score: story2midi.Score) -> None:
    music21 = pytest.importorskip("music21")
    other: Any = score.to_music21()
    notes = [note for note in other.recurse().notes if not isinstance(note, music21.harmony.ChordSymbol)]
    struck = Counter(int(pitch.midi) for note in notes if note.tie is None or note.tie.type == "start"
                     for pitch in note.pitches)
    assert struck == pitches(score)


def test_partitura_has_the_pitches_of_the_page(score: story2midi.Score) -> None:
    pytest.importorskip("partitura")
    other: Any = score.to_partitura()
    assert Counter(int(note["pitch"]) for note in other.note_array()) == pitches(score)
