"""Who the clinic knows."""

from datetime import date

from agent.model.value import Value


class Patient(Value):
    id: str
    clinic: str
    name: str
    dob: date
    phones: tuple[str, ...]  # E.164, on file
    language: str = "en"


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
