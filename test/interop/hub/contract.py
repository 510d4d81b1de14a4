"""The contract's schema: messages.cddl, and what CDDL cannot say."""

from pathlib import Path

from cbor import encode
from cddl import Schema

FOLDER = Path(__file__).resolve().parents[3] / "docs/contract"
TEXT = (FOLDER / "messages.cddl").read_text("utf-8")
UNSPEAKABLE = ("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "prototype",
               "toLocaleString", "toString", "valueOf")
MAX_VISIT_MS = 1_680_000
VISIT = {"pinMs": 3, "hubMs": 3, "deviceMs": 11, "choiceMs": 3, "takeCardMs": 1, "fetchMs": 1, "payMs": 1}


def _check_digit(code):
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2)))
    return int(code[5]) == (11 - total % 11) % 10


def _rising(numbers):
    return all(a < b for a, b in zip(numbers, numbers[1:]))


def _once(values):
    return len(set(values)) == len(values)


def _word(text):
    return text not in UNSPEAKABLE


SCHEMA = Schema(TEXT, {
    "municipality-code": (None, _check_digit),
    "catalogue-word": (None, _word),
    "state-name": (None, _word),
    "version-list": (None, _rising),
    "telemetry-batch": ("from", lambda b: b["from"] >= b["oldest"]),
    "acknowledgement": ("refused", lambda a: _rising([0, *(r["seq"] for r in a["refused"]), a["upto"] + 1])),
    "offer": ("members", lambda o: _once([member["number"] for member in o["members"]])
              and sum(member["self"] for member in o["members"]) < 2),
    "root": ("keys", lambda r: len(r["keys"]) >= r["threshold"] and _once([encode(key) for key in r["keys"]])),
    "key-set": ("keys", lambda k: k["keys"]["issuing"].keys() == k["keys"]["issuingSeal"].keys()),
    "configuration": ("waits", lambda c: sum(c["waits"][name] * n for name, n in VISIT.items()) <= MAX_VISIT_MS),
    "release": ("newEpoch", lambda r: r["newEpoch"] > r["epoch"]),
})
