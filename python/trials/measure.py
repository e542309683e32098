#!/usr/bin/env python3
"""Measures the installed package: opening, composing, a notebook's picture, the cost of a call, memory in a loop.

Usage: measure.py [--pieces 1000]     Prints a table of Markdown.
"""
from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Callable

import story2midi

STORY = "The last ship had gone, and the harbour lay silent in the rain. Then all the bells began to ring for joy."


def resident_megabytes() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


def processor_seconds(work: Callable[[], object], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def seconds(work: Callable[[], object], times: int = 1) -> float:
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pieces", type=int, default=1000)
    options = parser.parse_args()
    print("| what | figure |\n|---|---|")
    print(f"| opening the weights | {1000 * seconds(story2midi.Studio):.0f} ms |")
    studio = story2midi.Studio(threads=1)
    score = studio.compose(STORY, seed=5, bars=8)
    spent = processor_seconds(lambda: studio.compose(STORY, seed=5, bars=8), 10)
    print(f"| reading and composing 8 bars, processor time | {1000 * spent:.1f} ms |")
    print(f"| a notebook's picture and player | {1000 * seconds(score._repr_html_):.0f} ms |")
    print(f"| a call (`score.seconds`) | {1e6 * seconds(lambda: score.seconds, 100_000):.2f} µs |")
    print(f"| notes of three parts as arrays | {1e6 * seconds(score._core.parts, 1000):.0f} µs |")
    before = 0.0
    for piece in range(options.pieces + 1):
        if piece == options.pieces // 10:
            before = resident_megabytes()
        made = studio.compose(STORY, seed=piece, bars=8)
        assert made.to_bytes("mid") and len(made.parts) > 0 and len(made.chords) > 0
    after = resident_megabytes()
    print(f"| memory after {options.pieces // 10} pieces, after {options.pieces} | {before:.0f} MB, {after:.0f} MB |")


if __name__ == "__main__":
    main()
