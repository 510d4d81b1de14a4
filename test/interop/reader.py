"""A second reader of the contract: decodes and verifies recorded messages of every kind.

Written from docs/contract/protocol.md and the RFCs, not from our TypeScript, so that one mistake can't stand on both sides.
Fields, types and limits it takes from docs/contract/messages.cddl.
Standard input: JSON list of {kind, message, ...}, bytes in hex. `key` is the signer's, or the recipient's, COSE_Key;
`private` the recipient's private scalar; `topic`, `transaction`, `terminal` say where the message belongs.
With `held`, the message is only held against the CDDL: a bare `body` of that kind, or the whole with the `form` around it.
Standard output: JSON list of {read} or {refused, code, path}. Run it by the machine's own /usr/bin/python3 (Debian: python3-cbor2,
python3-cryptography).
"""
import json
import re
import sys
from hashlib import sha256

import cbor2
import cose
from cbor import Refused, decode, encode
from cryptography.hazmat.primitives.asymmetric import ec
from meaning import check_body, check_message

ON_TOPIC = {'question', 'answer', 'batch', 'telemetry batch', 'acknowledgement', 'presence', 'version refusal'}
SEALED = {'authentication', 'order', 'document'}
PLAIN = {'enrolment', 'grant', 'enrolment refusal', 'authentication statement', 'order statement', 'stamp'}


def external(item):
    kind = item['kind']
    if kind in ON_TOPIC:
        place = f'topic {item["topic"]}'
    elif kind in {'configuration', 'release'}:
        place = f'{kind} {item["terminal"]}'
    elif kind in {'key set', 'root'}:
        place = kind
    elif kind == 'claim':
        place = 'enrolment'
    else:
        place = f'{kind} {item["transaction"]}'
    return f'madoguchi/1 {place}'.encode()


def other_place(item, body):
    """The field that names another terminal or transaction than the message is for, if one does."""
    terminal = item['topic'].split('/')[2] if item['kind'] in ON_TOPIC else item.get('terminal')
    named = {'terminal': terminal, 'audience': terminal}
    if item['kind'] not in ON_TOPIC and 'transaction' in item:
        named['transaction'] = bytes.fromhex(item['transaction'])
    return next((field for field, place in named.items() if place and body.get(field, place) != place), None)


def private_key(item):
    return ec.derive_private_key(int(item['private'], 16), ec.SECP256R1())


def stamps(content):
    found = re.findall(rb'/Madoguchi <</Stamp <([0-9a-f]+)>>> BDC EMC', content)
    bodies = [decode(bytes.fromhex(one.decode())) for one in found]
    for body in bodies:
        check_body('stamp', body)
    return bodies


def read(item):
    kind, message = item['kind'], bytes.fromhex(item['message'])
    if item.get('held') == 'body':
        return check_body(kind, decode(message))
    if item.get('held') == 'form':
        return check_message(kind, decode(message))
    if kind == 'stamps':
        return stamps(message)
    if kind == 'thumbprint':
        cose.public_key(decode(message))
        return cose.thumbprint(decode(message))
    if kind == 'sign1 vector':
        return sign1_vector(item, message)
    if kind == 'encrypt vector':
        return encrypt_vector(item, message)
    if kind == 'sign vector':
        return sign_vector(item, message)
    if kind in {'key set', 'root'}:
        return by_root(item, message)
    if kind in PLAIN:
        body = decode(message)
    elif kind in SEALED:
        key = decode(bytes.fromhex(item['key']))
        body = decode(cose.open_sealed(message, private_key(item), key, external(item)))
    else:
        body = cose.open_signed(message, decode(bytes.fromhex(item['key'])), external(item))
    check_body(kind, body)
    check_message(kind, decode(message))
    other = other_place(item, body)
    if other:
        raise Refused(f'{other} is another place than the message is for', 'protocol/place')
    return body


def by_root(item, message):
    """`key` is the root document that a key set is signed under, or the root document's thumbprint."""
    kind, known = item['kind'], bytes.fromhex(item['key'])
    body, signers = cose.open_signed_by_several(message, external(item))
    check_body(kind, body)
    check_message(kind, decode(message))
    root = body if kind == 'root' else decode(known)
    check_body('root', root)
    if kind == 'root' and sha256(encode(body)).digest() != known:
        raise Refused('not the document of this thumbprint', 'protocol/signature')
    if signers(root['keys'], nobody_else=kind == 'key set') < root['threshold']:
        raise Refused('threshold', 'protocol/threshold')
    return body


# The published vectors have other headers than ours, and go through the same cryptography.
def sign1_vector(item, message):
    protected, _, payload, signature = cose.parts(message, 18, 4)
    key = decode(bytes.fromhex(item['key']))
    cose.check_signature(protected, bytes.fromhex(item['external']), payload, signature, key)
    return payload


def sign_vector(item, message):
    protected, _, payload, [[header, _, signature]] = cose.parts(message, 98, 4)
    cose.check_signature(header, b'', payload, signature, decode(bytes.fromhex(item['key'])), protected)
    return payload


def encrypt_vector(item, message):
    protected, unprotected, ciphertext, [[recipient_protected, recipient, _]] = cbor2.loads(message).value
    secret = cose.content_key(private_key(item), recipient[-1], cose.A128GCM, 128, recipient_protected)
    return {'key': secret, 'plaintext': cose.open_content(secret, unprotected[5], ciphertext, protected, b'')}


def shown(value):
    """JSON has no bytes and no integer keys: h'...' as in diagnostic notation (RFC 8949, 8), keys as text."""
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, (list, tuple)):
        return [shown(one) for one in value]
    if isinstance(value, dict):
        return {str(key): shown(one) for key, one in value.items()}
    return value


def answer(item):
    try:
        return {'read': shown(read(item))}
    except Refused as error:
        return {'refused': str(error), 'code': error.code, 'path': '.'.join(map(str, getattr(error, 'path', ())))}


json.dump([answer(item) for item in json.load(sys.stdin)], sys.stdout)
