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

CURVE = ec.SECP256R1()
ECDSA = ec.ECDSA(hashes.SHA256())
GCM, ECDH = encode({1: 3}), encode({1: -25})
LARGEST_SEALED = 2**24 + 1024


def sha256(data):
    return hashlib.sha256(data).digest()


def new_key():
    return ec.generate_private_key(CURVE)


def cose_key(key):
    """The COSE_Key of a key's public half; of a private key, too."""
    public = key.public_key() if hasattr(key, "public_key") else key
    numbers = public.public_numbers()
    return {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}


def public_key(value):
    """The public key that a COSE_Key says, or protocol/key where it is no point on P-256."""
    if not isinstance(value, dict) or set(value) != {1, -1, -2, -3} or (value[1], value[-1]) != (2, 1):
        raise ProtocolError("protocol/key")
    if any(not isinstance(value[part], bytes) or len(value[part]) != 32 for part in (-2, -3)):
        raise ProtocolError("protocol/key")
    try:
        x, y = (int.from_bytes(value[part], "big") for part in (-2, -3))
        return ec.EllipticCurvePublicNumbers(x, y, CURVE).public_key()
    except ValueError:
        raise ProtocolError("protocol/key") from None


def thumbprint(key):
    """A key's id (RFC 9679), of a COSE_Key or of a key of this library."""
    return sha256(encode(key if isinstance(key, dict) else cose_key(key)))


def _raw_signature(key, data):
    r, s = utils.decode_dss_signature(key.sign(data, ECDSA))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _verify(key, signature, data):
    if len(signature) != 64:
        raise ProtocolError("protocol/signature")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        public_key(key).verify(utils.encode_dss_signature(r, s), data, ECDSA)
    except InvalidSignature:
        raise ProtocolError("protocol/signature") from None


def _items(message, tag, count, largest=2**20):
    """The items of a tagged array, of which the unprotected header of a signed message is always empty."""
    value = decode(message, largest)
    fits = isinstance(value, CBORTag) and value.tag == tag and isinstance(value.value, list) and len(value.value) == count
    if not fits:
        raise ProtocolError("protocol/cose")
    return value.value


def _form(condition):
    if not condition:
        raise ProtocolError("protocol/cose")


def _key_id(protected):
    """The key id in a protected header, which is exactly {1: -7, 4: key id}."""
    _form(isinstance(protected, bytes) and protected)
    header = decode(protected)
    _form(isinstance(header, dict) and set(header) == {1, 4} and header[1] == -7)
    _form(isinstance(header[4], bytes) and len(header[4]) == 32)
    return header[4]


def sign(key, external, body):
    protected, payload = encode({1: -7, 4: thumbprint(key)}), encode(body)
    signature = _raw_signature(key, encode(["Signature1", protected, external.encode(), payload]))
    return encode(CBORTag(18, [protected, {}, payload, signature]))


def open_signed(message, key, external):
    """The body of a COSE_Sign1 by this COSE_Key. A `key` of a function finds it by the body that is not verified yet."""
    protected, unprotected, payload, signature = _items(message, 18, 4)
    key_id = _key_id(protected)
    _form(unprotected == {} and isinstance(payload, bytes) and isinstance(signature, bytes))
    key = key(decode(payload)) if callable(key) else key
    if key_id != thumbprint(key):
        raise ProtocolError("protocol/signature")
    _verify(key, signature, encode(["Signature1", protected, external.encode(), payload]))
    return decode(payload)


def sign_by_several(keys, external, body):
    payload, signatures = encode(body), []
    for key in keys:
        protected = encode({1: -7, 4: thumbprint(key)})
        signed = encode(["Signature", b"", protected, external.encode(), payload])
        signatures.append([protected, {}, _raw_signature(key, signed)])
    return encode(CBORTag(98, [b"", {}, payload, signatures]))


def open_signed_by_several(message, external, root=None):
    """The body of a COSE_Sign by enough keys of a root document, each once; without `root`, of a root document itself."""
    protected, unprotected, payload, signatures = _items(message, 98, 4)
    _form(protected == b"" and unprotected == {} and isinstance(payload, bytes))
    _form(isinstance(signatures, list) and 1 <= len(signatures) <= 16)
    body = decode(payload)
    root = root or body
    keys, seen = {thumbprint(key): key for key in root["keys"]}, set()
    for entry in signatures:
        _form(isinstance(entry, list) and len(entry) == 3 and entry[1] == {} and isinstance(entry[2], bytes))
        key_id = _key_id(entry[0])
        if key_id not in keys or key_id in seen:
            raise ProtocolError("protocol/signature")
        seen.add(key_id)
        _verify(keys[key_id], entry[2], encode(["Signature", b"", entry[0], external.encode(), payload]))
    if len(seen) < root["threshold"]:
        raise ProtocolError("protocol/threshold")
    return body


def _content_key(private, public):
    """The content key that both halves of an exchange give (RFC 9053, 5.2 and 6.3)."""
    context = encode([3, [None] * 3, [None] * 3, [256, ECDH]])
    return HKDF(hashes.SHA256(), 32, None, context).derive(private.exchange(ec.ECDH(), public))


def seal(recipient, external, body):
    """A body sealed to a COSE_Key, under an ephemeral key of its own."""
    ephemeral, iv = new_key(), os.urandom(12)
    aead = AESGCM(_content_key(ephemeral, public_key(recipient)))
    ciphertext = aead.encrypt(iv, encode(body), encode(["Encrypt", GCM, external.encode()]))
    header = {-1: cose_key(ephemeral), 4: thumbprint(recipient)}
    return encode(CBORTag(96, [GCM, {5: iv}, ciphertext, [[ECDH, header, b""]]]))


def open_sealed(message, keys, external):
    """The body of a COSE_Encrypt, and the key id that it is sealed to: one of `keys`, {key id: private key}."""
    protected, unprotected, ciphertext, recipients = _items(message, 96, 4, LARGEST_SEALED)
    _form(protected == GCM and isinstance(unprotected, dict) and set(unprotected) == {5})
    iv = unprotected[5]
    _form(isinstance(iv, bytes) and len(iv) == 12 and isinstance(ciphertext, bytes) and len(ciphertext) >= 16)
    _form(isinstance(recipients, list) and len(recipients) == 1 and isinstance(recipients[0], list))
    _form(len(recipients[0]) == 3 and recipients[0][0] == ECDH and recipients[0][2] == b"")
    header = recipients[0][1]
    _form(isinstance(header, dict) and set(header) == {-1, 4} and isinstance(header[4], bytes) and len(header[4]) == 32)
    ephemeral = public_key(header[-1])
    if header[4] not in keys:
        raise ProtocolError("protocol/decrypt")
    try:
        aead = AESGCM(_content_key(keys[header[4]], ephemeral))
        return decode(aead.decrypt(iv, ciphertext, encode(["Encrypt", GCM, external.encode()])), LARGEST_SEALED), header[4]
    except InvalidTag:
        raise ProtocolError("protocol/decrypt") from None
