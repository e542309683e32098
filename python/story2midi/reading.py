"""The emotion of a story, passage by passage."""
from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import _core


class Reading:
    """What `Studio.read` yields: n passages and their emotions, in the story's order."""

    def __init__(self, core: _core.Reading) -> None:
        self._core = core

    @property
    def title(self) -> str:
        """Of the story; empty where it states none."""
        return self._core.title

    @property
    def notes(self) -> list[str]:
        """What was left out of the story, such as a licence's text: a line each."""
        return self._core.notes

    @cached_property
    def passages(self) -> list[str]:
        """The texts of the passages, n of them."""
        return self._core.passages

    @cached_property
    def spans(self) -> NDArray[np.int64]:
        """(n, 2): first byte of each passage in the story's UTF-8, and the byte after its last."""
        return self._core.spans()

    @cached_property
    def valence(self) -> NDArray[np.float64]:
        """(n,): -1 unpleasant to 1 pleasant."""
        return self._core.valence()

    @cached_property
    def arousal(self) -> NDArray[np.float64]:
        """(n,): -1 calm to 1 excited."""
        return self._core.arousal()

    @cached_property
    def uncertainty(self) -> NDArray[np.float64]:
        """(n, 2): standard deviations of the errors of valence and arousal; NaN where they are not known."""
        return self._core.uncertainty()

    @cached_property
    def labels(self) -> NDArray[np.float64]:
        """(n, 28): probabilities of `story2midi.LABELS`; (0, 28) where labels were not read."""
        return self._core.labels()

    @property
    def mean(self) -> tuple[float, float]:
        """Valence and arousal of the whole, weighted by the passages' lengths."""
        return self._core.mean()

    def to_json(self) -> dict[str, Any]:
        """What `story2midi feel --json` prints of the curve (docs/reference/schemas/curve.schema.json)."""
        curve: dict[str, Any] = json.loads(self._core.to_json())
        return curve

    def __len__(self) -> int:
        return len(self.passages)

    def __repr__(self) -> str:
        valence, arousal = self.mean
        return f"<Reading: {len(self)} passages, valence {valence:+.2f}, arousal {arousal:+.2f}>"
