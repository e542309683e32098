"""Figures of whole pieces by PyPI's smg-metrics beside this program's of the same files.

    python3 -m venv build/smg && build/smg/bin/pip install smg-metrics
    build/smg/bin/python tests/peers/check_writing.py --program build/release/bin/story2midi FOLDER...

For each folder of MIDI files it prints a table: the medians of both, the mean difference of a file's two figures, and
the rank correlation of the files. A figure of one side alone has no difference.
"""
import argparse
import json
import math
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile

from scipy.stats import spearmanr
from smg_metrics.harmony import chord_histogram_entropy, pitch_class_entropy, scale_consistency
from smg_metrics.quality import polyphony
from smg_metrics.rhythm import empty_beat_rate, grooving_pattern_similarity, ngram_diversity

# Their name, their function; ours: where in a piece of `evaluate music --json`.
PAIRS = [
    ("notes sounding", polyphony, ("quality", "polyphony")),
    ("pitch-class entropy, bits", pitch_class_entropy, ("features", "pitch_class_entropy")),
    ("scale consistency", scale_consistency, ("quality", "scale_consistency")),
    ("groove similarity", grooving_pattern_similarity, ("quality", "groove_similarity")),
    ("empty beats; ours: bars", empty_beat_rate, ("quality", "empty_bar_share")),
    ("chord entropy, bits", chord_histogram_entropy, None),
    ("different 4-grams", ngram_diversity, None),
]
WHOLE = "1024"  # bars


def value_of(measure, path):
    try:
        return float(measure(path))
    except Exception as error:  # of the package, which refuses some files
        print(f"{path}: {error}")
        return math.nan


def own_figures(program, files):
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(files):
            shutil.copy(path, f"{folder}/{number:06}.mid")
        command = [program, "evaluate", "music", folder, "--window", WHOLE, "--json"]
        return json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))


def median(values):
    values = [value for value in values if not math.isnan(value)]
    return statistics.median(values) if values else math.nan


def row(name, theirs, ours):
    both = [(a, b) for a, b in zip(theirs, ours) if not math.isnan(a) and not math.isnan(b)]
    cells = [median(theirs), median(ours), math.nan, math.nan]
    if both:
        cells[2] = statistics.mean(b - a for a, b in both)
    if len({a for a, _ in both}) > 1 and len({b for _, b in both}) > 1:
        cells[3] = spearmanr(*zip(*both)).statistic
    print(f"{name:<28}" + "".join("         -" if math.isnan(cell) else f"{cell:>10.3f}" for cell in cells))


def compare(folder, options):
    files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.suffix in (".mid", ".midi"))
    files = random.Random(1).sample(files, min(len(files), options.sample))
    own = own_figures(options.program, files)
    assert len(own["each"]) == len(files), "a file that one side cannot read"
    print(f"\n{folder}, {len(files)} files\n{'':<28}" + "".join(f"{head:>10}" for head in ("smg", "ours", "more", "ranks")))
    for name, measure, place in PAIRS:
        ours = [piece[place[0]][place[1]] if place else math.nan for piece in own["each"]]
        row(name, [value_of(measure, str(path)) for path in files], ours)
    at_once = next(figure for figure in own["writing"]["figures"] if figure["name"] == "notes_at_once")
    row("notes at once (writing)", [], at_once["values"])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folders", nargs="+")
    arguments.add_argument("--program", required=True, help="story2midi, for its own figures")
    arguments.add_argument("--sample", type=int, default=100, help="files of each folder, drawn by a fixed seed")
    options = arguments.parse_args()
    for folder in options.folders:
        compare(folder, options)


if __name__ == "__main__":
    main()
