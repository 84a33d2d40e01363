"""What a caller hears between the words while they wait for a person: a few soft notes, computed here, so that no
recording of anybody's has to be licensed. The end leads into the beginning."""

import wave
from functools import cache
from io import BytesIO

import numpy as np

RATE = 8_000  # as on a telephone
SECONDS = 12
PATH = "/voice/hold.wav"
_CHORDS = ((262, 330, 392, 523), (220, 262, 330, 440), (175, 220, 262, 349), (196, 247, 294, 392))  # hertz
_ORDER = (0, 1, 2, 3, 2, 1)  # of the notes of a chord
_RINGS = 2.5  # seconds of one note, over those that follow
_LOUD = 5_600  # of 32,767: music on hold is not to shout down who comes to the telephone


@cache
def hold_music() -> bytes:
    """A WAV file of `SECONDS`."""
    notes = [chord[n] for chord in _CHORDS for n in _ORDER]
    length, step = RATE * SECONDS, RATE * SECONDS // len(notes)
    mixed = np.zeros(length)
    for at, hertz in enumerate(notes):
        sound = _note(hertz)
        np.add.at(mixed, (at * step + np.arange(sound.size)) % length, sound)
    samples = (mixed / np.abs(mixed).max() * _LOUD).astype("<i2")
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def _note(hertz: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """One pluck: it comes softly, and dies away to nothing."""
    at = np.arange(int(_RINGS * RATE)) / RATE
    wave_form = np.sin(2 * np.pi * hertz * at) + 0.3 * np.sin(4 * np.pi * hertz * at)
    faded: np.ndarray[tuple[int], np.dtype[np.float64]] = (
        wave_form * np.minimum(at / 0.015, 1.0) * np.exp(-1.6 * at) * (1 - at / _RINGS)
    )
    return faded
