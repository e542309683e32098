"""A plan is plain data: its last section becomes slow and soft, then it is composed.  Usage: edit_plan.py FOLDER"""
from __future__ import annotations

import json
import sys
from pathlib import Path

import story2midi

STORY = "All the bells of the town rang for joy. Then the last ship sank, and nobody came home."


def main(folder: Path) -> None:
    studio = story2midi.Studio()
    reading = studio.read(STORY)
    plan = studio.plan(reading, bars=16, tempo=112)
    for bar in plan["sections"][-1]["bars"]:
        bar["tempo_bpm"] = 60
        bar["dynamics"] = 40
    (folder / "plan.json").write_text(json.dumps(plan))  # `story2midi compose --plan plan.json` reads it
    score = studio.compose(reading, plan, seed=7)
    score.save(folder / "edited.mid")
    print(f"from {score.tempos['bpm'][0]:.0f} to {score.tempos['bpm'][-1]:.0f} quarter notes a minute")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
