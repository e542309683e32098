#!/usr/bin/python3
"""Checks that every program of examples/ has at most 40 lines and is quoted, as it is, by a page of docs/.

A quotation is a block of C++ below a line that links to the program: [examples/NAME.cpp](...), then ```cpp.
Usage: tools/check_examples.py [--write]     --write puts the programs into the pages that quote them.
"""
import glob
import re
import sys

MOST_LINES = 40
QUOTATION = re.compile(r"(?ms)^([^\n]*\]\([./]*examples/(\w+)\.cpp\)[^\n]*\n+```cpp\n)(.*?)(^```$)")


def main():
    programs = {path[9:-4]: open(path, encoding="utf-8").read() for path in sorted(glob.glob("examples/*.cpp"))}
    faults = [f"examples/{name}.cpp: more than {MOST_LINES} lines" for name, text in programs.items()
              if text.count("\n") > MOST_LINES]
    quoted = set()
    for page in ["README.md"] + sorted(glob.glob("docs/**/*.md", recursive=True)):
        text = open(page, encoding="utf-8").read()
        quoted |= {match[2] for match in QUOTATION.finditer(text)}
        right = QUOTATION.sub(lambda match: match[1] + programs.get(match[2], "") + match[4], text)
        if right == text:
            continue
        if "--write" in sys.argv:
            open(page, "w", encoding="utf-8").write(right)
        else:
            faults.append(f"{page}: quotes a program of examples/ as it is not: run tools/check_examples.py --write")
    faults += [f"examples/{name}.cpp: no page quotes it" for name in programs if name not in quoted]
    print("\n".join(faults) or "examples: clean")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
