"""Promise 9: the webhook answers fast, whatever the model does behind it."""

from tests.prove.ground import Ground
from tests.standin.chat_models import standin
from tests.topology import Many, many
from tests.topology.history import waiting
from tests.topology.load import Load, Sent

PROMISE = "The webhook answers fast"
RATE, SECONDS = 200, 60
SIZE = f"{RATE} webhooks a second for {SECONDS} s at two web processes, PostgreSQL, a model that never answers"
UNCLEAR = (
    "I was wondering about something for the thing",
    "it is about the paper from the other week",
    "hello it's about my thing from last time, could somebody sort it",
)
HANGS = 30.0  # seconds that the model keeps a caller waiting


def model(url: str) -> dict[str, str]:
    """Settings that let the desk ask the model at this address about what is unclear."""
    return {
        "FRONTDESK_MODEL": "openai:standin", "FRONTDESK_MODEL_URL": url, "FRONTDESK_MODEL_AGREEMENT": "none: a test",
        "OPENAI_API_KEY": "nobody's",
    }  # fmt: skip


def acknowledge(run: Many, rate: float, seconds: float, *, p99: float = 1.0, longest: float = 5.0) -> Sent:
    """Sends unclear texts of many people; raises AssertionError where an acknowledgement was late or refused."""
    sent = Load(run, rate=rate, seconds=seconds, people=round(rate * seconds), texts=UNCLEAR).send()
    assert set(sent.statuses) == {200}, f"answers other than 200: {sent.statuses}"
    assert sent.at(1.0) < longest, f"an acknowledgement took {sent.at(1.0):.1f} s ({sent})"
    assert sent.at(0.99) < p99, f"p99 of the acknowledgements is {sent.at(0.99):.2f} s ({sent})"
    return sent


def prove(ground: Ground) -> str:
    with standin() as hangs:
        hangs.wait = HANGS
        with many(ground.folder(), webs=2, workers=1, **model(hangs.url)) as run:
            sent = acknowledge(run, RATE, SECONDS)
            assert hangs.asked, "no text was unclear enough for the model"
            return f"{sent}; the model was asked {len(hangs.asked)} times, {waiting(run)[0]} texts wait for it"
