"""Every message's fields, types and limits, as docs/protocol.md has them."""
import re

from cbor import Refused, decode
from cose import public_key


def fail(what):
    raise Refused(f'schema: {what}')


def bstr(lower, upper=None):
    def check(value):
        if not isinstance(value, bytes) or not lower <= len(value) <= (upper or lower):
            fail(f'{lower} to {upper or lower} bytes')
    return check


def upto(upper):
    return bstr(1, upper)


def number(lower, upper):
    def check(value):
        if type(value) is not int or not lower <= value <= upper:
            fail(f'integer from {lower} to {upper}')
    return check


def text(upper):
    def check(value):
        if not isinstance(value, str) or len(value.encode('utf-16-le')) // 2 > upper:
            fail(f'text of at most {upper}')
    return check


def word(pattern):
    def check(value):
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
            fail(f'text like {pattern}')
    return check


def line(upper):
    def check(value):
        text(upper)(value)
        if not value or any(ord(c) < 32 or 127 <= ord(c) < 160 or ord(c) in (0x2028, 0x2029) for c in value):
            fail('one line of printable text')
    return check


def one_of(*values):
    def check(value):
        if not any(type(value) is type(allowed) and value == allowed for allowed in values):
            fail(f'one of {values}')
    return check


def array(of):
    def check(value):
        if not isinstance(value, list):
            fail('array')
        for item in value:
            of(item)
    return check


def table(keys, of):
    def check(value):
        if not isinstance(value, dict):
            fail('map')
        for key, item in value.items():
            keys(key)
            of(item)
    return check


def fields(**named):
    """A map with these fields and no other; a name that ends in _ is optional."""
    def check(value):
        if not isinstance(value, dict):
            fail('map')
        needed = {name for name in named if not name.endswith('_')}
        allowed = {name.rstrip('_') for name in named}
        if needed - set(value) or set(value) - allowed:
            fail(f'fields {sorted(map(str, value))}')
        for name, item in value.items():
            named.get(name, named.get(f'{name}_'))(item)
    return check


def either(*checks):
    def check(value):
        for one in checks:
            try:
                return one(value)
            except Refused as error:
                last = error
        raise last
    return check


def nested(of):
    """CBOR inside a byte string."""
    def check(value):
        of(decode(value))
    return check


def both(*checks):
    def check(value):
        for one in checks:
            one(value)
    return check


boolean = one_of(True, False)
b16, b32, b256 = bstr(16), bstr(32), bstr(256)
terminal = word(r'[a-z0-9][a-z0-9-]{1,62}')
municipality = word(r'\d{6}')
name = word(r'[a-z][a-zA-Z0-9]{0,31}')
code = word(r'[a-z][a-zA-Z]*/[a-zA-Z]{1,40}')
epoch = number(1, 2**32)
max_int = 2**53 - 1
wall = number(0, max_int)
document_size = 16 << 20

order = fields(
    municipality=municipality,
    kind=name,
    options=table(name, either(name, array(number(0, 31)))),
    copies=number(1, 20),
    feeYen=number(0, 1000000),
)
member = fields(
    number=number(0, 31),
    relation=one_of('head', 'spouse', 'child', 'parent', 'other'),
    nth=number(1, 31),
    self=boolean,
)
offer = fields(municipality=municipality, kinds=array(name), members=array(member))
ask = either(
    fields(ask=one_of('challenge'), transaction=b16),
    fields(ask=one_of('authenticate'), transaction=b16, sealed=upto(16384)),
    fields(ask=one_of('order'), transaction=b16, sealed=upto(32768)),
    fields(ask=one_of('fetch'), transaction=b16, offset=number(0, document_size)),
    fields(ask=one_of('probe')),
)
reply = either(
    fields(answer=one_of('challenge'), challenge=b32),
    fields(answer=one_of('authenticate'), token=upto(2048), offer=offer, orderChallenge=b32),
    fields(answer=one_of('order'), size=number(1, document_size), digest=b32),
    fields(answer=one_of('fetch'), offset=number(0, document_size), chunk=upto(65536)),
    fields(
        answer=one_of('probe'), wall=wall,
        services=fields(cardAuthentication=boolean, cardStandard=boolean, issuing=boolean),
    ),
    fields(answer=one_of('refused'), leg=text(40), code=code),
)
record = either(
    fields(type=one_of('step'), transaction=b16, step=number(0, 9999), at=text(20), event=upto(8192), wall=wall),
    fields(
        type=one_of('end'),
        transaction=b16,
        outcome=one_of('issued', 'refused', 'abandoned', 'refundDue', 'unknown'),
        code_=code,
        order_=order,
        keptYen=number(0, 1000000),
        owedYen=number(0, 1000000),
        evidence_=upto(2048),
        wall=wall,
    ),
    fields(
        type=one_of('evidence'),
        transaction=b16,
        outcome_=one_of('issued', 'refused', 'abandoned', 'refundDue', 'unknown'),
        result=one_of('printed', 'notPrinted', 'unknown'),
        evidence=upto(2048),
        wall=wall,
    ),
    fields(type=one_of('start'), software=text(40), wall=wall),
)
software = word(r'madoguchi [0-9][0-9a-z.+-]{0,29}')


def telemetry_record(kind, **more):
    return fields(type=one_of(kind), **more, ms=number(0, max_int), wall=wall)


