#!/usr/bin/python3
"""Writes docs/reference/cli.md from the program's own --help.

Usage: tools/make_cli_page.py [--check] PROGRAM     --check compares instead of writing
"""
import re
import subprocess
import sys
import textwrap

PAGE = "docs/reference/cli.md"
WIDTH = 110
HEAD = """# Command line

`tools/make_cli_page.py PROGRAM` writes this page from the program's own `--help`; `--check` compares the two.
[Exit codes and environment](exit-codes.md), [JSON](json.md) and [file formats](formats.md) have pages of their own. The
trainer `story2midi-train` is described in [training](../research/training.md).
"""


def help_of(program, *command):
    return subprocess.run([program, *command, "--help"], check=True, capture_output=True, text=True).stdout


def subcommands(text):
    """Names below headings that list subcommands: lines indented by two, without a dash."""
    names, inside = [], False
    for line in text.splitlines():
        if re.match(r"\S.*:$", line):
            inside = "ommands" in line or line.startswith(("For ", "Subcommands"))
        elif inside and (match := re.match(r"  ([a-z][a-z0-9-]+)(,|\s|$)", line)):
            names.append(match[1])
    return names


def wrapped(line):
    if len(line) <= WIDTH:
        return line.rstrip()
    first = re.match(r" *\S+(?: \S+)*(?:  +)", line)
    indent = " " * (first.end() if first and first.end() < 60 else len(line) - len(line.lstrip()) + 2)
    return "\n".join(textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False,
                                   drop_whitespace=True, replace_whitespace=False))


def block(text):
    lines = "\n".join(wrapped(line) for line in text.strip().splitlines())
    return "```text\n" + re.sub(r"\n{3,}", "\n\n", lines) + "\n```\n"


def sections(program, command, depth):
    text = help_of(program, *command)
    yield f"{'#' * depth} {' '.join(('story2midi',) + command)}\n\n{block(text)}"
    for name in subcommands(text):
        if name != "train":  # it hands over to the trainer
            yield from sections(program, command + (name,), min(depth + 1, 3) if command else depth)


def main():
    program = sys.argv[-1]
    page = HEAD + "\n" + "\n".join(sections(program, (), 2))
    if "--check" not in sys.argv:
        open(PAGE, "w", encoding="utf-8").write(page)
        return 0
    if open(PAGE, encoding="utf-8").read() == page:
        print("command-line page: clean")
        return 0
    print(f"{PAGE} is not what --help says: run tools/make_cli_page.py PROGRAM")
    return 1


if __name__ == "__main__":
    sys.exit(main())
