#!/usr/bin/python3
"""How fast `story2midi render` is beside the program `fluidsynth` on the same files: a minute of piano and of orchestra.

Usage: bench/fluidsynth_rates.py PROGRAM [SOUNDFONT]
Prints the processor time of both (median of five), the ratio of their speeds (goal: .95 or better), and the loudness of a sad and
a wild piece as it is and with --loudness -16.
"""
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile

FONT = "/usr/share/sounds/sf2/FluidR3_GM.sf2"
STORY = "The gate opened, and the army poured in. She ran into the dark garden and wept until the morning came."
ROUNDS = 5


def seconds(command):
    times = []
    for _ in range(ROUNDS + 1):  # the first warms up
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times[1:])


def rates(program, font):
    print("a minute of       story2midi  fluidsynth   speed")
    for palette in "piano", "orchestra":
        subprocess.run([program, "compose", "--text", STORY, "--palette", palette, "--duration", "60", "-o", "a.mid"], check=True,
                       stdout=subprocess.DEVNULL)
        ours = seconds([program, "render", "a.mid", "-o", "a.wav", "--soundfont", font])
        theirs = seconds(["fluidsynth", "-ni", "-r", "44100", "-F", "b.wav", font, "a.mid"])
        print(f"{palette:<18}{ours:9.2f} s{theirs:10.2f} s{theirs / ours:8.2f}")


def loudness(program, font):
    print("loudness, LUFS      as it is   --loudness -16")
    for name, valence, arousal in (("sad", "-0.7", "-0.6"), ("wild", "-0.7", "0.9")):
        subprocess.run([program, "compose", "--text", STORY, "--valence", valence, "--arousal", arousal, "--bars", "16", "-o",
                        "a.mid"], check=True, stdout=subprocess.DEVNULL)
        found = []
        for more in [], ["--loudness", "-16"]:
            out = subprocess.run([program, "render", "a.mid", "-o", "a.wav", "--soundfont", font, *more], check=True,
                                 capture_output=True, text=True).stdout
            found.append(float(re.search(r"(-[\d.]+) LUFS", out)[1]))
        print(f"{name:<18}{found[0]:10.1f}{found[1]:17.1f}")


def main():
    program, font = os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else FONT
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        rates(program, font)
        loudness(program, font)
        os.chdir("/")


if __name__ == "__main__":
    main()
