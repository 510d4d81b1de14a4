"""What docs/contract/messages.cddl cannot say of a body: the rules beside it in protocol.md."""
import re

from cbor import Refused, encode
from cddl import Mismatch, contract
from cose import public_key

MAX_VISIT_MS = 28 * 60 * 1000


def visit_is_short(body):
    waits = body['waits']
    visit = 3 * waits['pinMs'] + 3 * waits['hubMs'] + 11 * waits['deviceMs'] + 3 * waits['choiceMs']
    if visit + waits['takeCardMs'] + waits['fetchMs'] + waits['payMs'] > MAX_VISIT_MS:
        raise Mismatch(('waits',), 'a visit of at most 28 minutes expected')


def epoch_is_later(body):
    if body['newEpoch'] <= body['epoch']:
        raise Mismatch((), 'a later epoch expected')


def root_is_sound(body):
    keys = [encode(key) for key in body['keys']]
    if body['threshold'] > len(keys):
        raise Mismatch((), 'as many keys as must sign expected')
    if len(set(keys)) != len(keys):
        raise Mismatch((), 'each key once expected')


def municipalities_agree(body):
    if set(body['keys']['issuing']) != set(body['keys']['issuingSeal']):
        raise Mismatch(('keys',), 'the same municipalities expected')


def refused_are_taken(body):
    seqs = [0] + [one['seq'] for one in body['refused']] + [body['upto'] + 1]
    if any(one >= after for one, after in zip(seqs, seqs[1:])):
        raise Mismatch(('refused',), 'numbers that rise, up to the cursor, expected')


def nothing_below_the_oldest(body):
    if body['from'] < body['oldest']:
        raise Mismatch(('oldest',), 'no record below the oldest expected')


MEANING = {
    'acknowledgement': refused_are_taken,
    'telemetry batch': nothing_below_the_oldest,
    'configuration': visit_is_short,
    'release': epoch_is_later,
    'root': root_is_sound,
    'key set': municipalities_agree,
}


def check_digit(code, path):
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2)))
    if int(code[5]) != (11 - total % 11) % 10:
        raise Mismatch(path, 'another check digit expected')


def versions_rise(versions, path):
    if versions != sorted(set(versions)):
        raise Mismatch(path, 'rising versions expected')


# every object of JavaScript has fields of these names
JAVASCRIPT = set(
    'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable prototype toLocaleString toString valueOf'.split()
)


def no_object_has_it(word, path):
    if word in JAVASCRIPT:
        raise Mismatch(path, 'no name that every object has expected')


def members_differ(offer, path):
    members = offer['members']
    if len({one['number'] for one in members}) < len(members) or sum(one['self'] for one in members) > 1:
        raise Mismatch((*path, 'members'), 'each number once, and one holder, expected')


def port_is_one(address, path):
    port = re.search(r':(\d+)/?$', address)
    if port and int(port[1]) > 65535:
        raise Mismatch(path, 'a port expected')


CONTRACT = contract({
    'broker-address': port_is_one,
    'catalogue-word': no_object_has_it,
    'state-name': no_object_has_it,
    'offer': members_differ,
    'cose-key': lambda key, path: public_key(key),
    'municipality-code': check_digit,
    'version-list': versions_rise,
})


def check_body(kind, body):
    CONTRACT.body(rule_of(kind))(body, ())
    MEANING.get(kind, lambda body: None)(body)


def check_message(kind, message):
    """The form around the body, too: headers, tag, lengths."""
    CONTRACT.check(rule_of(kind), message)


def rule_of(kind):
    rule = f'{kind.replace(" ", "-")}-message'
    if rule not in CONTRACT.rules:
        raise Refused(f'no message {kind}')
    return rule
