"""Which of our languages a browser would rather read, by its Accept-Language header; nothing of who sits before it."""

from collections.abc import Container

from fastapi import Request

from agent.desk.desk import Desk

_MOST_ASKED = 400  # characters of the header


def best_of(accepted: str, ours: Container[str], otherwise: str) -> str:
    """The best of `ours`; `otherwise` for anything else."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:_MOST_ASKED].split(",")):
        name, _, rest = part.strip().partition(";")
        wanted.append((-_weight(rest), place, name.strip().lower().partition("-")[0]))
    return next((tag for weight, _, tag in sorted(wanted) if weight < 0 and tag in ours), otherwise)


def page_language(request: Request, desk: Desk, known: str) -> str:
    """Of a patient's page: theirs where it is known and spoken here, else what their browser asks for."""
    if known in desk.content.live:
        return known
    return best_of(request.headers.get("accept-language", ""), desk.content.live, desk.clinic.default_language)


def _weight(text: str) -> float:
    name, _, number = text.strip().partition("=")
    try:
        return float(number) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
