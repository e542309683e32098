from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import story2midi

STORY = ("The last ship had gone, and the harbour lay silent in the rain. She waited until the lamps went out. "
         "Then, far over the water, a small light answered hers, and all the bells of the town began to ring for joy.")


def run_program(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "story2midi", *words], capture_output=True, text=True, check=False)


def composed_by_program(folder: Path, ending: str, *words: str) -> bytes:
    """The bytes that the program writes of STORY."""
    file = folder / f"program.{ending}"
    done = run_program("compose", "--text", STORY, *words, "-q", "-o", str(file))
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


@pytest.fixture(scope="session")
def studio() -> story2midi.Studio:
    return story2midi.Studio()


@pytest.fixture(scope="session")
def score(studio: story2midi.Studio) -> story2midi.Score:
    return studio.compose(STORY, seed=5, bars=8)
