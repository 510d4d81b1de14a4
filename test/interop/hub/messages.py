"""Every message of the contract: its form, what its signature is bound to, and the checks that CDDL cannot say."""

import re

import cose
from cbor import ProtocolError, decode, encode
from cddl import FILE, Schema

TEXT = FILE.read_text("utf-8")
# Kind of message: its form (signed, signed-by-several, sealed, or none), and the rule of its body.
FORMS = {kind.replace("-", " "): (form, body)
         for kind, form, body in re.findall(r"(?m)^([a-z-]+)-message = (?:([a-z-]+)<)?([a-z-]+)>?$", TEXT)}
OF_TOPIC = ("question", "answer", "batch", "telemetry batch", "acknowledgement", "presence", "version refusal")
OF_TERMINAL = ("release", "configuration")
OF_ALL = {"root": "root", "key set": "key set", "claim": "enrolment"}
UNSPEAKABLE = {"constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "prototype",
               "toLocaleString", "toString", "valueOf"}
LONGEST_VISIT = 1_680_000


def _check_digit(code):
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2)))
    return int(code[5]) == (11 - total % 11) % 10


def _rising(numbers):
    return all(a < b for a, b in zip(numbers, numbers[1:]))


def _once(values):
    return len(set(values)) == len(values)


def _visit(configuration):
    w = configuration["waits"]
    long = 3 * w["pinMs"] + 3 * w["hubMs"] + 11 * w["deviceMs"] + 3 * w["choiceMs"]
    return long + w["takeCardMs"] + w["fetchMs"] + w["payMs"] <= LONGEST_VISIT


def _key(value):
    cose.public_key(value)
    return True


BEYOND = {
    "municipality-code": (None, _check_digit),
    "catalogue-word": (None, lambda word: word not in UNSPEAKABLE),
    "state-name": (None, lambda word: word not in UNSPEAKABLE),
    "version-list": (None, _rising),
    "telemetry-batch": ("from", lambda b: b["from"] >= b["oldest"]),
    "acknowledgement": ("refused", lambda a: _rising([0] + [r["seq"] for r in a["refused"]] + [a["upto"] + 1])),
    "offer": ("members", lambda o: _once([m["number"] for m in o["members"]]) and sum(m["self"] for m in o["members"]) < 2),
    "root": ("keys", lambda r: len(r["keys"]) >= r["threshold"] and _once([encode(key) for key in r["keys"]])),
    "key-set": ("keys", lambda k: k["keys"]["issuing"].keys() == k["keys"]["issuingSeal"].keys()),
    "configuration": ("waits", _visit),
    "release": ("newEpoch", lambda r: r["newEpoch"] > r["epoch"]),
}
SCHEMA = Schema(TEXT, BEYOND, {"cose-key": _key, "bool": lambda value: isinstance(value, bool)})


def external(kind, topic=None, terminal=None, transaction=None):
    """The external data of a message, which is signed and not sent."""
    if kind in OF_TOPIC:
        return f"madoguchi/1 topic {topic}"
    if kind in OF_ALL:
        return f"madoguchi/1 {OF_ALL[kind]}"
    return f"madoguchi/1 {kind} {terminal if kind in OF_TERMINAL else transaction.hex()}"


def check(kind, body, terminal=None, transaction=None):
    """A body that fits its rule and names the place that its message is for; it is given back."""
    SCHEMA.check(FORMS[kind][1], body)
    for field, value in (("terminal", terminal), ("audience", terminal), ("transaction", transaction)):
        if isinstance(body.get(field), (str, bytes)) and value is not None and body[field] != value:
            raise ProtocolError("protocol/place", field)
    return body


def make(kind, key, body, **place):
    """A message: signed by a private key, or sealed to a COSE_Key. What the contract does not allow is not made."""
    check(kind, body, place.get("terminal"), place.get("transaction"))
    if FORMS[kind][0] == "sealed":
        return cose.seal(key, external(kind, **place), body)
    if FORMS[kind][0] == "signed-by-several":
        return cose.sign_by_several(key, external(kind, **place), body)
    return cose.sign(key, external(kind, **place), body)


def read(kind, message, key=None, **place):
    """The checked body of a message: signed by a COSE_Key; sealed to one of {key id: key}; by keys of a root document."""
    form, _ = FORMS[kind]
    if form == "signed":
        body = cose.open_signed(message, key, external(kind, **place))
    elif form == "signed-by-several":
        body = cose.open_signed_by_several(message, external(kind), key)
    elif form == "sealed":
        body = cose.open_sealed(message, key, external(kind, **place))[0]
    else:
        body = decode(message)
    return check(kind, body, place.get("terminal"), place.get("transaction"))
