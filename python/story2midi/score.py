"""A composed piece: its notes as arrays, its files, its sound."""
from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

import numpy as np
from numpy.typing import NDArray

from . import _core, convert, notebook
from .arrays import CHORD, NOTE, TEMPO, table
from .options import set_all
from .plans import Plan

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import Sound

Progress = Callable[[int, int], Optional[bool]]
"""Called with the work done and the whole; returning False raises Cancelled."""


@dataclass(frozen=True)
class Part:
    """A track: one instrument."""

    name: str
    program: int  # General MIDI, 0 to 127
    is_drums: bool
    notes: NDArray[Any]
    """(n,) of dtype `story2midi.NOTE`, by start."""


class Score:
    """What `Studio.compose` yields. It does not change; its arrays may be written to without changing it."""

    def __init__(self, core: _core.Piece) -> None:
        self._core = core

    @property
    def title(self) -> str:
        return self._core.title

    @property
    def seed(self) -> int:
        return self._core.seed

    @property
    def seconds(self) -> float:
        """Until the last note ends."""
        return self._core.seconds

    @property
    def ticks_per_quarter(self) -> int:
        return self._core.ticks_per_quarter

    @cached_property
    def parts(self) -> list[Part]:
        """The tracks, in the order of the MIDI file."""
        return [Part(name, program, is_drums, table(rows, NOTE)) for name, program, is_drums, rows in self._core.parts()]

    @cached_property
    def chords(self) -> NDArray[Any]:
        """(n,) of dtype `story2midi.CHORD`: the harmony as it was written."""
        return table(self._core.chords(), CHORD)

    @cached_property
    def tempos(self) -> NDArray[Any]:
        """(n,) of dtype `story2midi.TEMPO`: the tempo as it is played."""
        return table(self._core.tempos(), TEMPO)

    @cached_property
    def plan(self) -> Plan:
        """What was planned."""
        plan: Plan = json.loads(self._core.plan())
        return plan

    @property
    def summary(self) -> dict[str, Any]:
        """What `story2midi compose --json` prints, without files."""
        summary: dict[str, Any] = json.loads(self._core.summary())
        return summary

    def save(self, path: Union[str, "os.PathLike[str]"], *, progress: Optional[Progress] = None,
             **sound: Unpack[Sound]) -> None:
        """Writes a file in the format of its ending: .mid, .wav, .flac, .ogg, .mp3, .json, .svg, .musicxml, .mxl.

        The bytes are those that the program writes of the same story and options. `sound` (see `render`) is for the sound
        formats. Raises Unsupported for another ending, SystemFault where the file cannot be written, and what
        `render` raises.
        """
        self._core.save(os.fspath(path), set_all(_core.RenderOptions(), sound), progress)

    def to_bytes(self, ending: str, *, progress: Optional[Progress] = None, **sound: Unpack[Sound]) -> bytes:
        """The bytes of the file that `save` would write for this ending, such as ".mid" or "musicxml"."""
        name = "score." + ending.lstrip(".")
        return self._core.to_bytes(name, set_all(_core.RenderOptions(), sound), progress)

    def render(self, *, progress: Optional[Progress] = None, **sound: Unpack[Sound]) -> NDArray[np.float32]:
        """The sound: (frames, 2), within -1 and 1.

        sample_rate: frames a second, 8000 to 96000 (44100). soundfont: a General MIDI soundfont's file, else that of the
        system. tail: seconds that may ring on (3). fade: seconds of fading out at the end (0). reverb: True. loudness: LUFS,
        -60 to -6; absent: one gain for all music.
        Raises NotFound where there is no soundfont or no FluidSynth (Debian: fluid-soundfont-gm, libfluidsynth3),
        InvalidInput for a file that is no soundfont or a value out of range.
        """
        return self._core.render(set_all(_core.RenderOptions(), sound), progress)

    def to_symusic(self) -> Any:
        """A symusic.Score. Raises ImportError where symusic is not installed; so do the next three."""
        return convert.to_symusic(self.to_bytes("mid"))

    def to_pretty_midi(self) -> Any:
        """A pretty_midi.PrettyMIDI."""
        return convert.to_pretty_midi(self.to_bytes("mid"))

    def to_music21(self) -> Any:
        """A music21.stream.Score of the page: written notes, not performed ones."""
        return convert.to_music21(self.to_bytes("musicxml"))

    def to_partitura(self) -> Any:
        """A partitura.score.Score of the page: written notes, not performed ones."""
        return convert.to_partitura(self.to_bytes("musicxml"))

    def _repr_html_(self) -> str:
        return notebook.page(self)

    def __repr__(self) -> str:
        notes = sum(len(part.notes) for part in self.parts)
        return f"<Score {self.title!r}: {len(self.parts)} parts, {notes} notes, {self.seconds:.1f} s, seed {self.seed}>"
