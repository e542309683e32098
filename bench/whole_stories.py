#!/usr/bin/python3
"""Composes whole stories and prints a table: words, scenes, bars, seconds of music, time to compose, peak memory.

Usage: bench/whole_stories.py PROGRAM STORY...      (200 words a minute, an hour at most; piano, then orchestra)
       bench/whole_stories.py PROGRAM --subtitles STORY      (an hour's .srt of its first 12,000 words, to its own times)
"""
import json
import os
import re
import sys
import tempfile
import time

WORDS_PER_MINUTE, LONGEST = 200, 3600


def clock(seconds):
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{thousandths:03}"


# Captions of twelve words at most, which end where sentences do.
def subtitles(text, seconds):
    words, captions, now = text.split(), [], 0.0
    while words and now < seconds:
        count = min(12, len(words))
        count = next((i for i in range(1, count) if re.search(r'[.!?]["\']?$', words[i - 1])), count)
        end = min(seconds, now + count * 60 / WORDS_PER_MINUTE)
        captions.append(f"{len(captions) + 1}\n{clock(now)} --> {clock(end)}\n{' '.join(words[:count])}\n")
        words, now = words[count:], end
    return "\n".join(captions)


# `seconds`: None for a story with times of its own. Time is the processor's, of both threads, and the clock's.
def compose(program, story, seconds, palette, folder):
    out = os.path.join(folder, "piece.json")
    length = [] if seconds is None else ["--duration", str(seconds)]
    start = time.monotonic()
    pid = os.posix_spawn(program, [program, "compose", story, *length, "--palette", palette, "-q", "-o", out], os.environ)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"{story}: compose failed")
    with open(out, encoding="utf-8") as file:
        return json.load(file)["plan"], (time.monotonic() - start, usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024


def worst_error(plan):
    errors = [abs(cue["error_ms"]) for cue in plan.get("cues", [])]
    return f", {len(errors)} times kept, worst error {max(errors):.1f} ms" if errors else ""


def print_row(program, story, words, seconds):
    cells = []
    with tempfile.TemporaryDirectory() as folder:
        for palette in ("piano", "orchestra"):
            plan, (taken, worked), memory = compose(program, story, seconds, palette, folder)
            cells.append(f"{taken:.1f} s ({worked:.1f} s), {memory:.0f} MB")
    bars = sum(len(section["bars"]) for section in plan["sections"])
    names = ", ".join(theme["name"] for theme in plan["themes"] if "name" in theme)
    name = os.path.splitext(os.path.basename(story))[0].replace("_the_", "_").replace("_", " ")
    print(f"| {name}{worst_error(plan)} | {words:,} | {len(plan['sections'])} | {bars} | {seconds or LONGEST} | "
          f"{' | '.join(cells)} | {names} |", flush=True)


def read(story):
    with open(story, encoding="utf-8", errors="replace") as file:
        return file.read()


def main():
    program, *stories = sys.argv[1:]
    program = os.path.abspath(program)
    print("| story | words | scenes | bars | music, s | piano (processor) | orchestra | names with themes |")
    print("|---|---|---|---|---|---|---|---|")
    if stories[0] == "--subtitles":
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "subtitles_of_" + os.path.splitext(os.path.basename(stories[1]))[0] + ".srt")
            with open(file, "w", encoding="utf-8") as out:
                out.write(subtitles(read(stories[1]), LONGEST))
            print_row(program, file, LONGEST * WORDS_PER_MINUTE // 60, None)
        return
    for story in stories:
        words = len(read(story).split())
        print_row(program, story, words, min(LONGEST, max(60, round(words * 60 / WORDS_PER_MINUTE))))


if __name__ == "__main__":
    main()
