"""Each example runs, and writes what its first line says."""
from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED = {"first_piece": ["harbour.mid", "harbour.musicxml", "harbour.svg"], "edit_plan": ["edited.mid", "plan.json"],
            "bars_as_written": ["bars.mid"], "moods_judged": ["Q1.mid", "Q2.mid", "Q3.mid", "Q4.mid"]}


def test_every_script_has_a_test() -> None:
    assert {file.stem for file in EXAMPLES.glob("*.py")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_script(name: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(EXAMPLES / f"{name}.py"), str(tmp_path)], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert sorted(file.name for file in tmp_path.iterdir()) == EXPECTED[name]


def test_the_notebook_runs_and_shows_its_score() -> None:
    cells = json.loads((EXAMPLES / "notebook.ipynb").read_text())["cells"]
    names: dict[str, Any] = {}
    shown = []
    for cell in cells:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(cell["source"]))
            last = tree.body[-1]
            if isinstance(last, ast.Expr):
                tree.body.pop()
                exec(compile(tree, "cell", "exec"), names)
                shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
            else:
                exec(compile(tree, "cell", "exec"), names)
    assert "svg" in shown[0]._repr_html_()
