"""story2midi: reads a story and writes music that feels like it.

    import story2midi
    studio = story2midi.Studio()
    studio.compose("She ran laughing into the sea.", seed=5, bars=8).save("sea.mid")

The work is done by the C++ library that the program `story2midi` uses: the same text, options and seed give the same
bytes. What goes wrong is an exception of `story2midi.errors`.
"""
from ._core import commit, label_names, version
from .arrays import CHORD, CHORD_QUALITIES, NOTE, TEMPO
from .errors import BrokenModel, Cancelled, Error, InvalidInput, LimitExceeded, NotFound, SystemFault, Unsupported
from .judging import Judgement, features, judge
from .plans import BarChord, BarPlan, BarTheme, Cue, Plan, Section, Theme, ThemeNote
from .reading import Reading
from .score import Part, Score
from .studio import Bar, Bars, Studio

LABELS: tuple[str, ...] = tuple(label_names())
"""Names of the columns of `Reading.labels`: the 28 emotions of GoEmotions."""
__version__: str = version
__commit__: str = commit

__all__ = [
    "Bar", "BarChord", "BarPlan", "BarTheme", "Bars", "BrokenModel", "CHORD", "CHORD_QUALITIES", "Cancelled", "Cue",
    "Error", "InvalidInput", "Judgement", "LABELS", "LimitExceeded", "NOTE", "NotFound", "Part", "Plan", "Reading",
    "Score", "Section", "Studio", "SystemFault", "TEMPO", "Theme", "ThemeNote", "Unsupported", "features", "judge",
]
