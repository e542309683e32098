#!/usr/bin/python3
"""Composes whole stories and prints a table: words, scenes, bars, seconds of music, time to compose, peak memory.

Usage: bench/whole_stories.py PROGRAM STORY...      (200 words a minute, an hour at most; piano, then orchestra)
"""
import json
import os
import subprocess
import sys
import tempfile
import time

WORDS_PER_MINUTE, LONGEST = 200, 3600


def compose(program, story, seconds, palette, folder):
    out = os.path.join(folder, "piece.json")
    start = time.monotonic()
    process = subprocess.Popen([program, "compose", story, "--duration", str(seconds), "--palette", palette, "-q", "-o",
                                out])
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{story}: compose failed")
    with open(out, encoding="utf-8") as file:
        return json.load(file)["plan"], time.monotonic() - start, usage.ru_maxrss / 1024


def main():
    program, *stories = sys.argv[1:]
    print("| story | words | scenes | bars | music, s | piano | orchestra | names with themes |")
    print("|---|---|---|---|---|---|---|---|")
    for story in stories:
        with open(story, encoding="utf-8", errors="replace") as file:
            words = len(file.read().split())
        seconds = min(LONGEST, max(60, round(words * 60 / WORDS_PER_MINUTE)))
        cells = []
        with tempfile.TemporaryDirectory() as folder:
            for palette in ("piano", "orchestra"):
                plan, taken, memory = compose(program, story, seconds, palette, folder)
                cells.append(f"{taken:.1f} s, {memory:.0f} MB")
        bars = sum(len(section["bars"]) for section in plan["sections"])
        names = ", ".join(theme["name"] for theme in plan["themes"] if "name" in theme)
        name = os.path.splitext(os.path.basename(story))[0].replace("_the_", "_").replace("_", " ")
        print(f"| {name} | {words:,} | {len(plan['sections'])} | {bars} | {seconds} | {' | '.join(cells)} | {names} |",
              flush=True)


if __name__ == "__main__":
    main()
