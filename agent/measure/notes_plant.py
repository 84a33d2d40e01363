"""Errors planted in a true note, one kind at a time, to train the check on."""

import random
import re
from collections.abc import Callable, Sequence

from agent.documents.lexicon import drugs, rows
from agent.documents.rates import rates
from agent.documents.tokens import tokens
from agent.documents.values import quantities

_RATES = (
    "once daily", "twice daily", "three times daily", "four times daily", "every 4 hours", "every 6 hours",
    "every 8 hours", "every 12 hours", "once a week", "every other day", "weekly", "monthly", "at night",
    "every morning", "every other week",
)  # fmt: skip
_FLIPS = {
    "increase": "decrease", "increased": "decreased", "increasing": "decreasing", "decrease": "increase",
    "decreased": "increased", "continue": "discontinue", "continues": "discontinues", "continued": "discontinued",
    "start": "stop", "started": "stopped", "initiate": "stop", "stop": "continue", "discontinue": "continue",
    "prescribe": "discontinue", "prescribed": "discontinued", "improved": "worsened", "improving": "worsening",
    "worsening": "improving", "worsened": "improved", "better": "worse", "worse": "better", "elevated": "low",
    "high": "low", "lower": "raise", "gained": "lost", "lost": "gained", "improvement": "worsening",
    "reduce": "increase",
    "recommend": "advise against", "improve": "worsen", "reduced": "increased",
}  # fmt: skip
_NO_NOUN = r"been|not|no|never|\d|\w+(?:ed|en) |had |to |the |his |her |also |any "  # "has no continued" nobody writes
_NEGATIONS: tuple[tuple[str, str], ...] = (
    (r"^No\b", "Positive for"), (r"\b[Dd]enies(?: any)?\b", "reports"), (r"\bno\b ?", ""),
    (r"\bwithout(?: any)?\b", "with"),
    (r"\b(is|are|was|were|does|did|has|have|can) not\b", r"\1"), (r"\b[Rr]eports\b", "denies"),
    (r"\b(?:endorses|complains of)\b", "denies"),
    (rf"\b(There is|there is|has|have) (?:an? )?(?!{_NO_NOUN})", r"\1 no "),
    (r"\b(has|have|had) (\w+ed) ", r"\1 not \2 "),
    (r"\bnegative for\b", "positive for"), (r"^Positive for", "No"), (r"\b(noted|present)\b(?! time)", "not \\1"),
    (r"\bnever\b ?", ""), (r"\bnot\b ?", ""),
)  # fmt: skip
_HEDGES: tuple[tuple[str, str], ...] = (
    (r"\bI (?:think|believe|suspect)(?: that)?", "I have confirmed that"), (r"\b(?:may|might|could) have\b", "has"),
    (r"\b(?:possible|probable|suspected|questionable|likely|probably|possibly|most likely) ", ""),
    (r"\bis (?:likely|probably) ", "is confirmed as "), (r"\bappears to be\b", "is"), (r"\bmay be\b", "is"),
    (r" ?\? ?", " confirmed "), (r"\bconcerning for\b", "diagnostic of"),
    (r"\bconsistent with\b", "diagnostic of"), (r"\b(?:suggests|suggesting)\b", "confirms"),
)  # fmt: skip
_EXAMS = (
    "There is 1+ pitting edema of both ankles.", "Skin: no rash, no lesions.", "The thyroid is not enlarged.",
    "Straight leg raise is positive on the left.", "No cervical lymphadenopathy.", "Reflexes are 2+ throughout.",
    "No carotid bruit is heard.", "Both eardrums are clear.", "Lungs: clear, no wheezes or crackles.",
    "Heart: regular rate and rhythm, no murmur.", "Abdomen is soft and nontender, bowel sounds are normal.",
    "Gait is steady, no assistive device.", "Cranial nerves are intact.", "Pupils are equal and reactive.",
    "The throat is clear without exudate.", "No tenderness over the kidneys.", "Romberg test is negative.",
    "Capillary refill is brisk.", "Sensation is intact in both feet.", "Mucous membranes are moist.",
    "There is a grade 2 systolic murmur.", "Liver edge is palpable below the costal margin.",
    "Homans sign is negative.",
    "Mild tenderness of the right upper quadrant.", "Strength is 5/5 in all extremities.", "No clubbing or cyanosis.",
)  # fmt: skip
_PLANS = (
    "A referral to neurology was placed.", "We will obtain an MRI of the brain.", "The flu vaccine was given today.",
    "Follow up in 6 weeks for a repeat blood pressure check.", "A sleep study was ordered.",
    "Home nursing was arranged.",
    "The patient was referred to a dietitian.", "Thyroid tests will be repeated in 3 months.",
    "The patient was counseled to stop smoking.", "We will order a stress test.", "A colonoscopy was scheduled.",
    "I will refer her to physical therapy twice weekly for 6 weeks.", "An event monitor was ordered.",
    "We will check a vitamin D level.", "Oxygen at home at 2 liters per minute was arranged.",
    "A chest x-ray was ordered.",
    "The patient was advised to follow a low-sodium diet.", "We will arrange an echocardiogram.",
    "Return to clinic in 2 weeks.", "We discussed the risks and benefits of surgery.", "A urine culture was sent.",
    "The patient will keep a headache diary.", "A mammogram was ordered.", "Bone density testing was recommended.",
)  # fmt: skip
_TOLD = (
    "The patient also reports {x}.", "She also reports {x}.", "He has been having {x} as well.", "Positive for {x}.",
    "The patient endorses {x}.", "Reports occasional {x}.", "There is a history of {x}.",
    "The patient also complains of intermittent {x}.",
)  # fmt: skip
_TAKES = (
    "He is also taking {x} {n} mg daily.", "She uses {x} as needed.", "Current medications include {x} {n} mg.",
    "The patient continues on {x} {n} mg once daily.", "{X} {n} mg was prescribed.", "{X}.", "He takes {x}.",
)  # fmt: skip
_COMMON = (
    "lisinopril metformin atorvastatin amlodipine metoprolol omeprazole losartan gabapentin sertraline furosemide "
    "tramadol warfarin apixaban clopidogrel prednisone ibuprofen naproxen meloxicam tylenol aspirin zoloft "
    "lexapro prozac cymbalta flonase benadryl zyrtec claritin pepcid prilosec lipitor crestor norvasc lasix "
    "coumadin eliquis xarelto plavix keflex augmentin bactrim cipro doxycycline azithromycin amoxicillin "
    "allopurinol colchicine methotrexate tamsulosin flomax oxybutynin donepezil lamictal keppra topamax lyrica "
    "ambien xanax ativan seroquel lithium synthroid januvia jardiance ozempic glipizide spironolactone carvedilol "
    "propranolol albuterol symbicort montelukast cetirizine sumatriptan imitrex valacyclovir fluconazole "
    "hydroxychloroquine humira cyclobenzaprine baclofen oxycodone morphine codeine diclofenac"
).split()
_NAMES = "Parker Hughes Simmons Foster Ramirez Bennett Coleman Nguyen Patel Kim Olsen Novak Haddad Sato Mendoza".split()


