"""Languages by key, on a telephone: the recogniser listens in one language at a time, so whoever cannot follow the
greeting presses a key. Each line is said in the language that it offers; what was said last is what the keys mean."""

from collections.abc import Mapping

from agent.dialogue.draft import Draft
from agent.model.conversation import Conversation
from agent.model.message import Inbound

_KEYS, _MORE = "23456789", "9"
_LINE, _OTHERS = "voice.language", "voice.language.more"
_PAYLOAD, _NEXT = "language=", "languages="


def offer(draft: Draft, first: int = 0) -> None:
    """The clinic's other languages from the `first` on; where there are more than keys, the last key leads to those.
    After the question, so that nobody who has understood it needs to wait."""
    if draft.conversation.channel != "voice":
        return
    rest = _others(draft)[first:]
    fits = len(rest) <= len(_KEYS)
    for key, tag in zip(_KEYS if fits else _KEYS[:-1], rest, strict=False):
        draft.say(_LINE, values={"digit": key}, locale=tag)
    if not fits:
        draft.say(_OTHERS, values={"digit": _MORE, "first": first + len(_KEYS) - 1})


def more(draft: Draft, inbound: Inbound) -> bool:
    """The key for the languages that had no key yet."""
    kind, _, first = (inbound.payload or "").partition("=")
    if draft.conversation.channel != "voice" or f"{kind}=" != _NEXT or not (first.isascii() and first.isdigit()):
        return False
    offer(draft, int(first))
    return True


def keys(conversation: Conversation) -> Mapping[str, str]:
    """Key -> payload, while the languages are what was said last."""
    found = {}
    for said in conversation.last_keys:
        if said["key"] == _LINE:
            found[str(said["values"]["digit"])] = f"{_PAYLOAD}{said['locale']}"
        elif said["key"] == _OTHERS:
            found[str(said["values"]["digit"])] = f"{_NEXT}{said['values']['first']}"
    return found


def unheard(draft: Draft) -> bool:
    """Nobody's recogniser knows the language of this call: the desk asks nothing that it could not hear answered."""
    language = draft.content.languages.get(draft.conversation.locale)
    return draft.conversation.channel == "voice" and language is not None and language.speech is None


def _others(draft: Draft) -> list[str]:
    """The clinic's own language first."""
    clinic, spoken = draft.clinic, draft.conversation.locale
    wanted = dict.fromkeys((clinic.default_language, *clinic.languages))
    return [tag for tag in wanted if tag != spoken and tag in draft.content.live]
