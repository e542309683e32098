#!/usr/bin/python3
"""Checks that no two files define a type of one name in one namespace: where both are linked, memory is corrupted.

Usage: tools/check_types.py [FILE...]     (default: every tracked C++ file)

Only definitions at namespace level count. Those in anonymous namespaces are free. Files of different folders below tests/
and of different programs of bench/ are never linked together, but the rule holds for them too: one meaning a name.
"""
import collections
import re
import subprocess
import sys

from house_figures import TOKEN, blank

ATTRIBUTE = r"(?:\[\[[^\]]*\]\]\s*|alignas\s*\([^)]*\)\s*)*"
TYPE = re.compile(rf"^(?:template\s*<(?P<parameters>.*)>\s*)?(?:struct|class|union|enum(?:\s+(?:class|struct))?)\s+{ATTRIBUTE}"
                  r"(?P<name>\w+)(?P<arguments>\s*<.*>)?\s*(?:final\s*)?(?::[^:].*)?$", re.S)
NAMESPACE = re.compile(r"^(?:inline\s+)?namespace\b\s*([\w:]*)$", re.S)


def types(text):
    """(qualified name, line) of each type that a source text defines in a named namespace, or in none."""
    text, scopes, start = TOKEN.sub(blank, text), [], 0
    for match in re.finditer(r"[{};]", text):
        if match[0] == "{":
            head = text[start:match.start()].strip()
            if space := NAMESPACE.match(head):
                scopes.append(space[1] or None)
            else:
                found = TYPE.match(head)
                if found and None not in scopes:
                    name = found["name"] + re.sub(r"\s+", "", found["arguments"] or "")
                    yield "::".join([*scopes, name]), text.count("\n", 0, match.start()) + 1
                scopes.append(None)
        elif match[0] == "}" and scopes:
            scopes.pop()
        start = match.end()


def main():
    names = sys.argv[1:] or subprocess.check_output(["git", "ls-files", "*.cpp", "*.h"], text=True).split()
    found = collections.defaultdict(dict)
    for path in names:
        for name, line in types(open(path, encoding="utf-8").read()):
            found[name].setdefault(path, line)
    faults = [f"{name}: defined in {' and '.join(f'{path}:{line}' for path, line in places.items())}"
              for name, places in sorted(found.items()) if len(places) > 1]
    print("\n".join(faults) or "types: clean")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
