"""Figures of whole pieces by PyPI's smg-metrics beside this program's notes at once.

    python3 -m venv build/smg && build/smg/bin/pip install smg-metrics
    build/smg/bin/python tests/peers/check_writing.py --program build/release/bin/story2midi FOLDER...

For each folder of MIDI files it prints medians: the entropy of the histogram of chords (bits), the notes at once,
the share of different 4-grams of pitch classes, and this program's notes at once of the same files.
"""
import argparse
import json
import math
import pathlib
import random
import statistics
import subprocess

from smg_metrics.harmony import chord_histogram_entropy
from smg_metrics.quality import polyphony
from smg_metrics.rhythm import ngram_diversity

MEASURES = {"chord entropy": chord_histogram_entropy, "notes at once": polyphony, "4-grams": ngram_diversity}
WHOLE = 1024  # bars


def median_of(measure, files):
    values = []
    for path in files:
        try:
            values.append(measure(path))
        except Exception as error:  # of the package, which refuses some files
            print(f"{path}: {error}")
    values = [value for value in values if not math.isnan(value)]
    return statistics.median(values) if values else math.nan


def own_notes_at_once(program, folder):
    command = [program, "evaluate", "writing", folder, "--window", str(WHOLE), "--json"]
    table = json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))
    return next(row["values"][0] for row in table["figures"] if row["name"] == "notes_at_once")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folders", nargs="+")
    arguments.add_argument("--program", help="story2midi, for its own figure")
    arguments.add_argument("--sample", type=int, default=100, help="files of each folder, drawn by a fixed seed")
    options = arguments.parse_args()
    print(f"{'folder':<40}{'files':>6}" + "".join(f"{name:>15}" for name in MEASURES) + f"{'own at once':>15}")
    for folder in options.folders:
        files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix in (".mid", ".midi"))
        files = random.Random(1).sample(files, min(len(files), options.sample))
        cells = [median_of(measure, files) for measure in MEASURES.values()]
        cells.append(own_notes_at_once(options.program, folder) if options.program else math.nan)
        print(f"{folder[-38:]:<40}{len(files):>6}" + "".join(f"{cell:>15.3f}" for cell in cells))


if __name__ == "__main__":
    main()
