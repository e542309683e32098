#!/usr/bin/env python3
"""Our text encoder beside ONNX Runtime and CTranslate2: the same weights, texts and threads, round by round in one run.

    make bench-peers                         # what follows, with its packages and programs
    build/venv-peers/bin/python bench/encoder_peers.py --programs build/bench/bin FOLDER...

A FOLDER is a model in Hugging Face's layout (MPNet or BERT). The texts are those of lab/texts. Peers get their best
number of texts a batch, sorted by length. The table gives tokens a second, the median of the rounds, and our rate over
the better peer's. Tokenizers and the opening of models are outside the clock.
"""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ctranslate2
import numpy
import onnxruntime
import torch
from ctranslate2.converters import TransformersConverter
from onnxruntime.quantization import quantize_dynamic
from transformers import AutoModel, AutoTokenizer

BATCHES = [1, 8, 32]


def own_texts():
    folder = Path(__file__).resolve().parent.parent / "lab" / "texts"
    rows = [line for file in sorted(folder.glob("*.tsv")) for line in file.read_text().splitlines()[1:]]
    return [field for row in rows for field in row.split("\t") if len(field.split()) > 3]


class Ours:
    """The program of bench/encoder_rates.cpp: its first round is not counted."""

    def __init__(self, programs, folder, kind, scratch, texts, threads):
        self.texts, model = json.dumps(texts), str(scratch / f"{kind}.safetensors")
        command = [programs / "story2midi", "import", folder, "-o", model, "--type", kind]
        subprocess.run(command, check=True, capture_output=True)
        self.command = [programs / "encoder_rates", model, str(threads), "1"]
        self.name = f"story2midi, {kind}"

    def seconds(self):
        result = subprocess.run(self.command, input=self.texts, capture_output=True, text=True, check=True)
        return json.loads(result.stdout)["seconds"][0]


class Peer:
    """Reads batches of ids sorted by length; of the sizes in BATCHES the fastest is kept."""

    def __init__(self, ids):
        self.ids = sorted(ids, key=len)
        self.batch = min(BATCHES, key=self.timed)
        self.name += f" ({self.batch} texts a batch)"

    def timed(self, batch):
        start = time.perf_counter()
        for at in range(0, len(self.ids), batch):
            self.read(self.ids[at : at + batch])
        return time.perf_counter() - start

    def seconds(self):
        return self.timed(self.batch)


class States(torch.nn.Module):
    """What ONNX's export can trace: two tensors in, one out."""

    def __init__(self, folder):
        super().__init__()
        self.model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval().float()

    def forward(self, ids, mask):
        return self.model(input_ids=ids, attention_mask=mask).last_hidden_state


class OnnxRuntime(Peer):
    def __init__(self, folder, scratch, ids, threads):
        whole, small = str(scratch / "model.onnx"), str(scratch / "int8.onnx")
        example = torch.ones(2, 16, dtype=torch.int64)
        shape = {0: "texts", 1: "tokens"}
        with torch.no_grad():
            torch.onnx.export(States(folder), (example, example), whole, input_names=["ids", "mask"], output_names=["states"],
                              dynamic_axes={"ids": shape, "mask": shape, "states": shape}, dynamo=False)
        quantize_dynamic(whole, small, per_channel=True)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(small, options, providers=["CPUExecutionProvider"])
        self.name = "ONNX Runtime, int8"
        super().__init__(ids)

    def read(self, batch):
        longest = max(map(len, batch))
        ids = numpy.ones((len(batch), longest), dtype=numpy.int64)
        mask = numpy.zeros_like(ids)
        for row, text in enumerate(batch):
            ids[row, : len(text)], mask[row, : len(text)] = text, 1
        self.session.run(["states"], {"ids": ids, "mask": mask})


class CTranslate2(Peer):
    def __init__(self, folder, scratch, ids, threads):
        converted = str(scratch / "ctranslate2")
        TransformersConverter(str(folder)).convert(converted, quantization="int8")
        self.encoder = ctranslate2.Encoder(converted, compute_type="int8", intra_threads=threads)
        self.name = "CTranslate2, int8"
        super().__init__(ids)

    def read(self, batch):
        numpy.array(self.encoder.forward_batch(batch).last_hidden_state)


def contenders(arguments, folder, scratch, texts):
    ids = AutoTokenizer.from_pretrained(folder)(texts)["input_ids"]
    for kind in ["int8", "int4"]:
        yield Ours(arguments.programs, folder, kind, scratch, texts, arguments.threads)
    yield OnnxRuntime(folder, scratch, ids, arguments.threads)
    if json.loads((folder / "config.json").read_text())["model_type"] == "bert":
        yield CTranslate2(folder, scratch, ids, arguments.threads)


def compare(arguments, folder, texts):
    tokens = sum(map(len, AutoTokenizer.from_pretrained(folder)(texts)["input_ids"]))
    with tempfile.TemporaryDirectory() as scratch:
        all_of = list(contenders(arguments, folder, Path(scratch), texts))
        seconds = {one.name: [] for one in all_of}
        for _ in range(arguments.rounds):
            for one in all_of:
                seconds[one.name].append(one.seconds())
    rates = {name: tokens / statistics.median(values) for name, values in seconds.items()}
    best = max(rate for name, rate in rates.items() if not name.startswith("story2midi"))
    print(f"\n| {folder.name}, {len(texts)} texts, {tokens} tokens, {arguments.threads} threads | tokens a second "
          "| over the better peer |\n|---|---|---|")
    for name, rate in rates.items():
        print(f"| {name} | {rate:.0f} | {rate / best:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--programs", type=Path, required=True, help="folder of story2midi and encoder_rates")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for folder in arguments.folders:
        compare(arguments, folder, own_texts())


if __name__ == "__main__":
    sys.exit(main())
