#!/usr/bin/python3
"""Validates what the program prints against docs/reference/schemas.  Usage: tests/apps/schemas.py PROGRAM"""
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

SCHEMAS = pathlib.Path("docs/reference/schemas")
STORY = "docs/samples/harbour.txt"


def output(*command):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


def samples(program, folder):
    """(schema, document) of every form of JSON that the program writes."""
    plan, midi, lines = folder / "plan.json", folder / "piece.mid", folder / "lines.txt"
    output(program, "plan", STORY, "--bars", 8, "-o", plan)
    yield "plan", json.loads(plan.read_text())
    yield "explanation", json.loads(output(program, "explain", STORY, "--plan", plan, "--json"))
    yield "curve", json.loads(output(program, "feel", STORY, "--json"))
    subtitles = folder / "subtitles.vtt"
    subtitles.write_text("WEBVTT\n\n00:01.000 --> 00:04.000\n<v Mary>The last ship had gone.\n")
    yield "curve", json.loads(output(program, "feel", subtitles, "--json"))
    streamed = output(program, "compose", STORY, "--plan", plan, "--stream", "--json", "-o", midi).splitlines()
    yield from (("bar", json.loads(line)) for line in streamed[:-1])
    yield "composition", json.loads(streamed[-1])
    live = subprocess.run([program, "compose", "--live", "-q", "-o", midi], input="She wept.\n", check=True,
                          capture_output=True, text=True).stdout
    yield from (("bar", json.loads(line)) for line in live.splitlines())
    takes = output(program, "compose", "--mood", "0.5,0.5", "--bars", 2, "--takes", 2, "--json", "-o", midi).splitlines()
    yield from (("composition", json.loads(line)) for line in takes)
    piece = folder / "piece.json"
    output(program, "compose", STORY, "--plan", plan, "-o", piece)
    yield "piece", json.loads(piece.read_text())
    yield "inspection", json.loads(output(program, "inspect", midi, "--json"))
    yield "judgement", json.loads(output(program, "judge", midi, "--json"))
    lines.write_text("The bells rang.\nShe wept in the rain.\n")
    yield from (("emotion", json.loads(line)) for line in output(program, "feel", "--lines", lines, "--json").splitlines())
    output(program, "compose", "--lines", lines, "--bars", 4, "-o", folder / "pieces")
    for line in (folder / "pieces/intended.jsonl").read_text().splitlines():
        yield "intended", json.loads(line)
    yield "corpora", json.loads(output(program, "dataset", "check", folder, "--json"))


def main():
    schemas = {path.name.removesuffix(".schema.json"): json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    unused = set(schemas)
    with tempfile.TemporaryDirectory() as folder:
        for name, document in samples(sys.argv[1], pathlib.Path(folder)):
            jsonschema.validate(document, schemas[name], jsonschema.Draft202012Validator)
            unused.discard(name)
    if unused:
        sys.exit(f"schemas without a document: {sorted(unused)}")
    print(f"{len(schemas)} schemas: every document is valid")


if __name__ == "__main__":
    main()
