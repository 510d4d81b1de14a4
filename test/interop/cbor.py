"""Deterministic CBOR (RFC 8949, 4.2.1) as docs/contract/protocol.md narrows it: what another encoder would write otherwise is refused."""
import cbor2

MAX_DEPTH = 16


class Refused(Exception):
    """The message must not be used. `code`: as docs/codes.md has it."""

    def __init__(self, what, code='protocol/cbor'):
        super().__init__(what)
        self.code = code


def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << 8 * size:
            return bytes([major << 5 | info]) + value.to_bytes(size, 'big')
    raise Refused('integer too long')


def encode(value, depth=0):
    if depth > MAX_DEPTH:
        raise Refused(f'nested deeper than {MAX_DEPTH}')
    if value is None or value is True or value is False:
        return {False: b'\xf4', True: b'\xf5', None: b'\xf6'}[value]
    if isinstance(value, int):
        if abs(value) >= 1 << 53:
            raise Refused('integer beyond 2^53 - 1')
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return head(3, len(text)) + text
    if isinstance(value, (list, tuple)):
        return head(4, len(value)) + b''.join(encode(item, depth + 1) for item in value)
    if isinstance(value, dict):
        pairs = sorted((encode(key, depth + 1), encode(item, depth + 1)) for key, item in value.items())
        return head(5, len(pairs)) + b''.join(key + item for key, item in pairs)
    if isinstance(value, cbor2.CBORTag) and value.tag in (18, 96, 98):
        return head(6, value.tag) + encode(value.value, depth + 1)
    raise Refused(f'a {type(value).__name__} is not part of the contract')


def decode(data):
    """The one value in `data`, if encoding it again gives the same bytes."""
    try:
        value = cbor2.loads(data)
    except Exception as error:  # cbor2 raises many kinds for bytes that are no CBOR
        raise Refused(f'no CBOR: {error}') from error
    if encode(value) != data:
        raise Refused('not the deterministic encoding')
    return value
