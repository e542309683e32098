#!/usr/bin/python3
"""Checks the table of allowed includes in docs/reference/architecture.md against every tracked C++ file.

A row names folders and the folders that their files may include; "src/" is left out. A row of a folder whose name ends
in "/*" holds for each folder below it. A folder may have several rows. Every folder with C++ files needs a row, and no
row may be needless. The rows must not form a circle.
"""
import collections
import os
import re
import subprocess
import sys

PAGE = "docs/reference/architecture.md"
HEADING = "| folder | may include |"


def rows():
    """(folders, allowed folders) of each row of the table."""
    lines = open(PAGE, encoding="utf-8").read().split(HEADING)[1].splitlines()[2:]
    for line in lines:
        if not line.startswith("|"):
            return
        folders, allowed = ([name.strip(" `") for name in cell.split(",")] for cell in line.strip("|").split("|"))
        yield folders, [name for name in allowed if name != "-"]


def folder_of(path):
    return os.path.dirname(path).removeprefix("src/")


def matches(folder, pattern):
    return folder == pattern or pattern == "everything" or (pattern.endswith("/*") and folder.startswith(pattern[:-1]))


def includes():
    """{folder: {included folder: "file:line"}} of all tracked C++ files."""
    found = collections.defaultdict(dict)
    names = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "*.cpp", "*.h"], text=True)
    for path in filter(os.path.exists, names.split()):
        used = found[folder_of(path)]
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            if match := re.match(r'#include "([^"]+)"', line):
                used.setdefault(folder_of(match[1]), f"{path}:{number}")
    return found


def circle(allowed):
    """The folders of a circle in the table, or none."""
    done, path = set(), []

    def visit(folder):
        if folder in path:
            return path[path.index(folder):] + [folder]
        if folder in done:
            return None
        path.append(folder)
        for used in allowed.get(folder, []):
            if found := visit(used):
                return found
        done.add(path.pop())
        return None

    return next(filter(None, map(visit, allowed)), None)


def main():
    allowed = collections.defaultdict(list)
    for folders, uses in rows():
        for folder in folders:
            allowed[folder] += uses
    found, faults = includes(), []
    for folder, used in sorted(found.items()):
        row = [pattern for pattern in allowed if matches(folder, pattern)]
        if not row:
            faults.append(f"{folder} has no row in {PAGE}")
            continue
        uses = [use for pattern in row for use in allowed[pattern]]
        for target, place in sorted(used.items()):
            if target != folder and not any(matches(target, use) for use in uses):
                faults.append(f"{place}: {folder} may not include {target} ({PAGE})")
    for pattern in allowed:
        if not any(matches(folder, pattern) for folder in found):
            faults.append(f"{PAGE} names {pattern}, which holds no C++ file")
    if loop := circle({k: v for k, v in allowed.items() if "everything" not in v}):
        faults.append(f"{PAGE}: a circle: {' -> '.join(loop)}")
    print("\n".join(faults) or "folders: clean")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
