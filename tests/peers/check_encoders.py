#!/usr/bin/env python3
"""Compares imported encoders with PyTorch (transformers) on real weights: ids, and the cosine of all states.

    python3 -m venv build/venv && build/venv/bin/pip install torch transformers
    build/venv/bin/python tests/peers/check_encoders.py --programs build/test/bin FOLDER...

A FOLDER is a model in Hugging Face's layout. It is imported in each type, and each must reach its least cosine, token
by token: 1 - 1e-5 in f32, .999 in bf16, .99 in int8 and .96 in int4 on average over tokens. Exit code 1 where one does not.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

TEXTS = [
    "The rain stopped, and the whole street began to dance.", "no", "She did not weep.", "¿Qué? — naïve café, 1843!",
    "He had been told, time and again, that the lamp in the tower must never go out; and yet, on the night of the great "
    "storm, with the keeper asleep and the sea at the door, it was a child who climbed the two hundred steps to light "
    "it. " * 4,
]  # fmt: skip
LEAST = {"f32": 1 - 1e-5, "bf16": 0.999, "int8": 0.99, "int4": 0.96}


def states_of(program, model):
    out = subprocess.run([program, model], input=json.dumps(TEXTS), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def check(programs, folder):
    tokenizer, peer, wrong = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval().float(), 0
    for kind, least in LEAST.items():
        with tempfile.TemporaryDirectory() as scratch:
            model = str(Path(scratch) / "model.safetensors")
            command = [programs / "story2midi", "import", folder, "-o", model, "--type", kind]
            subprocess.run(command, check=True, capture_output=True)
            ours = states_of(programs / "print_states", model)
        cosines = []
        for text, mine in zip(TEXTS, ours):
            ids = tokenizer(text)["input_ids"]
            if ids != mine["ids"]:
                print(f"{folder}: other ids for {text[:40]!r}")
                return 1
            with torch.no_grad():
                theirs = peer(torch.tensor([ids])).last_hidden_state[0]
            states = torch.tensor(mine["states"]).view(theirs.shape)
            cosines.append(torch.nn.functional.cosine_similarity(states.double(), theirs.double(), dim=1))
        all_of = torch.cat(cosines)
        reached = all_of.min().item() if kind == "f32" else all_of.mean().item()
        wrong += reached < least
        print(f"{folder.name} {kind}: cosine of {len(all_of)} tokens at least {all_of.min():.7f}, mean {all_of.mean():.7f}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--programs", type=Path, required=True, help="folder of story2midi and print_states")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    return sum(check(arguments.programs, folder) for folder in arguments.folders) > 0


if __name__ == "__main__":
    sys.exit(main())
