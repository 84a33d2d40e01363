"""A patient with unmistakable details, driven through every flow of a real desk; and the search for any trace."""

import base64
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import redis

from tests.live import Live

PHONE = "+12125558723"
NAME, BORN, REASON = "Zephyrine Quillfeather", "1957-11-23", "xylophonic kneecap"
WORDS = ("zephyrine", "quillfeather", "xylophonic", "kneecap", "2125558723", "212-555-8723", "1957-11-23",
         "november 23 1957", "11/23/1957", "marmaladephobia")  # fmt: skip

SAID = (
    "Hi, I need an appointment for my xylophonic kneecap", "next Tuesday", "1", f"{NAME} November 23 1957", "yes",
    "yes", "when is my appointment?", f"{NAME} 11/23/1957", "000000", "please move my appointment to Wednesday", "2",
    "cancel it", "my marmaladephobia makes me want to kill myself", "I have crushing chest pain and marmaladephobia",
    "refill my marmaladephobia tablets", "what did my xylophonic kneecap test show?",
    "I want to talk to a person about my xylophonic kneecap", "send my records to Dr Quillfeather",
    "put me on the waitlist, kneecap", "I have a complaint, says Zephyrine", "necesito una cita, me llamo Zephyrine",
    "call me at 212-555-8723", "never mind", "STOP", "START", "HELP", "Zephyrine " * 150,
    "\u202eZephyrine {0.__class__} %s",
)  # fmt: skip


def spellings(words: Iterable[str] = WORDS) -> dict[bytes, str]:
    """How each word could stand in a file: plain, in base64 at each offset, in hex, as an address, as UTF-16."""
    found: dict[bytes, str] = {}
    for word in words:
        for form in {word, word.title(), word.upper()}:
            plain = form.encode()
            found[plain.lower()] = word
            found[quote(form).encode().lower()] = word
            found[plain.hex().encode()] = word
            found[form.encode("utf-16-le").lower()] = word
            if len(plain) >= 9:  # shorter ones would be found by chance
                for shift in range(3):
                    middle = base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]
                    found[middle.lower()] = word
    return found


def traces(name: str, data: bytes, marks: dict[bytes, str]) -> list[str]:
    """`where: word` for each word that stands in the data."""
    low = data.lower()
    return sorted({f"{name}: {word}" for mark, word in marks.items() if mark in low})


@dataclass
class Watched:
    """What was seen from outside while the patient was there."""

    seen: dict[str, list[bytes]] = field(default_factory=dict)

    def add(self, name: str, data: bytes) -> None:
        self.seen.setdefault(name, []).append(data)

    def traces(self) -> list[str]:
        marks = spellings()
        return [found for name, parts in self.seen.items() for found in traces(name, b"\n".join(parts), marks)]

    def bytes(self) -> int:
        return sum(len(part) for parts in self.seen.values() for part in parts)


@contextmanager
def broker(url: str, watched: Watched) -> Iterator[None]:
    """Every command that reaches this Redis, and at the end every key that it still holds."""
    stop = threading.Event()
    client = redis.Redis.from_url(url)

    def listen() -> None:
        with client.monitor() as monitor:
            while not stop.is_set():
                if monitor.connection.can_read(0.1):
                    watched.add("Redis commands", monitor.next_command()["command"].encode())

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)
        for key in client.scan_iter():
            watched.add("Redis keys", key + b" " + (client.dump(key) or b""))
        client.close()


def processes(pids: Iterable[int], watched: Watched) -> None:
    """What anybody on the machine may read of these processes: command lines, environments, names of threads."""
    for pid in pids:
        for part in ("cmdline", "environ", "comm"):
            watched.add(f"process {part}", Path(f"/proc/{pid}/{part}").read_bytes())


def talk(desk: Live, first: int, texts: Iterable[str] = SAID, *, sender: str = PHONE) -> int:
    """Says it all, each text stored before the next; how many were acknowledged. One that meets a dead server is said
    again under its own number, as Twilio would do."""
    count = 0
    for number, said in enumerate(texts, first):
        for _ in range(60):
            if desk.post(f"SM{number:032x}", sender, said, seconds=20) == 200:
                count += 1
                break
            time.sleep(0.5)
    return count


def pages(desk: Live, watched: Watched) -> None:
    """What a stranger is answered, figures and errors of every kind; addresses hold the words as an attacker would."""
    base = f"http://127.0.0.1:{desk.port}"
    word = quote(NAME)
    asks: list[tuple[str, bytes | None]] = [
        ("/metrics", None), ("/healthz", None), ("/readyz", None), ("/openapi.json", None), ("/console", None),
        ("/chat", None), ("/widget.js", None), ("/nowhere", None), ("/twilio/sms", b"From=x"),
        ("/rasa/webhook", json.dumps({"tracker": {"sender_id": NAME}}).encode()), ("/twilio/sms/status?row=1", b"a=b"),
    ]  # fmt: skip
    for path, body in asks:
        watched.add("answers", _ask(base + path, body))
    theirs: list[tuple[str, bytes | None]] = [
        (f"/{word}", None), (f"/console/tasks/{word}", None), (f"/chat?name={word}", None),
        (f"/twilio/sms?From={quote(PHONE)}", b"x"), ("/console/sign-in", f"email={word}&password={word}".encode()),
    ]  # fmt: skip
    for path, body in theirs:  # who asks may be shown their own words again; only the logs may not keep them
        _ask(base + path, body)


def _ask(url: str, body: bytes | None) -> bytes:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body), timeout=20) as answer:
            return bytes(str(answer.headers), "utf-8") + bytes(answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return bytes(str(refused.headers), "utf-8") + refused.read()
