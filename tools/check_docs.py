#!/usr/bin/python3
"""Checks the Markdown pages: relative links and named tests exist, no line is over 120 characters, sentences are short on
average.

Usage: tools/check_docs.py [--figures] [PAGE...]   (default: every tracked page)
--figures prints a table: sentences, mean words a sentence, longest sentence, longest line.

Prose is what stands outside of code blocks and headings; a table's cell counts from eight words on. A sentence ends at
a full stop, a question mark or an exclamation mark, never at a colon or a semicolon.
"""
import argparse
import os
import re
import subprocess
import sys

LONGEST_LINE = 120
MEAN_WORDS = 25
CELL_WORDS = 8
WORD = re.compile(r"[\w'’.\-/]*\w[\w'’.\-/]*")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def tracked_pages():
    names = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "*.md"], text=True)
    return sorted(filter(os.path.exists, set(names.split())))


def paragraphs(text):
    """Runs of prose: paragraphs, list items and table cells, without code and headings."""
    text = re.sub(r"(?ms)^```.*?^```\n?", "", text)
    current = []
    for line in text.splitlines() + [""]:
        begins = re.match(r"\s*([-*]|\d+\.) ", line)
        is_code = line.startswith("    ") and not begins and not current
        if not line.strip() or line.startswith(("#", "|")) or begins or is_code:
            if current:
                yield " ".join(current)
            current = []
        if line.startswith("|"):
            yield from (cell.strip() for cell in line.strip("|").split("|") if len(WORD.findall(cell)) >= CELL_WORDS)
        elif line.strip() and not line.startswith("#") and not is_code:
            current.append(re.sub(r"^\s*([-*]|\d+\.) ", "", line).strip())


def sentences(text):
    for paragraph in paragraphs(text):
        plain = re.sub(r"`[^`]*`", "CODE", LINK.sub("]", paragraph))
        for sentence in re.split(r"(?<=[.!?])[\"')*]*\s+", plain):
            if words := WORD.findall(sentence):
                yield len(words)


def broken_links(page, text):
    for number, line in enumerate(text.splitlines(), 1):
        for target in LINK.findall(line):
            path = target.split("#")[0]
            if path and "://" not in path and not path.startswith("mailto:"):
                if not os.path.exists(os.path.join(os.path.dirname(page), path)):
                    yield f"{page}:{number}: no such file: {target}"


def tests():
    """Suite.Name of every GoogleTest test."""
    names = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "tests/*.cpp"], text=True).split()
    return {".".join(test) for name in names if os.path.exists(name)
            for test in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", open(name, encoding="utf-8").read(), re.M)}


def unknown_tests(page, text):
    """Code such as `Suite.Name` names a test."""
    named = set(re.findall(r"`([A-Z]\w*[a-z]\w*\.[A-Z]\w*[a-z]\w*)`", text))
    yield from (f"{page}: no such test: {name}" for name in sorted(named - tests() if named else ()))


def faults(page, text):
    yield from broken_links(page, text)
    yield from unknown_tests(page, text)
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            yield f"{page}:{number}: {len(line)} characters, at most {LONGEST_LINE}"
    lengths = list(sentences(text))
    if lengths and sum(lengths) / len(lengths) > MEAN_WORDS:
        yield f"{page}: {sum(lengths) / len(lengths):.1f} words a sentence, at most {MEAN_WORDS}"


def print_figures(page, text):
    lengths = list(sentences(text)) or [0]
    longest_line = max(map(len, text.splitlines()), default=0)
    print(f"| {page} | {len(lengths)} | {sum(lengths) / len(lengths):.1f} | {max(lengths)} | {longest_line} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figures", action="store_true")
    parser.add_argument("pages", nargs="*")
    options = parser.parse_args()
    found = []
    if options.figures:
        print("| page | sentences | mean words | longest sentence | longest line |\n|---|---|---|---|---|")
    for page in options.pages or tracked_pages():
        text = open(page, encoding="utf-8").read()
        if options.figures:
            print_figures(page, text)
        else:
            found += faults(page, text)
    if not options.figures:
        print("\n".join(found) or "docs: clean")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
