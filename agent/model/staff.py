"""What goes with a person's sign-in: where they are signed in, and how a new colleague is asked in."""

from datetime import datetime

from agent.model.value import Value


class StaffSession(Value):
    """One place where somebody is signed in. `key` is the hash of its token, `about` the kind of browser."""

    key: str
    opened_at: datetime
    seen_at: datetime
    about: str = ""
    glass_until: datetime | None = None  # sees every location until then


class Invitation(Value):
    """A sign-in that waits for its person to choose a password. `by` is a staff id."""

    clinic: str
    name: str
    email: str
    role: str
    locations: tuple[str, ...] = ()
    by: str
    expires_at: datetime
