"""Small forms for tests, as files hold them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agent.intake.check import assembled, check
from agent.intake.read import Flaw, read
from agent.model.form import Form

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def translated(**words: str) -> dict[str, Any]:
    rows = [{"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": tag}, {"url": "content", "valueString": w}]}
            for tag, w in words.items()]  # fmt: skip
    return {"extension": rows}


def item(link: str, type: str = "string", **more: Any) -> dict[str, Any]:
    return {"linkId": link, "type": type, "text": f"{link}?", **more}


def pick(link: str, *codes: str, scores: Sequence[int] = (), **more: Any) -> dict[str, Any]:
    options: list[dict[str, Any]] = [{"valueCoding": {"system": "s", "code": c, "display": c.title()}} for c in codes]
    for option, score in zip(options, scores, strict=False):
        url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
        option["valueCoding"]["extension"] = [{"url": url, "valueDecimal": score}]
    return item(link, "choice", answerOption=options, **more)


def when(question: str, operator: str = "=", **answer: Any) -> list[dict[str, Any]]:
    return [{"question": question, "operator": operator, **answer}]


def questionnaire(*items: Mapping[str, Any], name: str = "test", **more: Any) -> str:
    return json.dumps({"resourceType": "Questionnaire", "url": f"https://frontdesk.example/Questionnaire/{name}",
                       "name": name, "title": "Test", "status": "active", "item": list(items), **more})  # fmt: skip


def form(*items: Mapping[str, Any], name: str = "test") -> Form:
    found = read(questionnaire(*items, name=name), name)
    assert found.form is not None
    assert found.flaws == []
    return found.form


def flaws(*items: Mapping[str, Any], live: tuple[str, ...] = ("en",)) -> list[Flaw]:
    found = read(questionnaire(*items), "test")
    forms = assembled({"test": found})
    return found.flaws + (check(forms["test"], live) if "test" in forms and not found.flaws else [])
