"""Requests that were Twilio's until somebody touched them."""

import random
from urllib.parse import parse_qsl, urlencode

from agent.ports import Hook


def meaning(given: Hook) -> object:
    """What a request says, however it is spelled."""
    pairs = sorted(set(parse_qsl(given.body.decode("latin-1"), keep_blank_values=True)))
    return given.url, pairs, given.headers["x-twilio-signature"]


def altered(given: Hook, dice: random.Random) -> Hook:
    """One byte changed, dropped or added in the address, the form or the signature; or pairs dropped or swapped."""

    def byte(raw: bytes, start: int = 0) -> bytes:
        at = dice.randrange(start, len(raw))
        new = bytes([dice.randrange(33, 127)])
        return dice.choice([raw[:at] + new + raw[at + 1 :], raw[:at] + new + raw[at:], raw[:at] + raw[at + 1 :]])

    headers, url, body = dict(given.headers), given.url, given.body
    match dice.randrange(5):
        case 0:
            start = url.index("/", len("https://")) + 1
            url = byte(url.encode(), start).decode()
        case 1 | 2:
            body = byte(body)
        case 3:
            headers["x-twilio-signature"] = byte(headers["x-twilio-signature"].encode()).decode()
        case _:
            pairs = parse_qsl(body.decode(), keep_blank_values=True)
            one, two = dice.sample(range(len(pairs)), 2)
            (a, b), (c, d) = pairs[one], pairs[two]
            pairs[one], pairs[two] = (a, d), (c, b)
            body = urlencode(pairs[: dice.randrange(1, len(pairs) + 1)]).encode()
    return Hook(given.method, url, headers, body, given.peer)


def mutants(original: Hook, count: int, dice: random.Random) -> list[Hook]:
    """So many requests that say something else than the original."""
    meant, found = meaning(original), []
    while len(found) < count:
        mutant = altered(original, dice)
        if meaning(mutant) != meant:  # %2B and %2b are the same request
            found.append(mutant)
    return found
