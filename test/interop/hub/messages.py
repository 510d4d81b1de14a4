"""Every message of the contract: its form, what it is bound to, and the place that its body has to name."""

import re

import cose
from cbor import ProtocolError, decode
from contract import SCHEMA, TEXT

# Kind of message: its form in COSE (or none), and the rule of its body.
KINDS = {kind.replace("-", " "): (form, body)
         for kind, form, body in re.findall(r"(?m)^([a-z-]+)-message = (?:([a-z-]+)<)?([a-z-]+)>?$", TEXT)}
MAKERS = {"signed": cose.sign, "signed-by-several": cose.sign_by_several, "sealed": cose.seal}
READERS = {"signed": cose.open_signed, "signed-by-several": cose.open_signed_by_several, "sealed": cose.open_sealed}
OF_TOPIC = ("question", "answer", "batch", "telemetry batch", "acknowledgement", "presence", "version refusal")
OF_TERMINAL = ("release", "configuration")
OF_ALL = {"root": "root", "key set": "key set", "claim": "enrolment"}


def external(kind, topic=None, terminal=None, transaction=None):
    """The external data of a message, which is signed and not sent."""
    if kind in OF_TOPIC:
        return f"madoguchi/1 topic {topic}"
    if kind in OF_ALL:
        return f"madoguchi/1 {OF_ALL[kind]}"
    return f"madoguchi/1 {kind} {terminal if kind in OF_TERMINAL else transaction.hex()}"


def check(kind, body, terminal=None, transaction=None, **_):
    """A body that fits its rule and names the place that its message is for; it is returned."""
    SCHEMA.check(KINDS[kind][1], body)
    for field, value in (("terminal", terminal), ("audience", terminal), ("transaction", transaction)):
        if value is not None and body.get(field, value) != value:
            raise ProtocolError("protocol/place", field)
    return body


def make(kind, key, body, **place):
    """A message: signed by private keys, or sealed to a COSE_Key. What the contract does not allow is not made."""
    return MAKERS[KINDS[kind][0]](key, external(kind, **place), check(kind, body, **place))


def read(kind, message, key=None, **place):
    """The checked body of a message: signed by a COSE_Key, or by keys of a root document; sealed to a private key."""
    form = KINDS[kind][0]
    body = READERS[form](message, key, external(kind, **place)) if form else decode(message)
    return check(kind, body, **place)