telemetry = either(
    telemetry_record('start', software=software),
    telemetry_record('stop', software=software),
    telemetry_record('leg', code=code, **{'is': one_of('lost', 'back')}),
    telemetry_record('link', code_=code, reason_=number(0, 255), **{'is': one_of('up', 'down')}),
    telemetry_record(
        'transaction', outcome=one_of('issued', 'refused', 'abandoned', 'refundDue', 'unknown'), code=code,
        spentMs=table(word(r'[a-z][a-zA-Z]{0,19}'), number(0, max_int)),
    ),
    telemetry_record(
        'paper', printer=one_of('receipt', 'page'), warning=word(r'[a-z][a-z-]{0,39}'),
        **{'is': one_of('on', 'over')},
    ),
    telemetry_record('journal', waiting=number(0, max_int), reserveReached=boolean, dropped=number(0, max_int),
                     logDropped_=number(0, max_int)),
    telemetry_record(
        'hub', unused=number(0, max_int), certificateDays=number(-10000000, 10000000),
        clockAheadMs_=number(-max_int, max_int),
    ),
)
authentication_statement = fields(
    context=one_of('madoguchi/1 authentication'),
    transaction=b16,
    terminal=terminal,
    challenge=b32,
    gateKey=public_key,
    gateNonce=b32,
)
order_statement = fields(
    context=one_of('madoguchi/1 order'),
    transaction=b16,
    terminal=terminal,
    challenge=b32,
    gateKeyThumbprint=b32,
    order=order,
)
wait = {key: number(lower, upper) for key, lower, upper in (
    ('pinMs', 5000, 300000), ('hubMs', 1000, 120000), ('deviceMs', 1000, 120000), ('choiceMs', 5000, 600000),
    ('takeCardMs', 5000, 600000), ('fetchMs', 5000, 600000), ('payMs', 5000, 600000), ('printMs', 10000, 900000),
    ('receiptMs', 5000, 120000),
)}


def visit_is_short(waits):
    visit = 3 * waits['pinMs'] + 3 * waits['hubMs'] + 11 * waits['deviceMs'] + 3 * waits['choiceMs']
    if visit + waits['takeCardMs'] + waits['fetchMs'] + waits['payMs'] > 28 * 60 * 1000:
        fail('a visit of at most 28 minutes')


option = fields(name=name, title=text(60), values=array(fields(value=name, title=text(60))))
kind = fields(
    title=text(60), feeYen=number(0, 100000), maxCopies=number(1, 20), options=array(option), members=boolean,
)


def batch_of(kind, **more):
    return fields(
        terminal=terminal, epoch=epoch, session=b16, **{'from': number(1, max_int)}, **more,
        records=array(fields(tag=b16, body=both(upto(16384), nested(kind)))),
    )


BODIES = {
    'question': fields(id=b16, waitsMs=number(1, 600000), question=ask),
    'answer': fields(id=b16, answer=reply),
    'authentication': fields(
        statement=both(upto(1024), nested(authentication_statement)), signature=b256, certificate=upto(8192),
    ),
    'order': fields(
        statement=both(upto(2048), nested(order_statement)),
        signature=b256,
        authentication=both(upto(1024), nested(authentication_statement)),
        authenticationSignature=b256,
        certificate=upto(8192),
        token=upto(2048),
    ),
    'subject': fields(transaction=b16, terminal=terminal, certificateDigest=b32, gateKeyThumbprint=b32, subject=b16),
    'document': fields(manifest=upto(16384), pdf=upto(document_size)),
    'manifest': fields(
        transaction=b16, terminal=terminal, gateNonce=b32, gateKeyThumbprint=b32, subject=b16, order=order,
        pages=number(1, 99), pdfDigest=b32,
    ),
    'stamp': fields(transaction=b16, subject=b16, page=number(1, 99), pages=number(1, 99)),
    'evidence': fields(
        transaction=b16, terminal=terminal, manifestDigest=b32, pdfDigest=b32,
        result=one_of('printed', 'notPrinted', 'unknown'), job=number(0, 2**31 - 1), jobState=text(40),
        impressions=number(-1, 9999), expected=number(1, 9999),
    ),
    'batch': batch_of(record),
    'telemetry batch': batch_of(telemetry, oldest=number(1, max_int)),
    'acknowledgement': fields(
        terminal=terminal, epoch=epoch, session=b16, upto=number(0, max_int), tag=b16, generation=epoch,
        refused=array(fields(seq=number(1, max_int), code=code)),
    ),
    'presence': fields(
        terminal=terminal, epoch=epoch, session=b16, online=boolean, software=text(40),
        stopped_=fields(code=code, evidence_=b32),
    ),
    'release': both(
        fields(terminal=terminal, epoch=epoch, newEpoch=number(2, 2**32), evidence=b32),
        lambda body: body['newEpoch'] > body['epoch'] or fail('a later epoch'),
    ),
    'key set': fields(
        version=one_of(1), generation=epoch,
        keys=fields(
            hub=public_key, configuration=public_key, cardAuthentication=public_key,
            cardAuthenticationSeal=public_key, issuing=public_key, issuingSeal=public_key,
        ),
    ),
    'configuration': fields(
        schema=one_of(1), audience=terminal, seq=epoch, waits=both(fields(**wait), visit_is_short),
        shop_=fields(name=line(40), contact=line(40)),
        municipalities=table(municipality, fields(name=text(40), kinds=table(name, kind))),
    ),
    'claim': fields(
        code=word('([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}'),
        certificateRequest=upto(4096), agentKey=public_key, gateKey=public_key,
    ),
    'enrolment': fields(byAgent=upto(8192), byGate=upto(8192)),
    'grant': either(
        fields(
            terminal=terminal, epoch=epoch, broker=text(200), certificate=text(16384), authority=text(16384),
            rootKey=public_key, keySet=upto(8192), configuration=upto(262144),
        ),
        fields(refused=word('enrolment/[a-zA-Z]+')),
    ),
}
