"""Stories in, music out."""
from __future__ import annotations

import json
import os
import queue
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional, Sequence, Union

from numpy.typing import NDArray

from . import _core
from .arrays import NOTE, table
from .errors import Cancelled, InvalidInput
from .judging import SHARE
from .options import Asked, Composing, set_all, split
from .plans import Plan
from .reading import Reading
from .score import Progress, Score

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import AskedComposing

Story = Union[str, "os.PathLike[str]", Reading, None]
"""A text, the path of a file (pathlib.Path), a reading, or None for music without a story."""


@dataclass(frozen=True)
class Bar:
    """A bar as soon as it is written. Times of its last notes may still change by some milliseconds."""

    number: int  # counted from 1
    start_seconds: float
    length_seconds: float
    notes: dict[str, NDArray[Any]]
    """By track, (n,) of dtype `story2midi.NOTE`; seconds and ticks count from the piece's start."""


class Studio:
    """The opened models. It may be used from many threads; pickled, it is opened anew where it is unpickled.

    models: a folder with encoder.safetensors and decoder.safetensors, else $S2M_MODELS, else the weights of the package.
    threads: 0 is one for each core; the music does not depend on it.
    Raises NotFound for a folder without models, BrokenModel for damaged ones.
    Every call releases the GIL. Ctrl-C ends a call of the main thread within a bar or a passage.
    """

    def __init__(self, models: Union[str, "os.PathLike[str]", None] = None, threads: int = 0) -> None:
        self.models = os.fspath(models or os.environ.get("S2M_MODELS") or SHARE / "base")
        self.threads = threads
        self._core = _core.Studio(self.models, threads)

    def __reduce__(self) -> tuple[type, tuple[str, int]]:
        return Studio, (self.models, self.threads)

    def read(self, story: Union[str, "os.PathLike[str]"], *, progress: Optional[Progress] = None) -> Reading:
        """The emotion along a story: a text (str), or a file (pathlib.Path) that is read by its ending.

        progress: called with passages done and all. Raises InvalidInput for what is no story, NotFound, Unsupported.
        """
        if isinstance(story, str):
            return Reading(self._core.read_text(story, progress))
        return Reading(self._core.read_file(os.fspath(story), progress))

    def plan(self, story: Story = None, **asked: Unpack[Asked]) -> Plan:
        """The plan of a story's music: plain data, to look at and to change. Raises InvalidInput for an option out of range.

        asked: what the music shall be (story2midi.options.Asked). Without a story valence and arousal are needed.
        """
        return self._plan(self._reading(story, asked), asked)

    def compose(self, story: Story = None, plan: Optional[Plan] = None, *, progress: Optional[Progress] = None,
                **options: Unpack[AskedComposing]) -> Score:
        """The music of a story; the same bytes as the program's for the same options.

        plan: else that of the story, as the options ask (story2midi.options.Asked and Composing).
        progress: called with bars done and all. Raises InvalidInput, which names the option or the plan's member;
        Cancelled.
        """
        return self._compose(story, plan, dict(options), (progress, None))

    def bars(self, story: Story = None, plan: Optional[Plan] = None, **options: Unpack[AskedComposing]) -> Bars:
        """The same as an iterator of bars, each as soon as it is written: `with studio.bars(text) as bars: ...`.

        A thread composes ahead. Leaving the iterator ends it; `bars.score` is the whole piece after the last bar.
        """
        def work(on_bar: Callable[[tuple[Any, ...]], None]) -> Score:
            return self._compose(story, plan, dict(options), (None, on_bar))

        return Bars(work)

    def change(self, piece: Union[Score, str, "os.PathLike[str]"], *, only: Sequence[str] = (), lock: Sequence[str] = (),
               story: Story = None, progress: Optional[Progress] = None, **how: Unpack[Composing]) -> Score:
        """A piece of which a part is written anew; the same bytes as the program's `compose --from`.

        piece: a score, or the file of one that was saved as .json. only: "section:3", "section:2-3", "bars:17-24",
        "part:melody", "part:bass", "part:accompaniment", counted from 1; none: the whole piece. lock: what stays of it:
        "harmony", "melody", "rhythm". story: that of the piece; without it the new bars are not told its words.
        how: `seed` (else the piece's and 1), `humanise` (else the piece's), `temperature`, `top_p`, `drafts`.
        Raises InvalidInput for words that cannot be read, Unsupported for a piece without a plan, Cancelled.
        """
        saved = (_core.SavedPiece.of_json(piece.to_bytes("json").decode()) if isinstance(piece, Score)
                 else _core.SavedPiece.of_file(os.fspath(piece)))
        options: dict[str, Any] = {"seed": saved.seed + 1, "humanise": saved.humanise, **how}
        reading = _core.Reading(0, 0) if story is None else self._reading(story, {})._core
        composing = set_all(_core.ComposeOptions(), options)
        return Score(self._core.change(saved, (list(only), list(lock)), reading, (composing, progress)))

    def _reading(self, story: Story, asked: Any) -> Reading:
        if isinstance(story, Reading):
            return story
        if story is not None:
            return self.read(story)
        if "valence" not in asked or "arousal" not in asked:
            raise InvalidInput("compose: without a story: expected valence and arousal")
        return Reading(_core.Reading(asked["valence"], asked["arousal"]))

    def _plan(self, reading: Reading, asked: Any) -> Plan:
        plan: Plan = json.loads(self._core.plan(reading._core, set_all(_core.PlanOptions(), asked)))
        return plan

    def _compose(self, story: Story, plan: Optional[Plan], options: dict[str, Any], callbacks: tuple[Any, Any]) -> Score:
        how, asked = split(options, Composing)
        composing = set_all(_core.ComposeOptions(), how)
        if plan is not None and asked:
            raise InvalidInput("compose: a plan says already: " + ", ".join(asked))
        if story is None and plan is not None:
            bar = plan["sections"][0]["bars"][0]
            asked = {"valence": bar["valence"], "arousal": bar["arousal"]}
        reading = self._reading(story, asked)
        if plan is None:
            written = self._core.plan(reading._core, set_all(_core.PlanOptions(), asked))
        else:
            written = json.dumps(plan)
        return Score(self._core.compose(reading._core, written, composing, callbacks))


class Bars(Iterator[Bar]):
    """Bars while they are written. `score` is there after the last."""

    def __init__(self, work: Callable[[Callable[[tuple[Any, ...]], None]], Score]) -> None:
        self.score: Optional[Score] = None
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._is_left = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Callable[[tuple[Any, ...]], None]], Score]) -> None:
        try:
            self.score = work(self._put)
            self._queue.put(None)
        except BaseException as error:  # raised again where the bars are wanted
            self._queue.put(error)

    def _put(self, bar: tuple[Any, ...]) -> None:
        if self._is_left.is_set():
            raise Cancelled("cancelled")
        number, start, length, parts = bar
        self._queue.put(Bar(number, start, length, {name: table(rows, NOTE) for name, rows in parts.items()}))

    def __next__(self) -> Bar:
        if self._is_left.is_set():
            raise StopIteration
        item = self._queue.get()
        if isinstance(item, Bar):
            return item
        self.close()
        if item is None:
            raise StopIteration
        raise item

    def close(self) -> None:
        """Ends the work."""
        self._is_left.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        self._is_left.set()