def _spans(text: str, pattern: str) -> list[re.Match[str]]:
    return list(re.finditer(pattern, text))


def _put(text: str, start: int, end: int, new: str) -> str:
    old = text[start:end]
    if old[:1].isupper() and new:
        new = new[0].upper() + new[1:]
    made = re.sub(r"\s+([.,;])", r"\1", re.sub(r" {2,}", " ", text[:start] + new + text[end:])).strip()
    return made[0].upper() + made[1:] if made and text[:1].isupper() else made


def _drug(text: str, chance: random.Random) -> str | None:
    all = tokens(text)
    whole = [t.text if t.stem else "" for t in all]
    found = [(n, length) for n in range(len(all)) for _, length in drugs().at(whole, n)[:1]] if all else []
    if not found:
        return None
    n, length = chance.choice(found)
    return _put(text, all[n].start, all[n + length - 1].end, chance.choice(_COMMON))


def _value(kinds: tuple[str, ...]) -> Callable[[str, random.Random], str | None]:
    def swap(text: str, chance: random.Random) -> str | None:
        all = tokens(text)
        found = [q for q in quantities(all, text) if q.kind in kinds and (q.first == q.last or q.unit)]
        found = [q for q in found if all[q.first].text[0].isdigit()]
        if not found:
            return None
        q = chance.choice(found)
        old = q.value
        if "dose" in kinds:
            new = chance.choice([old * 2, old * 4, old / 2, old + 10, old / 10, old * 10])
        elif "duration" in kinds and chance.random() < 0.4:
            unit = chance.choice([u for u in ("days", "weeks", "months", "years") if not u.startswith(q.unit)])
            return _put(text, all[q.first].start, all[min(q.last, len(all) - 1)].end, f"{old:g} {unit}")
        elif q.kind == "age":
            new = old + chance.choice([-20, -10, -3, 2, 5, 7, 10, 20])
        else:
            new = max(0.0, old + chance.choice([-2, -1, 1, 2, 4, 10, 20]))
        if new == old or new <= 0:
            return None
        return _put(text, all[q.first].start, all[q.first].end, f"{new:g}")

    return swap


