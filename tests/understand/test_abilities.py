"""Whoever asks what the desk can do is told, in every language, also in the middle of something else."""

import pytest

from tests.understand.test_hear import NOW, ears

ASKED = [
    ("en", "what can you do"),
    ("en", "How does this work?"),
    ("es", "¿en qué me puede ayudar?"),
    ("fr", "comment ça marche ?"),
    ("pt", "como funciona?"),
    ("de", "Was kannst du alles?"),
    ("it", "come funziona?"),
    ("pl", "jak to działa?"),
    ("ru", "что вы умеете?"),
    ("ar", "كيف يمكنك مساعدتي؟"),
    ("hi", "aap kya kar sakte ho"),
    ("zh", "你能做什么？"),
    ("vi", "bạn có thể giúp gì cho tôi?"),
    ("ko", "무엇을 도와주실 수 있나요?"),
    ("tl", "ano po ang maitutulong nyo?"),
    ("ht", "kijan ou ka ede m?"),
]


@pytest.mark.parametrize(("lang", "text"), ASKED)
@pytest.mark.parametrize("open_flows", [(), ("book",)])
def test_it_is_an_answer_and_begins_nothing(lang: str, text: str, open_flows: tuple[str, ...]) -> None:
    heard = ears().hear(text, now=NOW, lang=lang, open_flows=open_flows)
    assert [(c.do, getattr(c, "flow", None)) for c in heard.commands] == [("ask_answer", "abilities")]


@pytest.mark.parametrize("text", ["what can you do about my bill", "help me", "how does metformin work"])
def test_other_questions_are_not_that_one(text: str) -> None:
    commands = ears().hear(text, now=NOW, lang="en").commands
    assert "abilities" not in [getattr(c, "flow", None) for c in commands]
