"""Parser of the part of CDDL (RFC 8610) in which docs/contract/messages.cddl is written.

A type becomes a tuple: ('name', rule, arguments), ('value', v), ('range', lower, upper), ('choice', types),
('control', type, operator, type), ('tag', number, type), ('map', entries), ('array', entries). An entry is
(min_count, max_count, key, type): key is None, ('value', v) or a type. What the file does not use is refused.
"""
import json
import re

TOKEN = re.compile(r'''
    (?P<space>\s+|;[^\n]*)
  | (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<occurs>\d*\*\d*|\?)
  | (?P<tag>\#6\.\d+)
  | (?P<range>\.\.)
  | (?P<control>\.[a-z]+)
  | (?P<number>-?\d+)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*)
  | (?P<sign>=>|[=/:,<>(){}\[\]])
''', re.VERBOSE)
ANY = 1 << 62


def tokens(source):
    found, at = [], 0
    while at < len(source):
        match = TOKEN.match(source, at)
        if not match:
            raise ValueError(f'CDDL: {source[at:at + 40]!r}')
        at = match.end()
        if match.lastgroup != 'space':
            found.append((match.lastgroup, match.group()))
    return found + [('end', '')] * 4


class Parser:
    def __init__(self, source):
        self.tokens, self.at = tokens(source), 0

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead]

    def take(self, text=None):
        kind, found = self.peek()
        if text is not None and found != text:
            raise ValueError(f'CDDL: {text!r} expected, not {found!r}')
        self.at += 1
        return found

    def skip(self, text):
        if self.peek()[1] == text and self.peek()[0] == 'sign':
            self.at += 1
            return True
        return False

    def rules(self):
        """{name: (parameters, type)}"""
        found = {}
        while self.peek()[0] != 'end':
            name, parameters = self.take(), []
            if self.skip('<'):
                parameters = self.listed('>', self.take)
            self.take('=')
            if name in found:
                raise ValueError(f'CDDL: {name} twice')
            found[name] = parameters, self.type()
        return found

    def listed(self, end, read):
        items = []
        while not self.skip(end):
            items.append(read())
            self.skip(',')
        return items

    def type(self):
        types = [self.controlled()]
        while self.skip('/'):
            types.append(self.controlled())
        return types[0] if len(types) == 1 else ('choice', types)

    def controlled(self):
        left = self.simple()
        kind, found = self.peek()
        if kind == 'range':
            self.take()
            return 'range', left[1], self.simple()[1]
        if kind == 'control':
            self.take()
            return 'control', left, found, self.simple()
        return left

    def simple(self):
        kind, found = self.tokens[self.at]
        self.at += 1
        if kind == 'text':
            return 'value', json.loads(found)
        if kind == 'number':
            return 'value', int(found)
        if kind == 'name':
            return 'name', found, self.listed('>', self.type) if self.skip('<') else []
        if kind == 'tag':
            self.take('(')
            inner = self.type()
            self.take(')')
            return 'tag', int(found[3:]), inner
        if found == '(':
            inner = self.type()
            self.take(')')
            return inner
        if found in '{[':
            return ('map', self.listed('}', self.entry)) if found == '{' else ('array', self.listed(']', self.entry))
        raise ValueError(f'CDDL: a type expected, not {found!r}')

    def entry(self):
        min_count, max_count = 1, 1
        if self.peek()[0] == 'occurs':
            found = self.take()
            lower, _, upper = found.partition('*')
            min_count, max_count = (0, 1) if found == '?' else (int(lower or 0), int(upper or ANY))
        if self.peek()[0] in ('name', 'number', 'text') and self.peek(1)[1] == ':':
            kind, found = self.peek()
            self.at += 2
            value = {'name': str, 'number': int, 'text': json.loads}[kind](found)
            return min_count, max_count, ('value', value), self.type()
        read = self.type()
        if self.skip('=>'):
            return min_count, max_count, read, self.type()
        return min_count, max_count, None, read


def parse(source):
    return Parser(source).rules()
