"""CDDL (RFC 8610), as far as messages.cddl uses it: a file becomes functions that check a value.

What lies inside a byte string is checked by whoever opens it; only a header of COSE is checked here."""

import json
import re
from functools import partial

from cbor2 import CBORTag

from cbor import ProtocolError, decode

TOKEN = re.compile(r'\s*(?:;[^\n]*\n\s*)*("(?:[^"\\]|\\.)*"|=>|\.\.|\.[a-z]+|#6\.\d+|-?\d+|[a-zA-Z][a-zA-Z0-9-]*|\S)')
CLASSES = {"Cc": r"\x00-\x1f\x7f-\x9f", "Zl": "\u2028", "Zp": "\u2029"}
TYPES = {"bytes": bytes, "text": str, "bool": bool, "any": object}


class Mismatch(ProtocolError):
    """A value is not the literal one: of a choice of maps, this is not the one."""


def need(condition, path, error=ProtocolError):
    if not condition:
        raise error("protocol/schema", ".".join(map(str, path)))


class Schema:
    """The rules of a file. `beyond` is {rule: (field or None, check)}: what CDDL cannot say."""

    def __init__(self, text, beyond):
        self._tokens, self._rules, self._beyond = TOKEN.findall(text)[::-1], {}, beyond
        while self._tokens:
            name = self._tokens.pop()
            self._parameter()
            self._take("=")
            self._rules[name] = self._choice()

    def check(self, name, value, path=()):
        """Nothing where the value fits the rule, or a ProtocolError with the path of the wrong field."""
        if name in TYPES:
            return need(isinstance(value, TYPES[name]), path)
        self._rules[name](value, path)
        field, fits = self._beyond.get(name, (None, None))
        return need(fits is None or fits(value), (*path, field) if field else path)

    def _take(self, *wanted):
        return self._tokens.pop() if self._tokens and self._tokens[-1] in wanted else None

    def _parameter(self):
        """Skips the `<body>` of a form: a body is checked when it is opened."""
        if self._take("<"):
            del self._tokens[-2:]

    def _choice(self):
        choices = [self._rule()]
        while self._take("/"):
            choices.append(self._rule())
        return choices[0] if len(choices) == 1 else partial(_one_of, choices)

    def _rule(self):
        token = self._tokens.pop()
        if token.startswith("#6."):
            return partial(_tagged, int(token[3:]), self._rule())
        if token in ("{", "["):
            return partial(self._map if token == "{" else _array, self._entries("}" if token == "{" else "]"))
        if token[0] == '"':
            return _literal(json.loads(token))
        if token.lstrip("-").isdigit():
            least, most = int(token), self._take("..") and int(self._tokens.pop())
            if most is None:
                return _literal(least)
            return _test(lambda value: type(value) is int and least <= value <= most)
        if token == "(":
            rule = self._choice()
            self._take(")")
        else:
            rule = partial(self.check, token)
            self._parameter()
        return self._controlled(rule)

    def _controlled(self, rule):
        control = self._take(".regexp", ".size", ".cbor", ".and")
        if control == ".regexp":
            text = json.loads(self._tokens.pop())
            pattern = re.compile(re.sub(r"\\p\{(..)\}", lambda found: CLASSES[found[1]], text))
            return _test(lambda value: isinstance(value, str) and pattern.fullmatch(value))
        header = self._tokens[-1:] == ["{"]
        inner = control and self._rule()
        if control == ".size":
            return lambda value, path: (rule(value, path), inner(len(value), path))
        if control == ".cbor" and header:
            return lambda value, path: (rule(value, path), inner(decode(value), path))
        return rule

    def _entries(self, end):
        """(least, most, key, rule) of each entry of a map or an array."""
        entries = []
        while not self._take(end):
            least, most = (0, 1) if self._take("?") else (1, 1)
            if self._tokens[-1] == "*" or (self._tokens[-1].isdigit() and self._tokens[-2] == "*"):
                least = 0 if self._tokens[-1] == "*" else int(self._tokens.pop())
                self._take("*")
                most = int(self._tokens.pop()) if end == "]" and self._tokens[-1].isdigit() else 2**64
            key = self._tokens.pop() if self._tokens[-2] in (":", "=>") else None
            self._take(":", "=>")
            key = int(key) if key and key.lstrip("-").isdigit() else key
            entries.append((least, most, key, self._choice()))
            self._take(",")
        return entries

    def _map(self, entries, value, path):
        need(isinstance(value, dict), path)
        left = dict(value)
        for least, most, key, rule in entries:
            for name in list(left) if most > 1 else [key]:
                if most > 1:
                    self.check(key, name, (*path, name))
                need(name in left or least == 0, (*path, name))
                if name in left:
                    rule(left.pop(name), (*path, name))
        need(not left, (*path, *list(left)[:1]))


def _array(entries, value, path):
    need(isinstance(value, list), path)
    least, most, _, rule = entries[0]
    if (least, most) == (1, 1):
        need(len(value) == len(entries), path)
        for (_, _, key, rule), item in zip(entries, value):
            rule(item, (*path, key) if key else path)
    else:
        need(least <= len(value) <= most, path)
        for index, item in enumerate(value):
            rule(item, (*path, index))


def _one_of(choices, value, path):
    """Fits one of the choices; or the error of the one whose literal fields fit."""
    errors = []
    for choice in choices:
        try:
            return choice(value, path)
        except ProtocolError as error:
            errors.append(error)
    error = next((error for error in errors if not isinstance(error, Mismatch)), errors[0])
    raise ProtocolError(error.code, error.path)


def _tagged(tag, rule, value, path):
    need(isinstance(value, CBORTag) and value.tag == tag, path)
    rule(value.value, path)


def _literal(literal):
    return _test(lambda value: type(value) is type(literal) and value == literal, Mismatch)


def _test(fits, error=ProtocolError):
    return lambda value, path: need(fits(value), path, error)
