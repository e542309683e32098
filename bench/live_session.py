#!/usr/bin/env python3
"""Times a session of `compose --live`: from a line's arrival to its section's first and last bar.

    python3 bench/live_session.py build/release/bin/story2midi [--drafts 4]

Twenty turns of a story are written one by one, each after the bars of the one before. Prints a row per turn and the
median and worst time in milliseconds; the piece that was saved is read back.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

TURNS = """You stand at the edge of a sleeping village. Smoke rises from one chimney.
A dog comes to you and licks your hand. You laugh.
You walk along the street. All the doors are closed.
Behind a window a child is crying.
You knock. Nobody answers.
You open the door. The room is dark and cold.
Something moves under the table!
A wolf leaps at you, its teeth bare. You fall.
You strike at it with your torch. It howls and burns.
The wolf runs into the night. Your arm bleeds.
The child looks at you and does not speak.
You take her hand. She is shaking.
Together you walk through the silent village.
At the well lies her mother, pale and still.
The child weeps. There is nothing that you can say.
You kneel down. The mother breathes!
You carry her home and light the fire.
Slowly the warmth comes back into her face.
She opens her eyes, and the child laughs and cries at once.
Outside the sun rises, and the whole village begins to sing.""".splitlines()


def session(program: str, options: list[str], midi: str) -> list[tuple[float, float]]:
    """Milliseconds to the first and to the last bar of each turn."""
    command = [program, "compose", "--live", "-q", "-o", midi, *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as live:
        times = []
        for turn in TURNS:
            start = time.perf_counter()
            live.stdin.write(turn + "\n")
            live.stdin.flush()
            bars = []
            for _ in range(4):
                json.loads(live.stdout.readline())
                bars.append(1000 * (time.perf_counter() - start))
            times.append((bars[0], bars[-1]))
        live.stdin.close()
        live.stdout.read()
    if live.returncode != 0:
        raise SystemExit(f"compose --live failed: {live.returncode}")
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--drafts", default="4")
    parser.add_argument("--palette", default="piano")
    parser.add_argument("--json", action="store_true", help="print the times as JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        midi = str(pathlib.Path(folder) / "session.mid")
        times = session(arguments.program, ["--drafts", arguments.drafts, "--palette", arguments.palette], midi)
        told = subprocess.run([arguments.program, "inspect", midi], check=True, capture_output=True, text=True).stdout
    first, last = ([row[i] for row in times] for i in (0, 1))
    figures = {
        "turns": len(times),
        "first_turn_ms": round(last[0], 1),
        "first_bar_median_ms": round(statistics.median(first[1:]), 1),
        "section_median_ms": round(statistics.median(last[1:]), 1),
        "section_worst_ms": round(max(last[1:]), 1),
    }
    if arguments.json:
        print(json.dumps(figures))
        return
    for number, (a, b) in enumerate(times, 1):
        print(f"turn {number:2}  first bar {a:6.1f} ms  section {b:6.1f} ms")
    print(f"after the first: median {figures['section_median_ms']} ms, worst {figures['section_worst_ms']} ms")
    print(told.splitlines()[0])


if __name__ == "__main__":
    main()
