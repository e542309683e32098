"""The judge: a classifier of the emotion of music from its notes alone (models/judge/judge.md)."""
from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Union

from . import _core
from .score import Score

SHARE = Path(__file__).parent / "share" / "story2midi" / "models"


@dataclass(frozen=True)
class Judgement:
    """How pleasant and how excited music sounds."""

    valence: float  # -1 to 1
    arousal: float  # -1 to 1
    probabilities: tuple[float, float, float, float]
    """Of pleasant and excited, unpleasant and excited, unpleasant and calm, pleasant and calm music."""

    @property
    def quadrant(self) -> str:
        """The likeliest: "Q1" to "Q4", in the order of `probabilities`."""
        return f"Q{1 + self.probabilities.index(max(self.probabilities))}"


@lru_cache(maxsize=1)
def _judge() -> _core.Judge:
    return _core.Judge(str(SHARE / "judge" / "judge.json"))


def judge(music: Union[Score, str, "os.PathLike[str]"]) -> Judgement:
    """The emotion of a score, or of a MIDI or MusicXML file.

    Raises NotFound for a file that does not exist, InvalidInput for one that is damaged or has no notes.
    """
    if isinstance(music, Score):
        return Judgement(*_judge().judge_piece(music._core))
    return Judgement(*_judge().judge_file(os.fspath(music)))


def features(music: Union[Score, str, "os.PathLike[str]"]) -> dict[str, float]:
    """Musical features by name (docs/research/evaluation-music.md), of a score, or of a MIDI or MusicXML file.

    Raises as `judge` does; music without notes has features of 0.
    """
    if isinstance(music, Score):
        return dict(_core.features_of_piece(music._core))
    return dict(_core.features_of_file(os.fspath(music)))
