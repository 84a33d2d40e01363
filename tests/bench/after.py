"""Search over the passages of approved instructions: 10,000 of them in four languages, questions in each. It waits for
nothing, so that processor time is counted, and other work on the machine is not."""

from datetime import UTC, datetime
from random import Random
from time import process_time

from agent.house import content_of
from agent.model.instructions import Sheet, SheetText
from agent.understand.passages import Index, Small

PASSAGES, EACH, QUESTIONS = 10_000, 10, 400
_ASKED = {
    "en": "can I {} after the {}?", "es": "¿puedo {} después de {}?", "ht": "èske m ka {} apre {}?",
    "ar": "هل أستطيع {} بعد {}؟",
}  # fmt: skip


def sheets_of(passages: int) -> tuple[list[Sheet], dict[str, list[str]]]:
    """Sheets of made-up words, as long as real ones; and some words of each language's headings."""
    random, words = Random(7), {tag: _words(tag) for tag in _ASKED}
    at, sheets, tags = datetime(2026, 1, 1, tzinfo=UTC), [], list(_ASKED)
    for n in range(passages // EACH):
        tag = tags[n % len(tags)]
        blocks = [
            f"[{', '.join(random.choices(words[tag], k=6))}]\n{' '.join(random.choices(words[tag], k=28))}."
            for _ in range(EACH)
        ]
        text = SheetText(title=f"After {words[tag][n]}", about=(words[tag][n],), body="\n\n".join(blocks))
        sheets.append(
            Sheet(
                id=f"s{n}", clinic="k", visit_type="t", texts={tag: text}, written_by="u", written_at=at,
                state="approved", approved_name="Dr. O", approved_at=at,
            )
        )  # fmt: skip
    return sheets, words


def measure(passages: int = PASSAGES) -> dict[str, float]:
    random = Random(8)
    small, (sheets, words) = Small(content_of().rows["values"]), sheets_of(passages)
    began = process_time()
    built = Index(sheets, small)
    seconds = process_time() - began
    took = []
    for n in range(QUESTIONS):
        tag = list(_ASKED)[n % len(_ASKED)]
        question = _ASKED[tag].format(random.choice(words[tag]), random.choice(words[tag]))
        began = process_time()
        built.find(question, tag)
        built.needs_nurse(question, tag)
        took.append((process_time() - began) * 1000)
    took.sort()
    return {
        "passages": passages, "seconds_to_index": round(seconds, 2), "search_ms_p50": round(took[len(took) // 2], 2),
        "search_ms_p99": round(took[int(len(took) * 0.99)], 2),
    }  # fmt: skip


def _words(tag: str) -> list[str]:
    """Three thousand words that nobody has, in the language's script."""
    random = Random(tag)
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي" if tag == "ar" else "abcdefghijklmnoprstuvz"
    return ["".join(random.choices(letters, k=random.randint(5, 9))) for _ in range(3000)]
