"""The second factor: time-based one-time codes (RFC 6238), as every authenticator app makes them."""

import hmac
from datetime import datetime

import pyotp

_STEP = 30  # seconds
_AROUND = (0, -1, 1)  # clocks differ


def new_secret() -> str:
    return str(pyotp.random_base32())


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, in constant time for each; None for a wrong one."""
    given = "".join(code.split())
    if not (given.isascii() and given.isdigit() and len(given) == 6):
        return None
    maker, at = pyotp.TOTP(secret, interval=_STEP), int(now.timestamp()) // _STEP
    found = [at + n for n in _AROUND if hmac.compare_digest(str(maker.generate_otp(at + n)), given)]
    return found[0] if found else None


def picture_of(secret: str, email: str, clinic: str) -> str:
    """A QR code as SVG, for an authenticator app to read."""
    import segno  # 3 MB that only who sets it up needs

    uri = pyotp.TOTP(secret, interval=_STEP).provisioning_uri(name=email, issuer_name=clinic)
    made = segno.make(uri, error="m")
    return str(made.svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", dark="#000", light="#fff"))
