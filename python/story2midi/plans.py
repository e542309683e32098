"""The type of a plan: the JSON that `story2midi plan` prints and `compose --plan` reads, as plain Python data.

Look, change, keep it with `json`; `Studio.compose(story, plan)` names the member that is not as it must be. The schema is
docs/reference/schemas/plan.schema.json.
"""
from __future__ import annotations

from typing import TypedDict


class _NamedTheme(TypedDict, total=False):
    name: str  # of the person or place whose theme it is
    instrument: str


class ThemeNote(TypedDict):
    """A note of a theme."""

    start: int   # twelve to a quarter note
    length: int
    degree: int  # of the scale: 0 is the tonic, 7 the octave above


class Theme(_NamedTheme):
    """A melody that returns; the first is the piece's own."""

    rhythm: str
    contour: str
    bars: int
    notes: list[ThemeNote]


class _TimedCue(TypedDict, total=False):
    error_ms: float  # by how much the bars are late
    bend_percent: float
    text: str


class Cue(_TimedCue):
    """A time that the bars keep."""

    kind: str      # "section", "hit" or "silence"
    seconds: float
    bar: int       # counted from 1
    position: int  # from the bar line, twelve to a quarter note


class BarChord(TypedDict):
    """A chord that is wanted."""

    position: int  # from the bar line, twelve to a quarter note
    chord: str     # "Am7/E"


class _ThemeForm(TypedDict, total=False):
    bar: int
    steps: int


class BarTheme(_ThemeForm):
    """What the melody does with a theme."""

    theme: int  # counted from 1
    form: str


class _FreeBar(TypedDict, total=False):
    key: str                # "A minor"
    mode: str
    chords: list[BarChord]  # absent: the composer finds them
    theme: BarTheme
    figure: str
    bass: str


class BarPlan(_FreeBar):
    """What a bar shall be."""

    metre: str             # "3/4"
    tempo_bpm: float       # quarter notes a minute, 20 to 300
    density: float         # notes per quarter note
    dynamics: float        # mean velocity, 1 to 127
    register_pitch: float  # mean MIDI key, 0 to 127
    articulation: float    # sounding share of the written length, 0 to 1
    valence: float         # -1 unpleasant to 1 pleasant
    arousal: float         # -1 calm to 1 excited


class _PlayedSection(TypedDict, total=False):
    palette: str  # which instruments play


class Section(_PlayedSection):
    """A stretch of the story and its bars."""

    title: str
    start_byte: int
    end_byte: int
    bars: list[BarPlan]


class _PlanOptions(TypedDict, total=False):
    version: int
    story_fingerprint: str
    scale: str
    themes: list[Theme]
    cues: list[Cue]


class Plan(_PlanOptions):
    """A piece before a note is written."""

    key: str
    sections: list[Section]
