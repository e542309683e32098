#!/usr/bin/python3
"""Changes between scale degrees in POP909's chord annotations, in percent: the tables of src/story2midi/plan/harmony.cpp.

Usage: tools/chord_bigrams.py FOLDER      POP909, with key_audio.txt and chord_midi.txt of every song in one key
"""
import collections
import pathlib
import sys

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SCALES = {"maj": [0, 2, 4, 5, 7, 9, 11], "min": [0, 2, 3, 5, 7, 8, 10]}


def pitch_class(name):
    return (LETTERS[name[0]] + name.count("#") - name.count("b", 1)) % 12


def song(folder):
    keys = [line.split()[2] for line in open(folder / "key_audio.txt") if line.strip()]
    if len(keys) != 1:
        return None, []
    tonic, mode = keys[0].split(":")
    degrees = []
    for line in open(folder / "chord_midi.txt"):
        chord = line.split()[2]
        root = (pitch_class(chord.split(":")[0].split("/")[0]) - pitch_class(tonic)) % 12 if chord != "N" else None
        degrees.append(SCALES[mode].index(root) if root in SCALES[mode] else None)
    return mode, degrees


def main():
    counts = {mode: collections.Counter() for mode in SCALES}
    for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        if (folder / "key_audio.txt").exists():
            mode, degrees = song(folder)
            if mode:
                pairs = zip(degrees, degrees[1:])
                counts[mode].update(p for p in pairs if None not in p and p[0] != p[1])
    for mode, pairs in counts.items():
        print(mode, sum(pairs.values()), "changes")
        for a in range(7):
            row = [pairs[a, b] for b in range(7)]
            print("  {" + ", ".join(f"{round(100 * n / sum(row))}" for n in row) + "},")


if __name__ == "__main__":
    main()
