"""Music of four moods, as a classifier judges it.  Usage: moods_judged.py FOLDER

The judge knows the notes alone (models/judge/judge.md). Each row is the mean over a few seeds.
"""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import story2midi

MOODS = {"Q1": (.7, .7), "Q2": (-.7, .7), "Q3": (-.7, -.7), "Q4": (.7, -.7)}
SEEDS = 3


def main(folder: Path) -> None:
    studio = story2midi.Studio()
    print("asked  valence  arousal  judged  valence  arousal")
    for quadrant, (valence, arousal) in MOODS.items():
        scores = [studio.compose(valence=valence, arousal=arousal, bars=16, seed=seed) for seed in range(SEEDS)]
        judged = [story2midi.judge(score) for score in scores]
        hits = sum(one.quadrant == quadrant for one in judged)
        means = np.mean([(one.valence, one.arousal) for one in judged], axis=0)
        print(f"{quadrant:5} {valence:+8.2f} {arousal:+8.2f}  {hits} of {SEEDS}  {means[0]:+7.2f} {means[1]:+8.2f}")
        scores[0].save(folder / f"{quadrant}.mid")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
