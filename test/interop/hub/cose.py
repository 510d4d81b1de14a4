"""COSE of the contract (protocol.md, Signing and sealing): Sign1, Sign by several, Encrypt to one; all on P-256."""

import hashlib
import os

from cbor2 import CBORTag
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cbor import ProtocolError, decode, encode
from contract import SCHEMA

CURVE, ECDSA = ec.SECP256R1(), ec.ECDSA(hashes.SHA256())
GCM, ECDH = encode({1: 3}), encode({1: -25})
LARGEST_SEALED = 2**24 + 1024


def sha256(data):
    return hashlib.sha256(data).digest()


def cose_key(key):
    """The COSE_Key of a key's public half."""
    numbers = (key.public_key() if hasattr(key, "public_key") else key).public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}


def public_key(value):
    """The public key that a COSE_Key says, or protocol/key where it is no point on P-256."""
    try:
        SCHEMA.check("cose-key", value)
        x, y = (int.from_bytes(value[part], "big") for part in (-2, -3))
        return ec.EllipticCurvePublicNumbers(x, y, CURVE).public_key()
    except (ProtocolError, ValueError):
        raise ProtocolError("protocol/key") from None


def thumbprint(key):
    """A key's id (RFC 9679)."""
    return sha256(encode(key if isinstance(key, dict) else cose_key(key)))


def _opened(form, message, largest=2**20):
    """The items of a COSE message of this form in messages.cddl."""
    value = decode(message, largest)
    try:
        SCHEMA.check(form, value)
    except ProtocolError as error:
        wrong_signature = (error.path or "").endswith("signature")
        raise ProtocolError("protocol/signature" if wrong_signature else "protocol/cose") from None
    return value.value


def _signature(key, *parts):
    r, s = utils.decode_dss_signature(key.sign(encode([*parts]), ECDSA))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _verify(key, signature, *parts):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        public_key(key).verify(utils.encode_dss_signature(r, s), encode([*parts]), ECDSA)
    except InvalidSignature:
        raise ProtocolError("protocol/signature") from None


def sign(key, external, body):
    protected, payload = encode({1: -7, 4: thumbprint(key)}), encode(body)
    signature = _signature(key, "Signature1", protected, external.encode(), payload)
    return encode(CBORTag(18, [protected, {}, payload, signature]))


def open_signed(message, key, external):
    """The body of a COSE_Sign1 by this COSE_Key, or by the one that a function finds in the body before it is verified."""
    protected, _, payload, signature = _opened("signed", message)
    key = key(decode(payload)) if callable(key) else key
    if decode(protected)[4] != thumbprint(key):
        raise ProtocolError("protocol/signature")
    _verify(key, signature, "Signature1", protected, external.encode(), payload)
    return decode(payload)


def sign_by_several(keys, external, body):
    payload, signatures = encode(body), []
    for key in keys:
        protected = encode({1: -7, 4: thumbprint(key)})
        signatures.append([protected, {}, _signature(key, "Signature", b"", protected, external.encode(), payload)])
    return encode(CBORTag(98, [b"", {}, payload, signatures]))


def open_signed_by_several(message, root, external):
    """The body of a COSE_Sign by enough keys of a root document, each once; of a root document itself without `root`."""
    _, _, payload, signatures = _opened("signed-by-several", message)
    root = root or decode(payload)
    keys = {thumbprint(key): key for key in root["keys"]}
    for protected, _, signature in signatures:
        key = keys.pop(decode(protected)[4], None)
        if key is None:
            raise ProtocolError("protocol/signature")
        _verify(key, signature, "Signature", b"", protected, external.encode(), payload)
    if len(signatures) < root["threshold"]:
        raise ProtocolError("protocol/threshold")
    return decode(payload)


def _content_key(private, public):
    """The content key that both halves of an exchange give (RFC 9053, 5.2 and 6.3)."""
    context = encode([3, [None] * 3, [None] * 3, [256, ECDH]])
    return AESGCM(HKDF(hashes.SHA256(), 32, None, context).derive(private.exchange(ec.ECDH(), public)))


def seal(recipient, external, body):
    """A body sealed to a COSE_Key, under an ephemeral key of its own."""
    ephemeral, iv = ec.generate_private_key(CURVE), os.urandom(12)
    content_key = _content_key(ephemeral, public_key(recipient))
    ciphertext = content_key.encrypt(iv, encode(body), encode(["Encrypt", GCM, external.encode()]))
    header = {-1: cose_key(ephemeral), 4: thumbprint(recipient)}
    return encode(CBORTag(96, [GCM, {5: iv}, ciphertext, [[ECDH, header, b""]]]))


def recipient(message):
    """The id of the key that a message is sealed to."""
    return _opened("sealed", message, LARGEST_SEALED)[3][0][1][4]


def open_sealed(message, key, external):
    """The body of a COSE_Encrypt that is sealed to this private key."""
    _, header, ciphertext, [[_, sender, _]] = _opened("sealed", message, LARGEST_SEALED)
    ephemeral = public_key(sender[-1])
    if sender[4] != thumbprint(key):
        raise ProtocolError("protocol/decrypt")
    try:
        plain = _content_key(key, ephemeral).decrypt(header[5], ciphertext, encode(["Encrypt", GCM, external.encode()]))
    except InvalidTag:
        raise ProtocolError("protocol/decrypt") from None
    return decode(plain, LARGEST_SEALED)
