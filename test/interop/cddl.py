"""Says whether a value is what a rule of docs/contract/messages.cddl allows, and if not, where it differs.

Own code from RFC 8610: it reads the CDDL, not the schemas that the CDDL was written from.
"""
import re
from pathlib import Path

from cbor import Refused, decode
from cbor2 import CBORTag
from cddl_parse import parse

PATH = Path(__file__).parents[2] / 'docs/contract/messages.cddl'
# categories of Unicode that XML Schema's patterns name and Python's do not
CATEGORIES = {'Cc': r'\x00-\x1f\x7f-\x9f', 'Zl': r'\u2028', 'Zp': r'\u2029'}


class Mismatch(Refused):
    """`path`: keys and places of the wrong field, such as `answer.members.0.nth`."""

    def __init__(self, path, what, literal=False):
        super().__init__(f'schema: {".".join(map(str, path))}: {what}', 'protocol/schema')
        self.path, self.literal = path, literal


def refuse_unless(right, path, what, literal=False):
    if not right:
        raise Mismatch(path, what, literal)


def pattern(text):
    return re.compile(re.sub(r'\\p\{(\w\w)\}', lambda found: CATEGORIES[found[1]], text))


class Cddl:
    def __init__(self, source, also=None):
        """`also`: checks of values that fit a rule, by the rule's name."""
        self.rules, self.also = parse(source), also or {}
        self.checks = {}

    def check(self, rule, value, path=()):
        """Raises Mismatch unless the value is what the rule allows."""
        self.named(rule, [])(value, path)

    def body(self, rule):
        """The check of what is signed or sealed in `rule = signed<body>`, or of the plain message itself."""
        _, node = self.rules[rule]
        signed_or_sealed = node[0] == 'name' and node[2]
        return self.compiled(node[2][0] if signed_or_sealed else node, {})

    def named(self, name, arguments):
        if name in PRELUDE and not arguments:
            return PRELUDE[name]
        key = name, tuple(map(repr, arguments))
        if key not in self.checks:
            parameters, body = self.rules[name]
            if len(parameters) != len(arguments):
                raise ValueError(f'CDDL: {name} has {len(parameters)} parameters')
            # a rule may lead back to itself: it is looked up when it is needed
            self.checks[key] = lambda value, path: self.checks[key](value, path)
            check = self.compiled(body, dict(zip(parameters, arguments)))
            self.checks[key] = self.with_also(check, self.also[name]) if name in self.also else check
        return self.checks[key]

    def with_also(self, check, also):
        def both(value, path):
            check(value, path)
            also(value, path)
        return both

    def compiled(self, node, given):
        return getattr(self, f'of_{node[0]}')(given, *node[1:])

    def of_name(self, given, name, arguments):
        if name in given:
            return self.compiled(given[name], {})
        return self.named(name, [given.get(a[1], a) if a[0] == 'name' else a for a in arguments])

    def of_value(self, _, expected):
        return lambda value, path: refuse_unless(
            type(value) is type(expected) and value == expected, path, f'{expected!r} expected', True)

    def of_range(self, _, lower, upper):
        return lambda value, path: refuse_unless(
            type(value) is int and lower <= value <= upper, path, f'integer from {lower} to {upper} expected')

    def of_tag(self, given, number, inner):
        check = self.compiled(inner, given)

        def tagged(value, path):
            refuse_unless(isinstance(value, CBORTag) and value.tag == number, path, f'tag {number} expected')
            check(value.value, path)
        return tagged

    def of_choice(self, given, types):
        checks = [self.compiled(one, given) for one in types]

        def any_of(value, path):
            errors = []
            for check in checks:
                try:
                    return check(value, path)
                except Mismatch as error:
                    errors.append(error)
            # the alternative whose literals fit is the one that was meant
            raise max(errors, key=lambda error: (not error.literal, len(error.path)))
        return any_of

    def of_control(self, given, left, operator, right):
        return self.with_also(self.compiled(left, given), CONTROLS[operator](self, given, right))

    def of_array(self, given, entries):
        parts = [(min_count, max_count, self.compiled(of, given)) for min_count, max_count, _, of in entries]

        def array(value, path):
            refuse_unless(isinstance(value, (list, tuple)), path, 'array expected')
            at = 0
            for min_count, max_count, check in parts:
                end = at + min_count if min_count == max_count else min(len(value), at + max_count)
                refuse_unless(at + min_count <= end <= len(value), path, 'too few items')
                for at in range(at, end):
                    check(value[at], (*path, at))
                at = end
            refuse_unless(at == len(value), path, 'too many items')
        return array

    def of_map(self, given, entries):
        fields = {}
        tables = []
        for min_count, max_count, key, of in entries:
            if key[0] == 'value':
                fields[key[1]] = (min_count, self.compiled(of, given), of[0] == 'value')
            else:
                tables.append((self.compiled(key, given), self.compiled(of, given)))
        needed = [name for name, (min_count, _, _) in fields.items() if min_count]
        first = [name for name, (_, _, is_literal) in fields.items() if is_literal]

        def of_map(value, path):
            refuse_unless(isinstance(value, dict), path, 'map expected')
            for name in first:
                if name in value:
                    fields[name][1](value[name], (*path, name))
            for name in needed:
                refuse_unless(name in value, (*path, name), 'missing')
            for name, item in value.items():
                if name in fields:
                    fields[name][1](item, (*path, name))
                    continue
                refuse_unless(tables, (*path, name), 'not a field')
                for key, check in tables:
                    key(name, (*path, name))
                    check(item, (*path, name))
        return of_map


def of_size(cddl, _, right):
    lower, upper = right[1:] if right[0] == 'range' else (right[1], right[1])

    def size(value, path):
        length = len(value.encode() if isinstance(value, str) else value)
        refuse_unless(lower <= length <= upper, path, f'{lower} to {upper} bytes expected')
    return size


def of_regexp(_, __, right):
    wanted = pattern(right[1])
    return lambda value, path: refuse_unless(wanted.fullmatch(value), path, f'text like {wanted.pattern} expected')


def of_cbor(cddl, given, right):
    check = cddl.compiled(right, given)

    def embedded(value, path):
        try:
            inner = decode(value)
        except Refused as error:
            raise Mismatch(path, f'CBOR expected: {error}') from error
        check(inner, path)
    return embedded


CONTROLS = {
    '.size': of_size,
    '.regexp': of_regexp,
    '.cbor': of_cbor,
    '.and': lambda cddl, given, right: cddl.compiled(right, given),
}


def prelude(kind, what):
    return lambda value, path: refuse_unless(isinstance(value, kind), path, f'{what} expected')


PRELUDE = {
    'any': lambda value, path: None,
    'bool': prelude(bool, 'boolean'),
    'text': prelude(str, 'text'),
    'bytes': prelude(bytes, 'bytes'),
}


def contract(also=None):
    return Cddl(PATH.read_text(), also)
