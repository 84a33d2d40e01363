"""Add, list or disable the people who sign in at the console."""

import argparse
import getpass
import sys

from agent.adapters.ids import new_ids
from agent.adapters.store import open_store
from agent.house import keys_of, utc_now
from agent.model.patient import StaffUser
from agent.settings import load_settings
from agent.verbs.lines import clinic_from
from agent.web.passwords import hash_password


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("add", "list", "disable"))
    parser.add_argument("email", nargs="?", default="")
    parser.add_argument("--name", default="")
    parser.add_argument("--role", choices=("front-desk", "clinician", "admin"), default="front-desk")


def run(given: argparse.Namespace) -> int:
    settings = load_settings()
    data, secret = keys_of(settings)
    new_id = new_ids(utc_now)
    store = open_store(settings.database_url, data_key=data, secret=secret, clock=utc_now, new_id=new_id)
    clinic = clinic_from(None)
    with store.begin() as tx:
        if given.what == "list":
            for user in tx.staff.all(clinic.id):
                print(f"{user.email}\t{user.role}\t{user.name}{' (disabled)' if user.disabled else ''}")
            return 0
        known = tx.staff.by_email(given.email.lower())
        if given.what == "disable":
            if known is None:
                print("there is nobody with that address", file=sys.stderr)
                return 1
            tx.staff.save(known.model_copy(update={"disabled": True}))
            tx.staff.close_sessions_of(known.id)
            return 0
        if known is not None or "@" not in given.email or not given.name:
            print("give a new e-mail address and --name", file=sys.stderr)
            return 2
        password = (
            getpass.getpass("Password (12 or more characters): ")
            if sys.stdin.isatty()
            else sys.stdin.readline().strip()
        )
        if len(password) < 12:
            print("at least 12 characters", file=sys.stderr)
            return 2
        fresh = StaffUser(id=new_id(), clinic=clinic.id, name=given.name, email=given.email.lower(), role=given.role,
                          password_hash=hash_password(password))  # fmt: skip
        tx.staff.add(fresh)
    return 0
