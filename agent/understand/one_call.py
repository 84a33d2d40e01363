"""One call of a language model with a deadline and without a second try; what goes wrong has a name and no words."""

import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from agent.ports.replies import DraftOutcome
from agent.understand.model import Chat, chat_of
from agent.understand.patience import Patience

_AT_ONCE = 2  # calls under way, for all staff of this process
S = TypeVar("S", bound=BaseModel)


class OneCall(Generic[S]):
    """Safe to share between threads. A call that hangs keeps its place until it ends; the third is told "busy". After
    several calls in a row without an answer nobody waits for the model for a minute: "resting"."""

    def __init__(
        self, shape: type[S], name: str, *, url: str | None, seconds: float, tokens: int, chat: Chat | None = None
    ) -> None:
        self._shape, self._name, self._url, self._seconds, self._tokens = shape, name, url, seconds, tokens
        self._chat = chat
        self._patience = Patience()
        self._making = threading.Lock()
        self._free = threading.Semaphore(_AT_ONCE)
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="drafts")

    def ask(self, system: str, human: str) -> tuple[S | None, DraftOutcome]:
        """The answer in its shape, or why there is none. Never raises, and never takes longer than its deadline (the
        first call also imports LangChain)."""
        answer, outcome = self._asked(system, human) if not self._patience.is_over else (None, "resting")
        self._patience.note(outcome)
        return answer, outcome

    def _asked(self, system: str, human: str) -> tuple[S | None, DraftOutcome]:
        if not self._free.acquire(blocking=False):
            return None, "busy"
        call = self._workers.submit(self._invoke, [("system", system), ("human", human)])
        call.add_done_callback(lambda _: self._free.release())
        try:
            return call.result(self._seconds), "drafted"
        except TooLate:
            return None, "late"
        except ValidationError:
            return None, "not_understood"
        except Exception:  # its words may be anybody's: its kind alone is told
            return None, "failed"

    def _invoke(self, messages: list[tuple[str, str]]) -> S:
        with self._making:
            if self._chat is None:
                self._chat = chat_of(self._name, self._url, self._seconds, self._shape, most_tokens=self._tokens)
        answer = self._chat.invoke(messages)
        return answer if isinstance(answer, self._shape) else self._shape.model_validate(answer)
