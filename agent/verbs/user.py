"""Add, list or disable the people who sign in at the console."""

import argparse
import getpass
import sys

from agent.adapters.ids import new_ids
from agent.house import store_of, utc_now
from agent.model.clinic import Clinic
from agent.model.fault import Busy
from agent.model.patient import StaffUser
from agent.ports import NewId, Store
from agent.settings import load_settings
from agent.verbs.lines import clinic_from
from agent.web.console_rights import ROLES
from agent.web.passwords import LEAST, hash_password


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("add", "list", "disable"))
    parser.add_argument("email", nargs="?", default="")
    parser.add_argument("--name", default="")
    parser.add_argument("--role", choices=ROLES, default="front-desk")


def run(given: argparse.Namespace) -> int:
    clinic, new_id = clinic_from(None), new_ids(utc_now)
    try:
        store = store_of(load_settings(), utc_now, new_id)
        if given.what == "list":
            return _list(store, clinic)
        if given.what == "disable":
            return _disable(store, given.email.lower())
        return _add(store, clinic, given, new_id)
    except Busy:
        print("the database is locked or away", file=sys.stderr)
        return 1


def _list(store: Store, clinic: Clinic) -> int:
    with store.begin(write=False) as tx:
        for user in tx.staff.all(clinic.id):
            print(f"{user.email}\t{user.role}\t{user.name}{' (disabled)' if user.disabled else ''}")
    return 0


def _disable(store: Store, email: str) -> int:
    with store.begin() as tx:
        known = tx.staff.by_email(email)
        if known is None:
            print("there is nobody with that address", file=sys.stderr)
            return 1
        tx.staff.save(known.model_copy(update={"disabled": True}))
        tx.staff.close_sessions_of(known.id)
    return 0


def _add(store: Store, clinic: Clinic, given: argparse.Namespace, new_id: NewId) -> int:
    email = given.email.strip().lower()
    with store.begin(write=False) as tx:
        known = tx.staff.by_email(email)
    if known is not None or "@" not in email or not given.name:
        print("give a new e-mail address and --name", file=sys.stderr)
        return 2
    password = _password()  # asked for outside the transaction: nobody waits while somebody types
    if len(password) < LEAST:
        print(f"at least {LEAST} characters", file=sys.stderr)
        return 2
    fresh = StaffUser(id=new_id(), clinic=clinic.id, name=given.name, email=email, role=given.role,
                      password_hash=hash_password(password))  # fmt: skip
    with store.begin() as tx:
        tx.staff.add(fresh)
    return 0


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Password ({LEAST} or more characters): ")
    return sys.stdin.readline().strip()
