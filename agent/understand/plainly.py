"""Messages of nothing but words that are known: good news, an old visit, "can I shower?". Only rules weigh them for
danger; the classifier, which knows no such message, is not asked."""

from collections.abc import Mapping
from typing import Any

from agent.understand.absences import cannot_come, elsewhere
from agent.understand.classifier import Guess
from agent.understand.feelings import Feelings
from agent.understand.repairs import Repairs
from agent.understand.replies import SLOTS, says_little
from agent.understand.said import SURE, Said
from agent.understand.words import phrase

_ASIDE = ("news", "over")  # nothing but `<kind>_told` and the words beside it
_WELL = ("better", "same")
_FEW = 3  # parts of a message


class Plainly:
    """Reads by the tables of `_repairs.yaml`; "better, can I shower?" also by those for how somebody feels."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]], repairs: Repairs) -> None:
        self._repairs = repairs
        self._feelings = {tag: Feelings(row) for tag, row in rows.items()}
        self._kin = {tag: _kin(row) for tag, row in rows.items()}

    def meant(self, said: Said) -> Guess | None:
        """What such a message is; None for any other."""
        if self._repairs.is_whole(said.text, said.lang, "no_more_calls"):
            return Guess("stop_messages", SURE)
        if self._repairs.is_whole(said.text, said.lang, "rather_text"):
            return Guess("out_of_scope", 0.0)  # "text me, don't call" is about neither an end nor a person
        if not said.of_form and self._repairs.within(said.text, said.lang, "no_robot"):
            return Guess("talk_to_human", SURE)
        if self._asks_may_again(said):
            return Guess("post_visit_instructions", SURE, plain=True)
        if said.question is None and self._repairs.is_told(said.text, said.lang, "lost"):
            return Guess("talk_to_human", SURE)  # a person looks for it
        asked = said.question is not None and said.question.slot in SLOTS and not said.of_form
        if (asked or said.question is None) and cannot_come(said, self._repairs):
            return Guess("cancel", SURE)
        if asked and elsewhere(said, self._repairs, self._kin.get(said.lang, frozenset())):
            said.answer, said.plain = None, True  # "no, I'm her son" is no answer for her
            return Guess("out_of_scope", 0.0)
        if said.note_plain(self._repairs) or says_little(said, self._repairs):
            return Guess("out_of_scope", 0.0)
        return Guess("out_of_scope", 0.0, plain=True) if self._asks_for_nothing(said) else None

    def _asks_may_again(self, said: Said) -> bool:
        """ "Can I shower?", with nothing beside it but that they are better."""
        parts = self._repairs.parts(said.text, said.lang, 1)
        asked = [part for part in parts if self._repairs.is_whole(part, said.lang, "may_again")]
        if not asked:
            return self._repairs.is_whole(said.text, said.lang, "may_again")
        feelings = self._feelings.get(said.lang)
        well = [p for p in parts if p not in asked and feelings is not None and feelings.read(p) in _WELL]
        return len(parts) <= _FEW and len(asked) + len(well) == len(parts)

    def _asks_for_nothing(self, said: Said) -> bool:
        """ "He passed the test"; "I'm fine, it was years ago"; "I saw Dr. Nguyen last spring"."""
        if said.of_form or said.asks:
            return False
        if any(self._repairs.is_told(said.text, said.lang, kind) for kind in _ASIDE):
            return True
        if "provider" not in said.spans:
            return False
        known = [said.spans["provider"], *((e.start, e.end) for e in said.expressions)]
        left = "".join(" " if any(a <= i < b for a, b in known) else c for i, c in enumerate(said.text))
        return self._repairs.is_told(left, said.lang, "seen")


def _kin(row: Mapping[str, Any]) -> frozenset[tuple[str, ...]]:
    """The words for relatives."""
    return frozenset(phrase(p) for who, words in row.get("relations", {}).items() if who != "self" for p in words)
