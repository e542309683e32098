#!/usr/bin/env python3
"""The ablations of the text encoder, one short run each, as one table with 95 % intervals.

    tools/ablate_encoder.py --data corpora --start runs/mpnet.safetensors [--small runs/minilm.safetensors]

Every run has the recipe of docs/research/training.md with fewer steps. A run that was stopped is resumed, one that is done
is not repeated. Bits and context are those of the whole recipe. Needs `make train` and `make build`; on two cores a run
of 80 steps takes six minutes and its evaluation two.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

RECIPE = (
    "--warmup 20 --learning-rate 4e-5 --layer-decay 0.9 --head-rate 10 --average 0.03 --contrast-pairs 2 "
    "--emobank-rows 32 --tales-rows 4 --tales-windows 3 --window 224 --goemotions-rows 40 --quadrant-rows 5 "
    "--validate-every 1000 --check-every 8 --save-minutes 2"
).split()  # fmt: skip
# Name for people, further options of the trainer.
VARIANTS = {
    "whole": ("the recipe", []),
    "no_contrast": ("no contrastive loss", ["--contrastive-weight", "0"]),
    "from_nothing": ("no pretrained base", ["--from-nothing"]),
    "six_layers": ("first 6 of 12 layers", ["--layers", "6"]),
    "half": ("half of the texts", ["--share", "0.5"]),
    "eighth": ("an eighth of the texts", ["--share", "0.125"]),
    "open": ("open sets alone", []),
}
OPEN_SETS = ("emobank", "tales_va", "goemotions", "xed")
# Of the whole recipe: name for people, type of the file, further options of the evaluation.
READINGS = {
    "bf16": ("bfloat16", "bf16", []),
    "int4": ("4 bits", "int4", []),
    "alone": ("sentences read alone", "int8", ["--no-neighbours"]),
}
COLUMNS = {
    "EmoBank, valence r": "emobank_valence_r", "arousal r": "emobank_arousal_r",
    "outer tenths, valence": "emobank_valence_extremes", "arousal": "emobank_arousal_extremes",
    "tales, valence CCC": "tales_valence_ccc", "arousal CCC": "tales_arousal_ccc",
    "GoEmotions, quadrant": "goemotions_quadrant", "own pairs, signs": "pairs_signs",
}  # fmt: skip


def open_data(arguments):
    """A folder of links to the sets whose licence allows commercial work."""
    folder = arguments.runs / "open_data"
    folder.mkdir(exist_ok=True)
    for name in OPEN_SETS:
        if not (folder / name).exists():
            (folder / name).symlink_to((arguments.data / name).resolve())
    return folder


def train(arguments, name, options, start):
    run = arguments.runs / name
    done = run / "last.safetensors"
    if (run / "done").exists():
        return done
    data = open_data(arguments) if name == "open" else arguments.data
    command = [arguments.trainer, "encoder-emotion", "--data", data, "--start", start, "--run", run,
               "--pairs", "lab/texts/contrast_pairs.tsv", "--steps", str(arguments.steps), *RECIPE, *options]
    if (run / "state.safetensors").exists():
        command.append("--resume")
    print(f"{name}: training", file=sys.stderr)
    subprocess.run(command, check=True)
    (run / "done").touch()
    return done


def evaluate(arguments, name, model, kind, options):
    answer = arguments.runs / f"{name}.json"
    if not answer.exists():
        exported = arguments.runs / f"{name}.safetensors"
        export = [arguments.trainer, "encoder-export", "--model", model, "--type", kind, "-o", exported]
        subprocess.run(export, check=True)
        print(f"{name}: evaluating", file=sys.stderr)
        command = [arguments.program, "evaluate", "text", arguments.data, "--model", exported, "--json",
                   "--sets", "emobank,tales_va,goemotions,own_texts", *options]
        result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        exported.unlink()
        answer.write_text(result.stdout)
    figures = json.loads(answer.read_text())["figures"]
    return {column: figures[key] for column, key in COLUMNS.items()}


def cell(figure):
    return f"{figure['value']:.3f} [{figure['low']:.2f}, {figure['high']:.2f}]" if figure else "-"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the emotion corpora")
    parser.add_argument("--start", type=Path, required=True, help="the base, imported in f32")
    parser.add_argument("--small", type=Path, help="a smaller base, imported in f32, for a row of its own")
    parser.add_argument("--runs", type=Path, default=Path("runs/ablation"))
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--trainer", type=Path, default=Path("build/train/bin/story2midi-train"))
    parser.add_argument("--program", type=Path, default=Path("build/release/bin/story2midi"))
    arguments = parser.parse_args()
    arguments.runs.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, (words, options) in VARIANTS.items():
        model = train(arguments, name, options, arguments.start)
        rows.append((words, evaluate(arguments, name, model, "int8", [])))
    if arguments.small:
        model = train(arguments, "small", [], arguments.small)
        rows.append(("a smaller base", evaluate(arguments, "small", model, "int8", [])))
    for name, (words, kind, options) in READINGS.items():
        whole = arguments.runs / "whole" / "last.safetensors"
        rows.append((words, evaluate(arguments, name, whole, kind, options)))
    print("| " + " | ".join([f"{arguments.steps} steps", *COLUMNS]) + " |")
    print("|" + "---|" * (len(COLUMNS) + 1))
    for words, figures in rows:
        print("| " + " | ".join([words, *(cell(figures[column]) for column in COLUMNS)]) + " |")


if __name__ == "__main__":
    main()
