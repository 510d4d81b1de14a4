"""CBOR of the contract: the one deterministic encoding (protocol.md, Encoding), and nothing else."""

from cbor2 import CBORTag, dumps

TAGS = (18, 96, 98)
LARGEST = 2**53 - 1
DEEPEST = 16


class ProtocolError(Exception):
    """A message that the contract does not allow: a code of codes.md, and the wrong field where one is."""

    def __init__(self, code, path=None):
        super().__init__(f"{code} {path or ''}".strip())
        self.code, self.path = code, path


def encode(value):
    """The bytes of a value. Of the contract's maps, cbor2's canonical order is that of RFC 8949."""
    return dumps(value, canonical=True)


def decode(data, largest=2**20):
    """The value of some bytes, or protocol/cbor: a length is compared with what is there before anything is reserved."""
    if len(data) > largest:
        raise ProtocolError("protocol/size")
    value, end = _item(data, 0, 0)
    if end != len(data):
        raise ProtocolError("protocol/cbor")
    return value


def _need(condition):
    if not condition:
        raise ProtocolError("protocol/cbor")


def _head(data, at):
    """Major type, argument and the offset behind the head, which has to be the shortest one."""
    _need(at < len(data))
    major, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return major, short, at + 1
    _need(short < 28)
    size = 1 << (short - 24)
    argument = int.from_bytes(data[at + 1:at + 1 + size], "big")
    _need(at + 1 + size <= len(data) and argument >= (24 if size == 1 else 1 << (4 * size)))
    return major, argument, at + 1 + size


def _item(data, at, depth):
    _need(depth <= DEEPEST)
    major, n, at = _head(data, at)
    if major < 2:
        value = n if major == 0 else -1 - n
        _need(abs(value) <= LARGEST)
        return value, at
    if major < 4:
        _need(n <= len(data) - at)
        raw = bytes(data[at:at + n])
        try:
            return (raw if major == 2 else raw.decode("utf-8")), at + n
        except UnicodeDecodeError:
            raise ProtocolError("protocol/cbor") from None
    if major == 4:
        _need(n <= len(data) - at)
        values = []
        for _ in range(n):
            value, at = _item(data, at, depth + 1)
            values.append(value)
        return values, at
    if major == 5:
        return _map(data, at, n, depth)
    if major == 6:
        _need(n in TAGS)
        value, at = _item(data, at, depth + 1)
        return CBORTag(n, value), at
    _need(n in (20, 21, 22) and data[at - 1] >> 5 == 7 and data[at - 1] & 31 < 24)
    return {20: False, 21: True, 22: None}[n], at


def _map(data, at, n, depth):
    _need(2 * n <= len(data) - at)
    values, before = {}, b""
    for _ in range(n):
        begin = at
        key, at = _item(data, at, depth + 1)
        _need(isinstance(key, (int, str)) and not isinstance(key, bool) and data[begin:at] > before)
        before = data[begin:at]
        values[key], at = _item(data, at, depth + 1)
    return values, at
