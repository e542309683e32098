#!/usr/bin/python3
"""Checks the stems of composed pieces by an independent reader: the same frames in all, and their sum beside the mix.

Usage: tests/peers/check_stems.py --program build/test/bin/story2midi [--bars 8] [--palette NAME...]
Prints a line per palette: parts, frames, and by how many decibels the difference between the sum of the stems and the mix
lies below the mix (goal: 90). Exit code 1 where a palette misses it.
"""
import argparse
import array
import glob
import math
import os
import subprocess
import sys
import tempfile

PALETTES = ("piano four-hands string-quartet string-orchestra chamber orchestra piano-cello guitar music-box synth chiptune "
            "rock-band").split()
GOAL = 90  # decibels
STORY = "The gate opened, and the army poured in. She ran into the dark garden and wept until the morning came."


def float_wav(path):
    """The samples of a WAV file of 32-bit floats, and its channels."""
    with open(path, "rb") as file:
        data = file.read()
    at, kind, channels, samples = 12, 0, 0, array.array("f")
    while at + 8 <= len(data):
        name, size = data[at:at + 4], int.from_bytes(data[at + 4:at + 8], "little")
        body = data[at + 8:at + 8 + size]
        if name == b"fmt ":
            kind, channels = int.from_bytes(body[:2], "little"), int.from_bytes(body[2:4], "little")
        if name == b"data":
            samples.frombytes(body)
        at += 8 + size + size % 2
    assert kind == 3 and channels == 2, f"{path}: format {kind}, {channels} channels"
    return samples


def check(program, palette, bars, folder):
    mix_file, stems = os.path.join(folder, "mix.wav"), os.path.join(folder, "stems")
    subprocess.run([program, "compose", "--text", STORY, "--palette", palette, "--bars", str(bars), "--drafts", "1", "-o",
                    mix_file, "--stems", stems], check=True, stdout=subprocess.DEVNULL)
    mix = float_wav(mix_file)
    files = sorted(glob.glob(os.path.join(stems, "*.wav")))
    difference = list(mix)
    for file in files:
        samples = float_wav(file)
        assert len(samples) == len(mix), f"{file}: {len(samples) // 2} frames beside {len(mix) // 2}"
        difference = [a - b for a, b in zip(difference, samples)]
    power, rest = sum(x * x for x in mix), sum(x * x for x in difference)
    decibels = 10 * math.log10(power / rest) if rest else math.inf
    print(f"{palette:<18} {len(files):>3} parts {len(mix) // 2:>9} frames {decibels:7.1f} dB")
    return decibels >= GOAL


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--bars", type=int, default=8)
    parser.add_argument("--palette", nargs="*", default=PALETTES)
    options = parser.parse_args()
    good = True
    for palette in options.palette:
        with tempfile.TemporaryDirectory() as folder:
            good = check(options.program, palette, options.bars, folder) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
