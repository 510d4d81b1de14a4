"""What docs/contract/messages.cddl cannot say of a value: the rules beside it in protocol.md, by the CDDL's rule that they add to."""
from ipaddress import AddressValueError, IPv6Address

from cbor import Refused, encode
from cddl import Mismatch, contract
from cose import public_key

MAX_VISIT_MS = 28 * 60 * 1000
OF_EVERY_OBJECT = frozenset(
    'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable prototype toLocaleString toString valueOf'.split()
)


def insist(right, path, what):
    if not right:
        raise Mismatch(path, f'{what} expected')


def visit_is_short(body, path):
    waits = body['waits']
    visit = 3 * waits['pinMs'] + 3 * waits['hubMs'] + 11 * waits['deviceMs'] + 3 * waits['choiceMs']
    visit += waits['takeCardMs'] + waits['fetchMs'] + waits['payMs']
    insist(visit <= MAX_VISIT_MS, (*path, 'waits'), 'a visit of at most 28 minutes')


def root_is_sound(body, path):
    keys = [encode(key) for key in body['keys']]
    insist(body['threshold'] <= len(keys), path, 'as many keys as must sign')
    insist(len(set(keys)) == len(keys), path, 'each key once')


def municipalities_agree(body, path):
    keys = body['keys']
    insist(set(keys['issuing']) == set(keys['issuingSeal']), (*path, 'keys'), 'the same municipalities')


def check_digit(code, path):
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2)))
    insist(int(code[5]) == (11 - total % 11) % 10, path, 'another check digit')


def members_are_distinct(offer, path):
    numbers = [member['number'] for member in offer['members']]
    holders = sum(member['self'] for member in offer['members'])
    insist(len(set(numbers)) == len(numbers) and holders <= 1, (*path, 'members'), 'each number once, and one holder')


def refused_are_taken(body, path):
    seqs = [0] + [one['seq'] for one in body['refused']] + [body['upto'] + 1]
    rises = all(one < after for one, after in zip(seqs, seqs[1:]))
    insist(rises, (*path, 'refused'), 'numbers that rise, up to the cursor')


def address_can_be_dialled(address, path):
    host, _, port = address.removeprefix('mqtts://').removesuffix('/').rpartition(':')
    if not host or ']' in port:
        host, port = f'{host}:{port}' if host else port, ''
    insist(not port or int(port) < 65536, path, 'a port')
    if host.startswith('['):
        try:
            IPv6Address(host[1:-1])
        except AddressValueError as error:
            raise Mismatch(path, 'an IPv6 address expected') from error


CONTRACT = contract({
    'cose-key': lambda key, path: insist(is_public(key), path, 'a point on P-256'),
    'configuration': visit_is_short,
    'release': lambda body, path: insist(body['newEpoch'] > body['epoch'], path, 'a later epoch'),
    'root': root_is_sound,
    'key-set': municipalities_agree,
    'municipality-code': check_digit,
    'version-list': lambda some, path: insist(some == sorted(set(some)), path, 'rising versions'),
    'catalogue-word': lambda word, path: insist(word not in OF_EVERY_OBJECT, path, 'no name that every object has'),
    'state-name': lambda word, path: insist(word not in OF_EVERY_OBJECT, path, 'no name that every object has'),
    'offer': members_are_distinct,
    'acknowledgement': refused_are_taken,
    'telemetry-batch': lambda body, path: insist(
        body['from'] >= body['oldest'], (*path, 'oldest'), 'no record below the oldest'),
    'broker-address': address_can_be_dialled,
})


def is_public(key):
    try:
        public_key(key)
        return True
    except Refused:
        return False


def check_body(kind, body):
    CONTRACT.body(rule_of(kind))(body, ())


def check_message(kind, message):
    """The form around the body, too: headers, tag, lengths."""
    CONTRACT.check(rule_of(kind), message)


def rule_of(kind):
    rule = f'{kind.replace(" ", "-")}-message'
    if rule not in CONTRACT.rules:
        raise Refused(f'no message {kind}')
    return rule
