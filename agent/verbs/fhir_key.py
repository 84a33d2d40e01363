"""A key for the record's SMART sign-in: a new one, or the public part of the one that is set, to be registered."""

import argparse
import json
import sys

from agent.adapters.smart import Key, new_key
from agent.settings import load_settings
from agent.verbs.lines import wrong

EPILOG = """
Without --public: a new private key, to be kept where the desk's other secrets are (FRONTDESK_FHIR_KEY).
With --public: the JWK Set that belongs to FRONTDESK_FHIR_KEY; it holds nothing secret.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--public", action="store_true", help="print the JWK Set to register at the record system")


def run(given: argparse.Namespace) -> int:
    if not given.public:
        sys.stdout.write(new_key() + "\n")
        return 0
    try:
        key = Key(load_settings().fhir_key.get_secret_value())
    except ValueError as broken:
        wrong(f"FRONTDESK_FHIR_KEY: {broken}")
    sys.stdout.write(json.dumps(key.public()) + "\n")
    return 0
