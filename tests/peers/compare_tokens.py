"""Tokens of this program's events beside those of MidiTok's REMI for the same pieces, and what each loses.

    python3 -m venv build/tokens && build/tokens/bin/pip install miditok symusic
    build/tokens/bin/python tests/peers/compare_tokens.py --program build/release/bin/story2midi \
      pop909=corpora classicalpianomidi=corpora

CORPUS=FOLDER: a corpus that `story2midi dataset list` names and the folder that holds it; CORPUS=FILES/*.mid: files of
one's own, read as that corpus. An event is one step of the decoder; its kind and fields are choices. REMI gets each
piece as one track of a piano. Kept and timing compare a piece with itself after the round trip: the share of notes
that are there again, and the mean distance of their onsets in quarters (of ours by `dataset music`).
"""
import argparse
import collections
import glob
import json
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile

import symusic
from miditok import REMI, TokenizerConfig

BAR, END = 0, 5
KINDS = ["bar", "chord", "melody", "bass", "figure", "end", "start"]
TOKENIZERS = {
    "REMI, as it comes": TokenizerConfig(),
    "REMI, what we keep": TokenizerConfig(beat_res={(0, 12): 12}, use_velocities=False, use_time_signatures=True,
                                          use_tempos=True, use_chords=True),
}


class Shard:
    """Of the layout in lab/datasets/event_shard.h: the kinds of each piece's events."""

    def __init__(self, file):
        data = pathlib.Path(file).read_bytes()
        magic, _, json_bytes, pieces, _ = struct.unpack_from("<8s4Q", data)
        assert magic == b"S2MEVNT2", magic
        about = json.loads(data[40:40 + json_bytes])
        self.report, self.paths, self.vocabulary = about["about"][0], about["paths"], about["vocabulary"]
        start = 40 + json_bytes + 48 * pieces
        self.kinds = []
        for piece in range(pieces):
            first, count = struct.unpack_from("<2Q", data, 40 + json_bytes + 48 * piece + 8)
            self.kinds.append(data[start + 16 * first:start + 16 * (first + count):16])


def make_shard(program, corpus, place, sample):
    with tempfile.TemporaryDirectory() as folder:
        shard = f"{folder}/shard.events"
        command = [program, "dataset", "music", corpus, "--shard", shard, "--validation", "0"]
        if place.endswith(".mid"):
            data = pathlib.Path(folder, "data")
            (data / corpus).mkdir(parents=True)
            for file in glob.glob(place):
                shutil.copy(file, data / corpus)
        else:
            data = pathlib.Path(place)
            files = sorted(str(path.relative_to(data)) for path in (data / corpus).rglob("*.mid"))
            files = random.Random(1).sample(files, min(len(files), sample))
            table = pathlib.Path(folder, "list.tsv")
            table.write_text("path\tsplit\n" + "".join(f"{file}\ttrain\n" for file in files))
            command += ["--list", str(table)]
        subprocess.run(command + ["--data", str(data)], check=True, stdout=subprocess.DEVNULL)
        made = Shard(shard)
        return made, [one_track(data / path) for path in made.paths]


def one_track(path):
    score = symusic.Score(str(path))
    piano = symusic.Track(program=0)
    for track in score.tracks:
        if not track.is_drum:
            piano.notes.extend(track.notes)
    piano.notes.sort(key=lambda note: (note.time, note.pitch))
    score.tracks = [piano]
    return score


def own_row(shard):
    counts = collections.Counter(kind for kinds in shard.kinds for kind in kinds)
    fields = {number: len(shard.vocabulary.get(name, {})) for number, name in enumerate(KINDS)}
    notes = sum(counts[kind] for kind in (2, 3, 4))
    steps = sum(counts.values())
    choices = sum(count * (1 + fields[kind]) for kind, count in counts.items())
    sizes = {name: size for kind in shard.vocabulary.values() for name, size in kind.items()}  # parts share their fields
    words = len(KINDS) + sum(sizes.values())
    report = shard.report
    return words, steps, choices, counts[BAR], notes, report["notes_kept"] / report["notes"], report["timing_error_quarters"]


def onsets_by_pitch(score):
    places = collections.defaultdict(list)
    for track in score.tracks:
        for note in track.notes:
            places[note.pitch].append(note.time / score.ticks_per_quarter)
    return {pitch: sorted(times) for pitch, times in places.items()}


def compared(before, after):
    """Notes before, notes that are there again, and the sum of their distances: by pitch, each to the nearest left."""
    notes = kept = 0
    distance = 0.0
    after = onsets_by_pitch(after)
    for pitch, times in onsets_by_pitch(before).items():
        left = after.get(pitch, [])
        notes += len(times)
        for time in times:
            nearest = min(left, key=lambda other: abs(other - time), default=None)
            if nearest is not None and abs(nearest - time) < 0.5:
                left.remove(nearest)
                kept += 1
                distance += abs(nearest - time)
    return notes, kept, distance


def remi_row(config, scores):
    tokenizer = REMI(config)
    tokens = bars = notes = kept = there = 0
    distance = 0.0
    for score in scores:
        sequence = tokenizer(score)[0]
        tokens += len(sequence.tokens)
        bars += sum(token.startswith("Bar") for token in sequence.tokens)
        there += sum(token.startswith("Pitch") for token in sequence.tokens)
        n, k, d = compared(score, tokenizer.decode([sequence]))
        notes, kept, distance = notes + n, kept + k, distance + d
    return len(tokenizer), tokens, tokens, bars, there, kept / notes, distance / max(1, kept)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sources", nargs="+", help="CORPUS=FOLDER or CORPUS=FILES")
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--sample", type=int, default=50, help="files of a corpus, drawn by a fixed seed")
    options = arguments.parse_args()
    heads = ("words", "steps/note", "choices/note", "steps/bar", "choices/bar", "kept", "timing")
    for source in options.sources:
        corpus, place = source.split("=", 1)
        shard, scores = make_shard(options.program, corpus, place, options.sample)
        print(f"\n{source}, {len(scores)} pieces\n{'':<20}" + "".join(f"{head:>13}" for head in heads))
        rows = {"our events": own_row(shard)}
        rows.update((name, remi_row(config, scores)) for name, config in TOKENIZERS.items())
        for name, (words, steps, choices, bars, notes, kept, timing) in rows.items():
            print(f"{name:<20}{words:>13}{steps / notes:>13.2f}{choices / notes:>13.2f}{steps / bars:>13.1f}"
                  f"{choices / bars:>13.1f}{kept:>13.4f}{timing:>13.4f}")


if __name__ == "__main__":
    main()
