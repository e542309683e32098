"""Scores as objects of other packages, without a file. They read the bytes that the program would write."""
from __future__ import annotations

import io
from typing import Any


def to_symusic(midi: bytes) -> Any:
    import symusic
    return symusic.Score.from_midi(midi)


def to_pretty_midi(midi: bytes) -> Any:
    import pretty_midi
    return pretty_midi.PrettyMIDI(io.BytesIO(midi))


def to_music21(musicxml: bytes) -> Any:
    import music21
    return music21.converter.parseData(musicxml.decode(), format="musicxml")


def to_partitura(musicxml: bytes) -> Any:
    import partitura
    return partitura.load_musicxml(io.BytesIO(musicxml))
