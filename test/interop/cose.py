"""COSE_Sign1 and COSE_Encrypt (RFC 9052, RFC 9053) and key thumbprints (RFC 9679), by python3-cryptography."""
from hashlib import sha256

from cbor import Refused, decode, encode
from cbor2 import CBORTag
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ES256, A128GCM, A256GCM, ECDH_ES_HKDF_256 = -7, 1, 3, -25


def public_key(key):
    fits = isinstance(key, dict) and set(key) == {1, -1, -2, -3} and key[1] == 2 and key[-1] == 1
    if not fits or not all(isinstance(key[at], bytes) and len(key[at]) == 32 for at in (-2, -3)):
        raise Refused('not a P-256 COSE_Key', 'protocol/key')
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b'\4' + key[-2] + key[-3])
    except ValueError as error:
        raise Refused('not a point on P-256', 'protocol/key') from error


def thumbprint(key):
    return sha256(encode(key)).digest()


def check_signature(protected, external, payload, signature, key, body_protected=None):
    if len(signature) != 64:
        raise Refused('signature of another length', 'protocol/signature')
    der = utils.encode_dss_signature(int.from_bytes(signature[:32], 'big'), int.from_bytes(signature[32:], 'big'))
    context = ['Signature1'] if body_protected is None else ['Signature', body_protected]
    signed = encode([*context, protected, external, payload])
    try:
        public_key(key).verify(der, signed, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise Refused('signature', 'protocol/signature') from error


def parts(message, tag, count):
    value = decode(message)
    if not isinstance(value, CBORTag) or value.tag != tag or not isinstance(value.value, list) or len(value.value) != count:
        raise Refused(f'not a COSE message with tag {tag}', 'protocol/cose')
    return value.value


def open_signed(message, key, external):
    protected, unprotected, payload, signature = parts(message, 18, 4)
    byte_strings = all(isinstance(one, bytes) for one in (protected, payload, signature))
    header = decode(protected) if byte_strings else None
    fits = isinstance(header, dict) and set(header) == {1, 4} and header[1] == ES256 and isinstance(header[4], bytes)
    if not fits or unprotected != {}:
        raise Refused('headers', 'protocol/cose')
    if header[4] != thumbprint(key):
        raise Refused('signed by another key', 'protocol/signature')
    check_signature(protected, external, payload, signature, key)
    return decode(payload)


def open_signed_by_several(message, external):
    """The body, and a check that counts the signers among some keys."""
    protected, unprotected, payload, signatures = parts(message, 98, 4)
    shaped = isinstance(signatures, list) and 1 <= len(signatures) <= 16
    if protected != b'' or unprotected != {} or not shaped or any(len(one) != 3 or one[1] != {} for one in signatures):
        raise Refused('headers', 'protocol/cose')

    def signers(keys, nobody_else):
        found = 0
        for header, _, signature in signatures:
            key = next((key for key in keys if decode(header) == {1: ES256, 4: thumbprint(key)}), None)
            if key is not None:
                check_signature(header, external, payload, signature, key, protected)
                found += 1
            elif nobody_else:
                raise Refused('signed by somebody else', 'protocol/signature')
        if len({one[0] for one in signatures}) != len(signatures):
            raise Refused('signed twice by one key', 'protocol/signature')
        return found
    return decode(payload), signers


def content_key(private, ephemeral, algorithm, bits, recipient_protected):
    no_party = [None, None, None]
    context = encode([algorithm, no_party, no_party, [bits, recipient_protected]])
    secret = private.exchange(ec.ECDH(), public_key(ephemeral))
    return HKDF(algorithm=SHA256(), length=bits // 8, salt=None, info=context).derive(secret)


def open_content(key, iv, ciphertext, protected, external):
    try:
        return AESGCM(key).decrypt(iv, ciphertext, encode(['Encrypt', protected, external]))
    except InvalidTag as error:
        raise Refused('ciphertext', 'protocol/decrypt') from error


def open_sealed(message, private, key, external):
    protected, unprotected, ciphertext, recipients = parts(message, 96, 4)
    if not isinstance(recipients, list) or len(recipients) != 1 or len(recipients[0]) != 3:
        raise Refused('recipients', 'protocol/cose')
    recipient_protected, recipient, nothing = recipients[0]
    if (
        decode(protected) != {1: A256GCM}
        or decode(recipient_protected) != {1: ECDH_ES_HKDF_256}
        or set(unprotected) != {5}
        or len(unprotected[5]) != 12
        or set(recipient) != {-1, 4}
        or not isinstance(ciphertext, bytes)
        or len(ciphertext) < 16
        or nothing != b''
    ):
        raise Refused('headers', 'protocol/cose')
    if recipient[4] != thumbprint(key):
        raise Refused('sealed to another key', 'protocol/decrypt')
    secret = content_key(private, recipient[-1], A256GCM, 256, recipient_protected)
    return open_content(secret, unprotected[5], ciphertext, protected, external)
