"""The tables of a score as structured arrays. Each dtype is the layout of a row of bindings/rows.h."""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

NOTE = np.dtype([
    ("start_seconds", "f8"), ("length_seconds", "f8"),
    ("start_ticks", "i4"), ("length_ticks", "i4"),
    ("written_ticks", "i4"),  # length on the page; 0 where it is length_ticks
    ("marks", "u2"),          # bits: 1 staccato, 2 tenuto, 4 accent, 8 slur start, 16 slur end, 32 grace
    ("pitch", "u1"),          # MIDI key, 60 is middle C
    ("velocity", "u1"),       # 1 to 127
])
"""A note as it is played. Ticks: 480 a quarter note."""

CHORD = np.dtype([
    ("start_seconds", "f8"), ("length_seconds", "f8"),
    ("start_ticks", "i4"), ("length_ticks", "i4"),
    ("root", "u1"), ("bass", "u1"),  # pitch classes, 0 is C
    ("quality", "u1"),               # an index of CHORD_QUALITIES
    ("unused", "u1"),
    ("name", "U13"),                 # "F#m7b5/C"
])
"""A chord of the written music."""

TEMPO = np.dtype([("start_seconds", "f8"), ("bpm", "f8"), ("start_ticks", "i4"), ("unused", "i4")])
"""A change of tempo, in quarter notes a minute."""

CHORD_QUALITIES = ("", "m", "dim", "aug", "7", "maj7", "m7", "m7b5", "dim7", "sus4", "sus2")
"""What lead sheets write behind a chord's root."""


def table(rows: NDArray[np.uint8], dtype: np.dtype[np.void]) -> NDArray[Any]:
    """The rows, an array of bytes (rows, bytes of a row), as structured values: the same memory."""
    return rows.view(dtype).reshape(len(rows))
