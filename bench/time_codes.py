#!/usr/bin/python3
"""Composes a three-minute script to twelve cues, and a film's cut, and prints each time as the file holds it.

Usage: bench/time_codes.py PROGRAM        (from the repository's root)

The error of a cue is measured in the piece that was saved, from its tempos: of a section where its marker stands, of a hit the
nearest half beat on which a note begins, of a silence where the nearest note ends, of the end the length.
"""
import json
import os
import subprocess
import sys
import tempfile

STORY = "lab/texts/stories/lighthouse.txt"  # 337 words: two minutes and a half of speech, with pauses three
CUES = """time,kind,end,text
0,section,,For eleven years
0:31.2,section,,It was on the last night
0:39,hit,,
0:47.5,section,,Marit ran
1:01.8,hit,,
1:16,silence,1:19.5,
1:19.5,section,,Use my bottles
1:33.3,hit,,
1:52,section,,They sat on the top step
2:14.4,section,,In the spring
2:31,hit,,
3:00,end,,
"""
# Frames of 25 a second; a cut within eight seconds of the last section is a hit, and so is a locator.
CUTS = ["00:00", "09:12", "13:05", "24:00", "31:20", "42:08", "58:11", "01:02:03", "01:14:00", "01:29:06"]
LOCATORS = ["18:10", "52:00", "01:20:15"]
EDL_END = "01:40:00"


def edl():
    lines = ["TITLE: THE LIGHTHOUSE", "FCM: NON-DROP FRAME", ""]
    for number, (start, end) in enumerate(zip(CUTS, CUTS[1:] + [EDL_END]), 1):
        start, end = timecode_of(start), timecode_of(end)
        lines.append(f"{number:03}  REEL{number:02}   V     C        {start} {end} {start} {end}")
        lines += [f"* LOC: {timecode_of(place)} RED     locator" for place in LOCATORS
                  if start <= timecode_of(place) < end]
    return "\n".join(lines) + "\n"


# "09:12" is nine seconds and twelve frames.
def timecode_of(short):
    parts = short.split(":")
    return "01:" + ":".join(["00"] * (3 - len(parts)) + parts)


class Seconds:
    """Of a tick, by the tempos of a saved piece."""

    def __init__(self, piece):
        self.per_quarter = piece["ticks_per_quarter"]
        self.tempos = [(tempo["start_ticks"], tempo["bpm"]) for tempo in piece["tempos"]]

    def at(self, ticks):
        seconds = 0
        ends = [start for start, _ in self.tempos[1:]] + [ticks]
        for (start, bpm), end in zip(self.tempos, ends):
            seconds += max(0, min(end, ticks) - start) / self.per_quarter * 60 / bpm
        return seconds


def measured(cue, piece, seconds):
    wanted = cue["seconds"]
    starts = sorted({note[0] for track in piece["tracks"] for note in track["notes"]})
    if cue["kind"] == "section":
        found = [seconds.at(marker["start_ticks"]) for marker in piece["markers"]]
    elif cue["kind"] == "hit":
        found = [seconds.at(start) for start in starts if start % (piece["ticks_per_quarter"] // 2) == 0]
    else:
        found = [seconds.at(note[0] + note[1]) for track in piece["tracks"] for note in track["notes"]]
    return min(found, key=lambda time: abs(time - wanted))


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("script.csv", CUES), ("cut.edl", edl())):
            cues, out = os.path.join(folder, name), os.path.join(folder, "piece.json")
            with open(cues, "w", encoding="utf-8") as file:
                file.write(text)
            told = subprocess.run([program, "compose", STORY, "--cues", cues, "--humanise", "0", "--json", "-q", "-o", out],
                                  check=True, capture_output=True, text=True).stdout
            summary = json.loads(told)
            with open(out, encoding="utf-8") as file:
                piece = json.load(file)
            seconds = Seconds(piece)
            length = summary["length_seconds"]
            wanted = {"script.csv": 180, "cut.edl": 100}[name]
            print(f"\n{name}: {length:.3f} s, {summary['bars']} bars\n")
            print("| cue | at, s | in the file, s | error, ms | told, ms | tempo bent, % |\n|---|---|---|---|---|---|")
            for cue in summary["cues"]:
                place = measured(cue, piece, seconds)
                print(f"| {cue['kind']} | {cue['seconds']:.2f} | {place:.3f} | {1000 * abs(place - cue['seconds']):.1f} | "
                      f"{abs(cue['error_ms']):.1f} | {cue.get('bend_percent', 0):.1f} |")
            print(f"| end | {wanted:.2f} | {length:.3f} | {1000 * abs(length - wanted):.1f} | | |")


if __name__ == "__main__":
    main()
