#!/usr/bin/python3
"""Prints the sizes of a checkout's C++ code: the folder graph, functions, files, and what a user's program links.

Usage: tools/house_figures.py [CHECKOUT]     (default: this one)
       tools/house_figures.py --check        fails for a file of more than 500 lines

A function is counted from the first line of its declaration to its closing brace. A user's program links the folders
that the facade, story2midi.h, reaches through its includes. Lines are all lines, comments and blank ones too.
"""
import collections
import os
import re
import statistics
import subprocess
import sys

MOST_LINES = 500
LONG_FUNCTION = 60
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'|^#(?:[^\n]*\\\n)*[^\n]*',
                   re.S | re.M)


def tracked(checkout, *patterns):
    names = subprocess.check_output(["git", "-C", checkout, "ls-files", *patterns], text=True).split()
    return [name for name in names if os.path.exists(os.path.join(checkout, name))]


def blank(match):
    """The same lines without their words: comments, literals and directives hold no braces of code."""
    return "\n" * match[0].count("\n")


def is_function(head):
    """Whether what stands before an opening brace at namespace or class level begins a function's body."""
    head = re.sub(r"^(?:\s*(?:public|private|protected)\s*:)+", "", head)
    if re.match(r"\s*(?:template\s*<.*>\s*)?(?:namespace|class|struct|union|enum|extern)\b", head, re.S):
        return ")" in head and not re.match(r"\s*(?:template\s*<.*>\s*)?(?:namespace|class|union|enum)\b", head, re.S)
    return "(" in head and not re.search(r"=\s*$|^[^(]*[^=<>!]=[^=]", head)


def function_lengths(text):
    """Lines of each function's definition in a source text."""
    text, lengths, scopes, start = TOKEN.sub(blank, text), [], [], 0
    for match in re.finditer(r"[{};]", text):
        mark, inside = match[0], any(scopes)
        if mark == "{":
            function = not inside and is_function(text[start:match.start()])
            begin = start + len(text[start:]) - len(text[start:].lstrip())
            scopes.append(begin + 1 if function else (0 if not inside else -1))
        elif mark == "}" and scopes:
            opened = scopes.pop()
            if opened > 0:
                lengths.append(text.count("\n", opened - 1, match.start()) + 1)
        if not any(scopes):
            start = match.end()
    return lengths


def facade_root(checkout):
    return "src/story2midi" if os.path.exists(os.path.join(checkout, "src/story2midi/story2midi.h")) else "src"


def folder_graph(checkout, names):
    """{folder: folders that its files include} of src/, lab/, train/ and apps/."""
    graph = collections.defaultdict(set)
    for name in names:
        folder = os.path.dirname(name)
        graph[folder] |= set()
        for included in re.findall(r'^#include "([^"]+)"', read(checkout, name), re.M):
            path = included if os.path.exists(os.path.join(checkout, included)) else "src/" + included
            if os.path.exists(os.path.join(checkout, path)) and os.path.dirname(path) != folder:
                graph[folder].add(os.path.dirname(path))
    return graph


def reached(graph, folder):
    """All folders that a folder depends on."""
    found, waiting = set(), [folder]
    while waiting:
        for used in graph[waiting.pop()] - found:
            found.add(used)
            waiting.append(used)
    return found


def read(checkout, name):
    return open(os.path.join(checkout, name), encoding="utf-8").read()


def print_graph(graph, lines):
    print("| folder | lines | includes |\n|---|---|---|")
    for folder in sorted(graph):
        print(f"| {folder} | {lines[folder]:,} | {', '.join(sorted(graph[folder])) or '-'} |")
    circles = sorted(folder for folder in graph if folder in reached(graph, folder))
    print(f"\nFolders on a circle: {', '.join(circles) or 'none'}.")


def print_functions(checkout, names):
    print("\n| functions of | number | median lines | p90 | longest | over 60 |\n|---|---|---|---|---|---|")
    parts = {"src": ("src/",), "lab": ("lab/",), "apps": ("apps/",), "train": ("train/",)}
    for part, prefixes in [*parts.items(), ("all", tuple(p for ps in parts.values() for p in ps))]:
        lengths = sorted(x for name in names if name.startswith(prefixes) for x in function_lengths(read(checkout, name)))
        if lengths:
            print(f"| {part} | {len(lengths):,} | {statistics.median(lengths):.0f} | {lengths[len(lengths) * 9 // 10]} | "
                  f"{lengths[-1]} | {sum(x > LONG_FUNCTION for x in lengths)} |")


def print_files(sizes):
    print("\n| largest files | lines |\n|---|---|")
    for name in sorted(sizes, key=sizes.get, reverse=True)[:5]:
        print(f"| {name} | {sizes[name]} |")


def print_linked(checkout, graph, sizes):
    root = facade_root(checkout)
    folders = {folder for folder in reached(graph, root) | {root} if folder.startswith("src")}
    facade = {f"{root}/story2midi.h", f"{root}/story2midi.cpp"}
    linked = sum(n for name, n in sizes.items()
                 if os.path.dirname(name) in folders and (os.path.dirname(name) != root or name in facade))
    whole = sum(n for name, n in sizes.items() if name.startswith("src/"))
    print(f"\nLines of src/ that a user's program links: {linked:,} of {whole:,}.")


def check():
    sizes = {name: read(".", name).count("\n") for name in tracked(".", "*.cpp", "*.h", "*.py", "*.sh")}
    faults = [f"{name}: {n} lines, at most {MOST_LINES}" for name, n in sizes.items() if n > MOST_LINES]
    print("\n".join(faults) or "sizes: clean")
    return bool(faults)


def main():
    if sys.argv[1:] == ["--check"]:
        return check()
    checkout = sys.argv[1] if len(sys.argv) > 1 else "."
    names = [n for n in tracked(checkout, "*.cpp", "*.h") if n.startswith(("src/", "lab/", "train/", "apps/"))]
    sizes = {name: read(checkout, name).count("\n") for name in names}
    lines = collections.Counter()
    for name, number in sizes.items():
        lines[os.path.dirname(name)] += number
    graph = folder_graph(checkout, names)
    print_graph(graph, lines)
    print_functions(checkout, names)
    print_files(sizes)
    print_linked(checkout, graph, sizes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
