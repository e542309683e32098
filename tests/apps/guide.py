#!/usr/bin/python3
"""Follows the guides: runs every indented block of a page, in order, in a scratch folder. Fenced blocks are not run.

Usage: tests/apps/guide.py PROGRAM PAGE...
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def commands(page):
    text = re.sub(r"(?ms)^```.*?^```\n?", "", pathlib.Path(page).read_text(encoding="utf-8"))
    lines, blank = [], True
    for line in text.splitlines():
        if line.startswith("    ") and (blank or lines and lines[-1]):
            lines.append(line[4:])
        elif not line.strip() and lines:
            lines.append("")
        blank = not line.strip() or line.startswith("    ")
    return "\n".join(lines)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    environment = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}"}
    for page in sys.argv[2:]:
        script = commands(page)
        if not script.strip():
            sys.exit(f"{page}: no command to run")
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment, check=False,
                                  capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{page}: {done.stderr.strip()}")
        print(f"{page}: followed")


if __name__ == "__main__":
    main()
