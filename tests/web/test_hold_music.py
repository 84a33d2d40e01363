"""Music on hold: a sound of our own that a telephone can play, and that stops nobody from speaking."""

import wave
from io import BytesIO

import numpy as np

from agent.web.hold_music import RATE, SECONDS, hold_music


def test_it_is_a_telephones_sound_soft_and_without_a_break_where_it_begins_again() -> None:
    with wave.open(BytesIO(hold_music())) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE)
        assert sound.getnframes() == RATE * SECONDS
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(int)
    loudest = np.abs(samples).max()
    assert 3_000 < loudest < 8_000
    assert all(np.abs(part).max() > loudest / 10 for part in np.split(samples, SECONDS)), "a second of silence"
    assert abs(samples[0] - samples[-1]) < np.abs(np.diff(samples)).max(), "a click at the seam"
