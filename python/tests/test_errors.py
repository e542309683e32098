"""What goes wrong is an exception by kind; work can be stopped."""
from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from conftest import STORY

import story2midi


def test_a_value_out_of_range_names_the_option(studio: story2midi.Studio) -> None:
    with pytest.raises(story2midi.InvalidInput, match="bars") as raised:
        studio.compose(STORY, bars=0)
    assert isinstance(raised.value, ValueError) and raised.value.expected and raised.value.actual == "0"
    with pytest.raises(story2midi.InvalidInput, match="key"):
        studio.compose(STORY, key="H")
    with pytest.raises(story2midi.InvalidInput, match="seed"):
        studio.compose(STORY, seed=-1)


def test_an_unknown_option_is_a_type_error(studio: story2midi.Studio) -> None:
    with pytest.raises(TypeError, match="tempoo"):
        studio.compose(STORY, tempoo=90)  # type: ignore[call-arg]


def test_a_fault_of_a_plan_names_its_member(studio: story2midi.Studio) -> None:
    plan = studio.plan(STORY, bars=4)
    plan["sections"][0]["bars"][1]["tempo_bpm"] = -3
    with pytest.raises(story2midi.InvalidInput, match="tempo_bpm"):
        studio.compose(STORY, plan)
    with pytest.raises(story2midi.InvalidInput, match="a plan says already: bars"):
        studio.compose(STORY, plan, bars=3)


def test_a_plan_of_another_story_is_refused(studio: story2midi.Studio) -> None:
    with pytest.raises(story2midi.InvalidInput):
        studio.compose("Another story.", studio.plan(STORY, bars=4))


def test_missing_and_foreign_files(studio: story2midi.Studio, tmp_path: Path) -> None:
    with pytest.raises(story2midi.NotFound) as raised:
        studio.read(tmp_path / "none.txt")
    assert isinstance(raised.value, FileNotFoundError)
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n")
    with pytest.raises(story2midi.Error):
        studio.read(tmp_path / "a.pdf")
    with pytest.raises(story2midi.NotFound):
        story2midi.judge(tmp_path / "none.mid")
    with pytest.raises(story2midi.Error):
        story2midi.Studio(tmp_path)


def test_a_foreign_ending_is_unsupported(score: story2midi.Score, tmp_path: Path) -> None:
    with pytest.raises(story2midi.Unsupported):
        score.save(tmp_path / "score.doc")
    assert not list(tmp_path.iterdir())


def test_no_story_needs_a_mood(studio: story2midi.Studio) -> None:
    with pytest.raises(story2midi.InvalidInput, match="valence and arousal"):
        studio.compose(bars=4)


def test_a_soundfont_that_is_none_is_one_clear_error(score: story2midi.Score, tmp_path: Path) -> None:
    with pytest.raises(story2midi.Error, match="soundfont|FluidSynth"):
        score.render(soundfont=tmp_path / "none.sf2")


def test_progress_is_told_and_may_cancel(studio: story2midi.Studio) -> None:
    seen: list[tuple[int, int]] = []
    studio.compose(STORY, bars=8, progress=lambda done, whole: seen.append((done, whole)))
    assert seen[-1] == (8, 8)
    with pytest.raises(story2midi.Cancelled):
        studio.compose(STORY, bars=8, progress=lambda done, whole: False)
    with pytest.raises(ZeroDivisionError):
        studio.read(STORY, progress=lambda done, whole: bool(1 // 0))


def test_bars_may_be_left(studio: story2midi.Studio) -> None:
    with studio.bars(STORY, bars=512) as bars:
        assert next(bars).number == 1
    assert bars.score is None
    with pytest.raises(StopIteration):
        next(bars)
    with pytest.raises(story2midi.InvalidInput):
        next(studio.bars(STORY, bars=0))


def test_other_threads_run_meanwhile(studio: story2midi.Studio) -> None:
    counted = 0
    is_over = threading.Event()

    def count() -> None:
        nonlocal counted
        while not is_over.is_set():
            counted += 1
            time.sleep(.001)

    counter = threading.Thread(target=count)
    counter.start()
    start = time.monotonic()
    studio.compose(STORY, bars=64)
    elapsed = time.monotonic() - start
    is_over.set()
    counter.join()
    assert counted > 50 * elapsed  # a held GIL leaves none


def test_ctrl_c_ends_the_call() -> None:
    script = ("import story2midi\nstudio = story2midi.Studio()\nprint('begins', flush=True)\n"
              "try:\n  studio.compose('The bells rang.', bars=4096)\n"
              "except KeyboardInterrupt:\n  print('interrupted', flush=True)\n")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begins\n"
        time.sleep(.3)
        start = time.monotonic()
        os.kill(child.pid, signal.SIGINT)
        assert child.stdout.readline() == "interrupted\n"
        assert time.monotonic() - start < 5
        assert child.wait() == 0


def test_a_studio_is_pickled_by_its_paths(studio: story2midi.Studio, score: story2midi.Score) -> None:
    copy = pickle.loads(pickle.dumps(studio))
    assert copy.compose(STORY, seed=5, bars=8).to_bytes("mid") == score.to_bytes("mid")
