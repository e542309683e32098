"""A story becomes music: files, and the notes as arrays.  Usage: first_piece.py FOLDER"""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import story2midi

STORY = """The last ship had gone, and the harbour lay silent in the rain. She waited until the lamps went out.
Then, far over the water, a small light answered hers, and all the bells of the town began to ring for joy."""


def main(folder: Path) -> None:
    studio = story2midi.Studio()
    score = studio.compose(STORY, seed=5, bars=8)
    for ending in ("mid", "svg", "musicxml"):
        score.save(folder / f"harbour.{ending}")
    print(score)
    for part in score.parts:
        pitches = part.notes["pitch"]
        print(f"{part.name:14} {len(pitches):3} notes, keys {pitches.min()} to {pitches.max()}, "
              f"mean velocity {np.mean(part.notes['velocity']):.0f}")
    print("chords:", " ".join(score.chords["name"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
