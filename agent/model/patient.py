"""Who the clinic knows."""

import unicodedata
from datetime import date

from agent.model.value import Value


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).replace("đ", "d")


# The family names of nine Vietnamese in ten; written first, they are not what somebody is called by.
_VIETNAMESE = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý".casefold()
_ACCENTED, _PLAIN = frozenset(_VIETNAMESE.split()), frozenset(_bare(_VIETNAMESE).split())
_MIDDLE = frozenset({"thị", "thi", "văn", "van"})


class Patient(Value):
    id: str
    clinic: str
    name: str
    dob: date
    phones: tuple[str, ...]  # E.164, on file
    language: str = "en"

    @property
    def first_name(self) -> str:
        return first_name(self.name, self.language)


def first_name(name: str, language: str = "") -> str:
    """What somebody is called by: "Rosa" of "Rosa Marin", "Hoa" of "Trần Thị Hoa", who would be one of four Trần at a
    family's telephone."""
    first, *others = unicodedata.normalize("NFC", name).split()
    if not others:
        return first
    family, last = first.casefold(), others[-1]
    if family in _ACCENTED - _PLAIN:
        return last
    western = last.casefold() in _PLAIN | _ACCENTED  # "Hoang Nguyen"
    known = family in _PLAIN and not western and (language == "vi" or others[0].casefold() in _MIDDLE)
    return last if known else first


class StaffUser(Value):
    """A person with a sign-in. Roles: front-desk, nurse, clinician, admin, auditor, read-only. `locations`: where they
    work; empty: everywhere. `away`: takes no work just now. `totp`: the secret of their second factor, or empty.
    `language`: in which they see the console; empty: as their browser asks. `oidc`: issuer and subject of the account
    at the organisation's sign-in service that is theirs, or empty."""

    id: str
    clinic: str
    name: str
    email: str
    role: str
    password_hash: str = ""
    disabled: bool = False
    locations: tuple[str, ...] = ()
    away: bool = False
    totp: str = ""
    language: str = ""
    oidc: str = ""
