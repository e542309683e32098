#!/usr/bin/python3
"""Plays the bodies of composed loops four times in a row and measures their seams, by an independent reader.

Usage: tests/peers/check_loops.py --program build/test/bin/story2midi [--pieces 6] [--palette NAME...]
Prints a line per piece. The loop is that of the chunk smpl.
  click   the sample's step over the seam, beside the largest step within a tenth of a second around it in the plain sound
  flux    spectral flux (positive change of the log spectrum, 1024 samples, a quarter apart): the largest at the seams, beside
          that at the same bar line where it is first heard, and the largest anywhere in the body
  chords  the last of the body and its first, of the plan; the joint fits where the last is the first one's dominant seventh
Exit code 1 where a seam's step is larger than any beside it, its flux over MOST_FLUX of the first's, or a joint does not fit. Without numpy nothing is checked, which is
said.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

try:
    import numpy
except ImportError:
    print("check_loops: no numpy, nothing checked")
    sys.exit(0)

STORY = "The gate opened, and the army poured in. She ran into the dark garden and wept until the morning came."
NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
TIMES = 4
MOST_FLUX = 1.15
HOP = 256


def read_wav(path):
    """Samples (frames x channels) of 16 bits, the sample rate, and the first and last frame of its loop."""
    with open(path, "rb") as file:
        data = file.read()
    number = lambda body, at: int.from_bytes(body[at:at + 4], "little")
    at, loop = 12, None
    while at + 8 <= len(data):
        name, size = data[at:at + 4], number(data, at + 4)
        body = data[at + 8:at + 8 + size]
        if name == b"fmt ":
            rate = number(body, 4)
        if name == b"data":
            samples = numpy.frombuffer(body, "<i2").reshape(-1, 2) / 32768
        if name == b"smpl":
            assert number(body, 28) == 1, "one loop"
            loop = number(body, 44), number(body, 48)
        at += 8 + size + size % 2
    assert at == len(data) and loop, f"{path}: no loop"
    return samples, rate, loop


def flux_of(mono, window=1024):
    count = (len(mono) - window) // HOP
    frames = numpy.stack([mono[i * HOP:i * HOP + window] for i in range(count)]) * numpy.hanning(window)
    spectrum = numpy.log1p(1000 * numpy.abs(numpy.fft.rfft(frames)))
    return numpy.maximum(0, numpy.diff(spectrum, axis=0)).sum(axis=1)


def pitch_class(chord):
    return (NOTES[chord[0]] + chord[1:].count("#") - chord[1:].split("7")[0].split("m")[0].count("b")) % 12


def fits(last, first):
    return last[1:].lstrip("#b") == "7" and (pitch_class(last) - pitch_class(first)) % 12 == 7


def check(program, palette, seed, folder):
    sound, score = os.path.join(folder, "loop.wav"), os.path.join(folder, "loop.json")
    subprocess.run([program, "compose", "--text", STORY, "--palette", palette, "--bars", "16", "--seed", str(seed), "--drafts", "1",
                    "--loop", "-o", sound, "-o", score], check=True, stdout=subprocess.DEVNULL)
    samples, rate, (start, last) = read_wav(sound)
    body = samples[start:last + 1]
    assert last + 1 == len(samples), "the sound ends with its loop"
    mono = numpy.concatenate([body] * TIMES).mean(axis=1)
    length, near = len(body), rate // 10
    steps = numpy.abs(numpy.diff(mono))
    seams = [i * length for i in range(1, TIMES)]
    click = max(steps[seam - 1] / max(numpy.r_[steps[seam - near:seam - 1], steps[seam:seam + near]].max(), 1e-9)
                for seam in seams)
    around = 4096  # samples to either side; both pieces of sound lie on the same grid
    flux_at = lambda sound, at: flux_of(sound[at - around:at + around]).max()
    seam, first = max(flux_at(mono, at) for at in seams), flux_at(samples.mean(axis=1), start)
    largest = flux_of(body.mean(axis=1)).max()
    with open(score, encoding="utf-8") as file:
        piece = json.load(file)
    bars = [bar for section in piece["plan"]["sections"] for bar in section["bars"]]
    chord = lambda bar, end: (bar.get("chord") or [c["chord"] for c in bar["chords"]][end])
    ends = chord(bars[-1], -1), chord(bars[4], 0)
    print(f"{palette:<18} seed {seed}  body {length / rate:6.2f} s  click {click:.2f}  flux {seam:6.1f} (first {first:6.1f}, "
          f"largest {largest:6.1f})  chords {ends[0]} -> {ends[1]}")
    return click <= 1 and seam <= MOST_FLUX * first and fits(*ends)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--pieces", type=int, default=6)
    parser.add_argument("--palette", nargs="*", default=["piano", "string-quartet", "orchestra", "rock-band", "synth", "music-box"])
    options = parser.parse_args()
    good = True
    for seed in range(1, options.pieces + 1):
        with tempfile.TemporaryDirectory() as folder:
            palette = options.palette[(seed - 1) % len(options.palette)]
            good = check(options.program, palette, seed, folder) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
