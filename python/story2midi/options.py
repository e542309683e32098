"""Options by name. They are those of the program; the library checks their values."""
from __future__ import annotations

import os
from typing import Any, Mapping, TypedDict, TypeVar, Union

from .errors import InvalidInput

PathLike = Union[str, "os.PathLike[str]"]


class Asked(TypedDict, total=False):
    """What the music shall be; what is absent follows from the story."""

    bars: int                # 1 to 4096
    duration: float          # seconds, 1 to 7200, kept exactly
    words_per_minute: float  # length by a reading speed, 20 to 1000
    cues: PathLike           # a file of times to keep: .csv, .tsv, .jsonl or .edl
    key: str                 # "D minor"
    scale: str               # "dorian"
    tempo: float             # quarter notes a minute, 20 to 300
    metre: str               # "3/4"
    valence: float           # -1 to 1, in place of the story's
    arousal: float
    palette: str             # which instruments play: "orchestra", "auto", ...
    themes: str              # "none", or lines such as "Anna: flute, 5 1:2 2 3"


class Composing(TypedDict, total=False):
    """How the music is written."""

    seed: int           # same seed, same bytes (1)
    temperature: float  # 0 takes the likeliest (1)
    top_p: float        # .98
    drafts: int         # of each phrase, of which the best is kept: 1 to 64 (4)
    humanise: float     # 0 as written, 1 performed (1)


class AskedComposing(Asked, Composing, total=False):
    """Both."""


class Sound(TypedDict, total=False):
    """How a score is played (Score.render)."""

    sample_rate: int
    soundfont: PathLike
    tail: float
    fade: float
    reverb: bool
    loudness: float


Target = TypeVar("Target")


def split(options: Mapping[str, Any], names: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options that the typed dictionary `names` has, and the others."""
    known = names.__annotations__
    return ({name: value for name, value in options.items() if name in known},
            {name: value for name, value in options.items() if name not in known})


def set_all(target: Target, options: Mapping[str, Any]) -> Target:
    """Sets options of an object of _core. Raises TypeError for an unknown name, InvalidInput for a value's type."""
    for name, value in options.items():
        setter = getattr(target, "set_" + name, None)
        if setter is None and (name.startswith("_") or not hasattr(target, name)):
            raise TypeError(f"unknown option {name!r}")
        try:
            if setter is None:
                setattr(target, name, value)
            else:
                setter(os.fspath(value))
        except TypeError:
            raise InvalidInput(f"{name}: cannot be {value!r}") from None
    return target