def _rate(text: str, chance: random.Random) -> str | None:
    all = tokens(text)
    found = rates(all)
    if not found:
        return None
    rate = chance.choice(found)
    first = rate.first
    if (first and all[first - 1].text in ("once", "twice")) or (first and all[first - 1].text in ("a", "per")):
        first -= 1
    old = text[all[first].start : all[rate.last].end].casefold()
    new = chance.choice([r for r in _RATES if r != old])
    return _put(text, all[first].start, all[rate.last].end, new)


def _word(table: dict[str, str]) -> Callable[[str, random.Random], str | None]:
    def swap(text: str, chance: random.Random) -> str | None:
        found = [t for t in tokens(text) if t.text in table]
        if not found:
            return None
        t = chance.choice(found)
        return _put(text, t.start, t.end, table[t.text])

    return swap


def _pattern(table: Sequence[tuple[str, str]]) -> Callable[[str, random.Random], str | None]:
    def swap(text: str, chance: random.Random) -> str | None:
        found = [(m, new) for pattern, new in table for m in _spans(text, pattern)[:1]]
        if not found:
            return None
        m, new = chance.choice(found)
        return _put(text, m.start(), m.end(), m.expand(new))

    return swap


def _family(text: str, chance: random.Random) -> str | None:
    relations = list(rows("talk")["relations"][:13])
    found = [t for t in tokens(text) if t.text in relations]
    if not found:
        return None
    t = chance.choice(found)
    return _put(text, t.start, t.end, chance.choice([r for r in relations if r != t.text]))


def _identity(text: str, chance: random.Random) -> str | None:
    titled = re.search(r"\b(?:Mr|Mrs|Ms)\. ([A-Z][a-z]+)", text)
    if titled and chance.random() < 0.5:
        return _put(text, titled.start(1), titled.end(1), chance.choice(_NAMES))
    pairs = {"male": "female", "female": "male", "man": "woman", "woman": "man", "gentleman": "lady"}
    return _word(pairs)(text, chance)


def _no_allergy(text: str, chance: random.Random) -> str | None:
    if re.search(r"\b(?:allergic to|allergy to|[Aa]llergies: (?!none|no))", text) and not re.search(
        r"\bno\b|\bden", text, re.I
    ):
        return chance.choice(
            ["No known drug allergies.", "The patient has no known allergies.", "Denies any allergies.", "NKDA."]
        )
    return None


def _symptom(_: str, chance: random.Random) -> str:
    names = [n for n in rows("findings") if n not in ("gait", "sleep", "pain", "edema", "tenderness")]
    return chance.choice(_TOLD).format(x=chance.choice(names))


def _medicine(_: str, chance: random.Random) -> str:
    name = chance.choice(_COMMON)
    return chance.choice(_TAKES).format(x=name, X=name.capitalize(), n=chance.choice([5, 10, 20, 25, 40, 50, 100]))


SWAPS: dict[str, Callable[[str, random.Random], str | None]] = {
    "med_swap": _drug, "dose_change": _value(("dose",)), "freq_change": _rate, "action_flip": _word(_FLIPS),
    "laterality_flip": _word({"left": "right", "right": "left"}), "negation_flip": _pattern(_NEGATIONS),
    "wrong_number": _value(("age", "count", "measure", "grade")), "wrong_duration": _value(("duration", "date")),
    "wrong_family_member": _family, "wrong_identity": _identity, "certainty_upgrade": _pattern(_HEDGES),
    "allergy_denied": _no_allergy,
}  # fmt: skip
INVENTIONS: dict[str, Callable[[str, random.Random], str]] = {
    "invented_symptom": _symptom, "invented_medication": _medicine,
    "invented_exam": lambda _, chance: chance.choice(_EXAMS), "invented_plan": lambda _, chance: chance.choice(_PLANS),
}  # fmt: skip


def plant(sentences: Sequence[str], kind: str, chance: random.Random) -> tuple[list[str], int] | None:
    """The sentences with one error of this kind, and which one it is; None where none fits."""
    if kind in INVENTIONS:
        at = chance.randint(0, len(sentences))
        return [*sentences[:at], INVENTIONS[kind]("", chance), *sentences[at:]], at
    order = list(range(len(sentences)))
    chance.shuffle(order)
    for n in order:
        made = SWAPS[kind](sentences[n], chance)
        if made and made.casefold() != sentences[n].casefold() and made not in sentences:
            return [*sentences[:n], made, *sentences[n + 1 :]], n
    return None
