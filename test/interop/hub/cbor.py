"""CBOR of the contract: the one deterministic encoding (protocol.md, Encoding), and nothing else."""

from cbor2 import CBORTag, dumps, loads

TAGS = (18, 96, 98)
LARGEST_INTEGER = 2**53 - 1
DEEPEST = 16


class ProtocolError(Exception):
    """A message that the contract does not allow: a code of codes.md, and the wrong field where one is."""

    def __init__(self, code, path=None):
        super().__init__(f"{code} {path or ''}".strip())
        self.code, self.path = code, path


def encode(value):
    """The bytes of a value. For the contract's maps, cbor2's canonical order is that of RFC 8949."""
    return dumps(value, canonical=True)


def decode(data, largest=2**20):
    """The value of some bytes. What is not encoded to these bytes again is refused: cbor2 reads much more."""
    if len(data) > largest:
        raise ProtocolError("protocol/size")
    try:
        value = loads(data)
        if _allowed(value, 0) and encode(value) == data:
            return value
    except Exception:  # whatever cbor2 makes of bytes that are no CBOR, or of a million arrays in each other
        raise ProtocolError("protocol/cbor") from None
    raise ProtocolError("protocol/cbor")


def _allowed(value, depth):
    if depth > DEEPEST:
        return False
    if isinstance(value, CBORTag):
        return value.tag in TAGS and _allowed(value.value, depth + 1)
    if isinstance(value, dict):
        return all(type(key) in (int, str) and _allowed(item, depth + 1) for key, item in value.items())
    if isinstance(value, list):
        return all(_allowed(item, depth + 1) for item in value)
    if type(value) is int:
        return abs(value) <= LARGEST_INTEGER
    return value is None or type(value) in (bool, str, bytes)
