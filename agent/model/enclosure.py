"""A document that a person put to a reply: which one, for whom, and how far its one-time link has got."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from agent.model.value import Value

EnclosureState = Literal["sent", "opened", "locked", "withdrawn"]
EnclosureKind = Literal["sheet", "document"]


class Enclosure(Value):
    """`ref`: the sheet's or document's id; `nth`: the sheet's version, 0 of a document. `key`: the hash of the link's
    token. `coded`: a code goes to the number on file besides, since the link did not. `asked`: hashes of cookies that
    gave name and date of birth and wait for their code, until when; `browser`: of the one that opened it, which may
    read on until `closes_at`."""

    id: str
    clinic: str
    conversation: str
    patient: str
    kind: EnclosureKind
    ref: str
    nth: int = 0
    language: str = "en"
    title: str
    outbound: str
    by: str  # the member of staff's id
    key: str
    coded: bool = False
    state: EnclosureState = "sent"
    tries: int = 0  # wrong names, dates of birth and codes
    codes: int = 0  # sent
    asked: Mapping[str, datetime] = Field(default_factory=dict)
    browser: str = ""
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    version: int = 0
