"""Each bar is there as soon as it is written: for a player, or a game.  Usage: bars_as_written.py FOLDER"""
from __future__ import annotations

import sys
import time
from pathlib import Path

import story2midi

STORY = "The harbour lay silent in the rain. Far over the water, a small light answered hers."


def main(folder: Path) -> None:
    studio = story2midi.Studio()
    start = time.monotonic()
    with studio.bars(STORY, bars=16) as bars:
        for bar in bars:
            notes = sum(map(len, bar.notes.values()))
            print(f"bar {bar.number:2} at {bar.start_seconds:5.1f} s: {notes:2} notes, "
                  f"written after {1000 * (time.monotonic() - start):.0f} ms")
    assert bars.score is not None
    bars.score.save(folder / "bars.mid")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
