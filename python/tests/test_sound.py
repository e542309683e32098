"""Sound, where FluidSynth and a soundfont are installed."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import composed_by_program

import story2midi


@pytest.fixture(scope="module")
def sound(score: story2midi.Score) -> np.ndarray:
    try:
        return score.render(sample_rate=22050)
    except story2midi.NotFound as missing:
        pytest.skip(str(missing))


def test_sound_has_two_channels_and_lasts_as_long_as_the_music(score: story2midi.Score, sound: np.ndarray) -> None:
    assert sound.dtype == np.float32 and sound.shape[1] == 2
    assert score.seconds <= len(sound) / 22050 <= score.seconds + 3.1
    assert .01 < np.abs(sound).max() <= 1


def test_sound_files_have_the_bytes_of_the_program(score: story2midi.Score, sound: np.ndarray, tmp_path: Path) -> None:
    expected = composed_by_program(tmp_path, "wav", "--seed", "5", "--bars", "8")
    assert score.to_bytes("wav") == expected


def test_a_sample_rate_out_of_range_is_refused(score: story2midi.Score, sound: np.ndarray) -> None:
    with pytest.raises(story2midi.InvalidInput, match="sample_rate"):
        score.render(sample_rate=1)
