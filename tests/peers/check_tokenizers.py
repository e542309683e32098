#!/usr/bin/env python3
"""Compares the tokenizers with Hugging Face's `tokenizers` wheel: ids and bytes of every token, on many lines.

    python3 -m venv build/venv && build/venv/bin/pip install tokenizers
    build/venv/bin/python tests/peers/check_tokenizers.py --program build/test/bin/print_tokens FOLDER...

A FOLDER holds vocab.txt (WordPiece; it is tried cased and uncased, with and without accents), or vocab.json and
merges.txt (byte-level BPE). A model file of story2midi stands for the byte-level BPE inside it. Lines are random code
points, hostile mixtures, and lines of the text files under --corpora. Exit code 1 where anything differs.
"""
import argparse
import itertools
import json
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import tokenizers
from tokenizers import models, normalizers, pre_tokenizers

HOSTILE = [
    "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>", "<mask>", "##ing", "##", "\u0130", "\u0131", "\u03a3", "\u1e9e",
    "\ufb01", "e\u0301", "\u0301", "a\u0328\u0301", "\uac00", "\ud55c\uad6d\uc5b4", "\u65e5\u672c\u8a9e", "\uf900", "\U0002f800", "\u3000",
    "\u00a0", "\u2028", "\u2029", "\u200b", "\u200d", "\u00ad", "\ufeff", "\ufffd", "\x00", "\x07", "\x0b", "\x0c", "\x1c", "\x1f",
    "\x7f", "\x85", "\u180e", "\ue000", "\U000f0000", "\U0001f602", "\U0001f469\u200d\U0001f467", "\u037e", "\u1fef", "\u2126", "\u212a", "\u2018it\u2019s\u2019",
    "\u2014", "\u2026", "\u00bd", "\u216b", "don't", "we'll", "\t", "\r\n", "\n", "  ", "a" * 99, "b" * 100, "c" * 101,
    "x\u0301" * 100, "\u0e01\u0e34", "\u0939\u093f\u0928\u094d\u0926\u0940", "\u0645\u064f\u062d\u064e\u0645\u0651\u062f", "\U0001d400", "\U0001d15e", "\u302e", "\u302f\u0301", "$1,000.50", "C++", "http://a.b/c?d=e#f", "\u0378",
]  # fmt: skip


def characters():
    return [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def random_line(rng):
    def one():
        if rng.random() < 0.5:
            return rng.choice(HOSTILE)
        limit = rng.choice([0x80, 0x250, 0x3000, 0x10000, 0x110000])
        value = rng.randrange(limit)
        return "" if 0xD800 <= value < 0xE000 else chr(value)

    return "".join(one() for _ in range(rng.randrange(1, 40)))


def corpus_lines(folder, count, rng):
    lines = []
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix in (".txt", ".tsv", ".csv", ".md") and path.stat().st_size < 2e7:
            text = path.read_text(encoding="utf-8", errors="replace")
            lines += [line for line in text.split("\n") if line.strip()][:20000]
    return rng.sample(lines, min(count, len(lines)))


def texts(arguments):
    rng = random.Random(arguments.seed)
    corpora = corpus_lines(arguments.corpora, arguments.lines // 2, rng) if arguments.corpora else []
    return corpora + [random_line(rng) for _ in range(arguments.lines - len(corpora))]


def word_piece(folder, lowercase, accents):
    config = json.loads((folder / "tokenizer_config.json").read_text())
    vocabulary = {token: i for i, token in enumerate((folder / "vocab.txt").read_text().split("\n")) if token}
    peer = tokenizers.Tokenizer(models.WordPiece(vocabulary, unk_token=config["unk_token"], max_input_chars_per_word=100))
    peer.normalizer = normalizers.BertNormalizer(True, True, accents, lowercase)
    peer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    config |= {"do_lower_case": lowercase, "strip_accents": accents}
    return peer, {"vocab.txt": (folder / "vocab.txt").read_text(), "tokenizer_config.json": json.dumps(config)}


def byte_pairs(vocabulary, merges):
    pairs = [tuple(line.split(" ")) for line in merges.split("\n") if line and not line.startswith("#version")]
    peer = tokenizers.Tokenizer(models.BPE(json.loads(vocabulary), pairs))
    peer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False)
    return peer, {"vocab.json": vocabulary, "merges.txt": merges}


def model_file(path):
    data = path.read_bytes()
    metadata = json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]])["__metadata__"]
    return byte_pairs(metadata["vocab"], metadata["merges"])


def variants(path):
    """(name, peer, files of a folder that makes ours the same)"""
    if path.is_file():
        yield (path.name, *model_file(path))
    elif (path / "vocab.txt").exists():
        for lowercase, accents in itertools.product((True, False), (True, False)):
            yield (f"{path.name} lowercase={lowercase} strip_accents={accents}", *word_piece(path, lowercase, accents))
    else:
        yield (path.name, *byte_pairs((path / "vocab.json").read_text(), (path / "merges.txt").read_text()))


def ours(program, files, lines):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        out = subprocess.run([program, folder], input=json.dumps(lines), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in out.stdout.splitlines()]


def bytes_of(line, encoding):
    """The peer counts characters, or bytes of a character for pieces of it: ours are compared by characters."""
    return [[i, *span] for i, span in zip(encoding.ids, encoding.offsets)]


def in_characters(line, tokens):
    """Bytes to characters; a token that holds part of a character covers the whole of it, as the peer says it."""
    ends, at = [], 0
    for index, character in enumerate(line):
        ends += [index] * len(character.encode())
    return [[i, ends[begin], ends[end - 1] + 1] for i, begin, end in tokens]


def check(program, name, peer, files, lines):
    theirs = peer.encode_batch(lines, add_special_tokens=False)
    wrong = 0
    for line, mine, other in zip(lines, ours(program, files, lines), theirs):
        if in_characters(line, mine) != bytes_of(line, other):
            wrong += 1
            if wrong <= 5:
                print(f"  {line[:60]!r}\n    ours   {in_characters(line, mine)[:12]}\n    theirs {bytes_of(line, other)[:12]}")
    print(f"{name}: {len(lines)} lines, {wrong} differ")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--program", required=True)
    parser.add_argument("--corpora", help="a folder of text files")
    parser.add_argument("--lines", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-character", action="store_true", help="each code point in a word, in place of lines")
    arguments = parser.parse_args()
    lines = [f"a{c}b" for c in characters()] if arguments.every_character else texts(arguments)
    print(f"tokenizers {tokenizers.__version__}")
    return sum(check(arguments.program, *variant, lines) for path in arguments.paths for variant in variants(path)) > 0


if __name__ == "__main__":
    sys.exit(main())
