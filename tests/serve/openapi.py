#!/usr/bin/python3
"""Tries the service by its own OpenAPI document: schemathesis (PyPI, in a folder below build/) must find nothing.

Usage: tests/serve/openapi.py PROGRAM [EXAMPLES]     Exit code 77: skipped, there is no network to install it from.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

VERSION = "4.32.5"
SKIPPED = 77
# A schema cannot say that "H minor" is no key or that a text of blanks is no story: 413 and 422 are answers to data that the
# schema allows.
CONFIG = """[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "413", "422", "429"]
"""


def schemathesis():
    """The installed command, or none."""
    venv = pathlib.Path("build/schemathesis").resolve()
    command = venv / "bin/schemathesis"
    if not command.exists():
        make = [sys.executable, "-m", "venv", str(venv)]
        install = [str(venv / "bin/pip"), "-q", "install", "--retries", "1", f"schemathesis=={VERSION}"]
        for step in (make, install):
            if subprocess.run(step, capture_output=True).returncode != 0:
                return None
    return command


def start(program, folder):
    """The server's process and address."""
    server = subprocess.Popen([program, "serve", "--port", "0", "--store", folder / "store", "--queue", "10000",
                               "--max-bars", "8", "--max-words", "200"], stderr=subprocess.PIPE, text=True)
    return server, json.loads(server.stderr.readline())["address"]


def main():
    program, examples = os.path.abspath(sys.argv[1]), (sys.argv[2:] or ["15"])[0]
    command = schemathesis()
    if not command:
        print("skipped: schemathesis cannot be installed")
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "schemathesis.toml").write_text(CONFIG)
        server, address = start(program, folder)
        # The log is read, so that its pipe never fills.
        reader = subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
        try:
            tried = subprocess.run([command, "run", f"{address}/openapi.json", "--max-examples", examples, "--seed", "1",
                                    "--request-timeout", "30", "--phases", "examples,coverage,fuzzing,stateful"], cwd=folder)
        finally:
            server.send_signal(signal.SIGTERM)
            ended = server.wait(timeout=20)
            reader.wait()
    if ended != 0:
        print(f"the server ended with {ended}, expected 0")
    return tried.returncode or ended


if __name__ == "__main__":
    sys.exit(main())
