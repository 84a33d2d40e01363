"""Whoever asks to hear it again says so in many ways, several at once, and with nothing else beside it."""

from functools import cache

import pytest

from agent.understand.repairs import Repairs
from tests.understand.spoken import ALL, rows

AGAIN = [
    ("en", "sorry I didn't hear that, can you say it again"), ("en", "excuse me could you repeat the times please"),
    ("en", "what was that again"), ("es", "perdón no le entendí"), ("es", "no le entendí, repita por favor"),
    ("es", "disculpe, ¿me lo puede repetir?"), ("fr", "pardon, j'ai pas bien entendu, vous pouvez répéter"),
    ("pt", "desculpe não entendi, pode repetir por favor"), ("de", "Entschuldigung, das habe ich nicht verstanden"),
    ("it", "scusi, non ho sentito bene, può ripetere per favore"), ("pl", "przepraszam, nie usłyszałam, jeszcze raz"),
    ("ru", "извините, я не расслышал, повторите пожалуйста"), ("ar", "عفوا ما سمعت، ممكن تعيد السؤال"),
    ("hi", "माफ़ कीजिए, सुनाई नहीं दिया, फिर से बोलिए"), ("zh", "不好意思，我没听清，请再说一遍"),
    ("vi", "xin lỗi, tôi không nghe rõ, xin nhắc lại"), ("ko", "죄송한데요, 잘 못 들었어요, 다시 말씀해 주세요"),
    ("tl", "pasensya na, hindi ko po narinig, pakiulit po"), ("ht", "eskize m, m pa t tande, repete tanpri"),
]  # fmt: skip
NOT = [
    ("en", "sorry"), ("en", "can you repeat my prescription"), ("en", "I can't hear out of my left ear"),
    ("en", "say it again please and my chest hurts"), ("es", "por favor"), ("es", "repita mi receta"),
    ("fr", "je veux une autre fois"), ("de", "noch einmal am Dienstag"), ("en", ""),
]  # fmt: skip


@cache
def repairs() -> Repairs:
    return Repairs({tag: rows(f"{tag}/_repairs.yaml") for tag in ALL})


@pytest.mark.parametrize(("lang", "text"), AGAIN)
def test_it_is_asked_to_be_said_again(lang: str, text: str) -> None:
    assert repairs().is_whole(text, lang, "repeat")


@pytest.mark.parametrize(("lang", "text"), NOT)
def test_what_says_something_else_too_is_no_such_wish(lang: str, text: str) -> None:
    assert not repairs().is_whole(text, lang, "repeat")
