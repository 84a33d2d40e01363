"""Why a sentence is asked about, and how hard a summary for the patient is to read."""

from collections.abc import Sequence
from math import ceil

from agent.model.document import Document
from agent.model.note import Sentence, Utterance
from agent.web.console_tongue import tr

_EASY = 8.0  # school grade
_ENGLISH = 0.22  # share of its small words


def why_unsure(document: Document, sentence: Sentence) -> str:
    """What a reader is asked of a sentence that was put together with little certainty, or cannot be read easily."""
    from agent.documents.english import english_share
    from agent.documents.payer_form import EMPTY
    from agent.documents.reading_grade import grade

    if sentence.text.rstrip(".").endswith(f": {EMPTY}"):
        return tr("Neither the record nor the visit answers this. Edit it to answer; accepted, it stays open.")
    hard = grade(sentence.text)
    measured = document.kind == "after_visit_summary" and english_share(document.dialogue) >= _ENGLISH
    if measured and hard > _EASY:
        return tr(
            "It reads like school grade %(grade)s: hard for many patients. Can it be said more simply?",
            grade=str(ceil(hard)),
        )
    return tr("Is this right as it is written? It was put together with little certainty.")


def reads_like(document: Document, sentences: Sequence[str]) -> str:
    """How hard a summary for the patient is to read; English words alone can be measured."""
    from agent.documents.english import english_share
    from agent.documents.reading_grade import grade

    said = [Utterance(speaker="", text=s) for s in sentences]
    if document.kind != "after_visit_summary" or not said or english_share(said) < _ENGLISH:
        return ""
    level = max(grade(" ".join(sentences)), 1)
    return tr("It reads like school grade %(grade)s, by Flesch and Kincaid.", grade=f"{level:.0f}")
