"""What the Python scripts share: steps that print one line each, and ways to say what is wanted."""

import json
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

CARD = json.loads(Path(os.environ["CLIENT_CARD"]).read_text())
ORG = CARD["orgs"][0]
USERS = {user["alias"]: user["username"] for user in ORG["users"]}
VERSION = "67.0"

_failed = []
_passed = []


class Unlike(Exception):
    """What came is not what was wanted."""


@contextmanager
def step(name: str):
    """One command. Whatever goes wrong in it is told, and the next one goes on."""
    begun = time.monotonic()
    try:
        yield
    except Exception as error:  # noqa: BLE001, any failure of a client is what this looks for
        _failed.append(name)
        told = str(error) if isinstance(error, Unlike) else f"{type(error).__name__}: {error}"
        print(f"FAILED {name}: {told[:1500]}", flush=True)
    else:
        _passed.append(name)
        print(f"ok     {name} ({time.monotonic() - begun:.1f} s)", flush=True)


def same(came, wanted, what: str = "it"):
    """Both are equal."""
    if came != wanted:
        raise Unlike(f"{what}: wanted {wanted!r}, came {came!r}")
    return came


def holds(condition, wanted: str, came=None):
    """The condition is true; `wanted` says what it is about."""
    if not condition:
        raise Unlike(f"wanted {wanted}, came {came!r}")


def is_like(came, wanted, what: str = "it"):
    """Everything of `wanted` is in what came, which may hold more. A type stands for any value of it."""
    if isinstance(wanted, type):
        holds(isinstance(came, wanted), f"{what} to be {wanted.__name__}", came)
    elif isinstance(wanted, dict):
        holds(isinstance(came, dict), f"{what} to be an object", came)
        for key, value in wanted.items():
            holds(key in came, f"{what}.{key}", sorted(came))
            is_like(came[key], value, f"{what}.{key}")
    elif isinstance(wanted, list):
        holds(isinstance(came, list) and len(came) == len(wanted), f"{what} to be a list of {len(wanted)}", came)
        for place, value in enumerate(wanted):
            is_like(came[place], value, f"{what}[{place}]")
    else:
        same(came, wanted, what)
    return came


@contextmanager
def refused(kind: type, *words: str):
    """Fails with an error of this kind that says these words."""
    try:
        yield
    except kind as error:
        for word in words:
            holds(word in str(error), f"an error that says {word!r}", str(error))
    else:
        raise Unlike(f"wanted {kind.__name__}, came no error")


def finish():
    """Ends the script, with what became of its steps."""
    print(f"{len(_passed)} ok, {len(_failed)} failed", flush=True)
    sys.exit(1 if _failed else 0)
