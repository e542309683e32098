"""The package writes what the program writes."""
from __future__ import annotations

import threading
from pathlib import Path

import pytest
from conftest import STORY, composed_by_program, run_program

import story2midi


@pytest.mark.parametrize("ending", ["mid", "json", "svg", "musicxml"])
def test_each_format_has_the_bytes_of_the_program(score: story2midi.Score, tmp_path: Path, ending: str) -> None:
    score.save(tmp_path / f"package.{ending}")
    expected = composed_by_program(tmp_path, ending, "--seed", "5", "--bars", "8")
    assert (tmp_path / f"package.{ending}").read_bytes() == expected
    assert score.to_bytes(ending) == expected


def test_options_mean_what_they_mean_to_the_program(studio: story2midi.Studio, tmp_path: Path) -> None:
    mine = studio.compose(STORY, seed=3, bars=4, key="D minor", tempo=70, metre="3/4", palette="string-quartet",
                          humanise=.5, temperature=.9, top_p=.9, drafts=2)
    expected = composed_by_program(tmp_path, "mid", "--seed", "3", "--bars", "4", "--key", "D minor", "--tempo", "70",
                                   "--meter", "3/4", "--palette", "string-quartet", "--humanise", ".5",
                                   "--temperature", ".9", "--top-p", ".9", "--drafts", "2")
    assert mine.to_bytes("mid") == expected


def test_a_file_is_read_by_its_ending_and_names_the_page(studio: story2midi.Studio, tmp_path: Path) -> None:
    story = tmp_path / "night_train.md"
    story.write_text("# One\n\nThe *train* left.\n\n# Two\n\nNobody came home.\n")
    mine = studio.compose(story, bars=8)
    for ending in ("mid", "musicxml"):
        file = tmp_path / f"program.{ending}"
        assert run_program("compose", str(story), "--bars", "8", "-q", "-o", str(file)).returncode == 0
        assert mine.to_bytes(ending) == file.read_bytes()


def test_music_of_a_mood_needs_no_story(studio: story2midi.Studio, tmp_path: Path) -> None:
    file = tmp_path / "mood.svg"
    assert run_program("compose", "--mood", "0.6,-0.4", "--bars", "4", "-q", "-o", str(file)).returncode == 0
    assert studio.compose(valence=.6, arousal=-.4, bars=4).to_bytes("svg") == file.read_bytes()


def test_threads_do_not_change_the_bytes(score: story2midi.Score) -> None:
    alone = story2midi.Studio(threads=1)
    found: list[bytes] = []

    def compose() -> None:
        found.append(alone.compose(STORY, seed=5, bars=8).to_bytes("mid"))

    threads = [threading.Thread(target=compose) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [score.to_bytes("mid")] * 3


def test_bars_are_those_of_the_piece(studio: story2midi.Studio, score: story2midi.Score) -> None:
    with studio.bars(STORY, seed=5, bars=8) as bars:
        all_bars = list(bars)
    assert [bar.number for bar in all_bars] == list(range(1, 9))
    assert bars.score is not None and bars.score.to_bytes("mid") == score.to_bytes("mid")
    for part in score.parts:
        streamed = sum(len(bar.notes.get(part.name, ())) for bar in all_bars)
        assert streamed == len(part.notes)


def test_the_program_is_the_package_s() -> None:
    told = run_program("--version")
    assert told.returncode == 0
    assert told.stdout.splitlines()[0] == f"story2midi {story2midi.__version__} ({story2midi.__commit__})"
    models = Path(story2midi.__file__).parent / "share/story2midi/models/base"
    assert str(models.resolve()) in told.stdout
