"""The contract's messages.cddl as a schema: enough of CDDL (RFC 8610) to read that file, and a check of a value by a rule.

What is signed, sealed or encoded inside a byte string (`.cbor`) is opened and checked by whoever reads it, not here."""

import json
import re
from pathlib import Path

from cbor import ProtocolError

FILE = Path(__file__).resolve().parents[3] / "docs/contract/messages.cddl"
TOKEN = re.compile(r'\s*(?:;[^\n]*\n\s*)*("(?:[^"\\]|\\.)*"|=>|\.\.|\.[a-z]+|#6\.\d+|-?\d+|[a-zA-Z][a-zA-Z0-9-]*|\S)')
CLASSES = {r"\p{Cc}": r"\x00-\x1f\x7f-\x9f", r"\p{Zl}": "\u2028", r"\p{Zp}": "\u2029"}


class Parser:
    """Rules as tuples: ("literal", v), ("range", a, b), ("name", n), ("regexp", p), ("bytes", a, b), ("array", …), ("map", …)."""

    def __init__(self, text):
        self.tokens, self.at = TOKEN.findall(text + "\n"), 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *wanted):
        """The next token, where it is one of those wanted (or any)."""
        token = self.peek()
        if token is None or (wanted and token not in wanted):
            return None
        self.at += 1
        return token

    def choice(self):
        choices = [self.primary()]
        while self.take("/"):
            choices.append(self.primary())
        return choices[0] if len(choices) == 1 else ("choice", choices)

    def primary(self):
        token = self.take()
        if token == "(":
            inner = self.choice()
            self.take(")")
            return self.controls(inner)
        if token == "{":
            return self.group("map", "}")
        if token == "[":
            return self.group("array", "]")
        if token[0] == '"':
            return ("literal", json.loads(token))
        if token.lstrip("-").isdigit():
            return ("range", int(token), int(self.take())) if self.take("..") else ("literal", int(token))
        return self.controls(("name", token))

    def controls(self, rule):
        control = self.take(".size", ".regexp", ".cbor", ".and")
        if control == ".regexp":
            pattern = json.loads(self.take())
            for name, characters in CLASSES.items():
                pattern = pattern.replace(name, characters)
            return ("regexp", re.compile(pattern))
        if control == ".size":
            size = self.primary()
            return ("bytes", *size[1:]) if size[0] == "range" else ("bytes", size[1], size[1])
        if control:
            self.primary()
        return rule

    def group(self, kind, end):
        """Entries (optional or repeated, key, rule) until the end of a map or array."""
        entries = []
        while not self.take(end):
            least, most = 1, 1
            if self.take("?"):
                least = 0
            elif "*" in (self.peek(), self.tokens[self.at + 1]):
                least = 0 if self.peek() == "*" else int(self.take())
                self.take("*")
                most = int(self.take()) if kind == "array" and self.peek().isdigit() else None
            key = None
            if self.tokens[self.at + 1] in (":", "=>"):
                key = self.take()
                self.take(":", "=>")
            entries.append((least, most, key, self.choice()))
            self.take(",")
        return (kind, entries)


def rules(text):
    """The rules of a CDDL file by name, without those of COSE, which cose.py reads by hand."""
    found, parser = {}, Parser(text[text.index("; ---- Bodies"):])
    while name := parser.take():
        parser.take("=")
        found[name] = parser.choice()
    return found


def _need(condition, path):
    if not condition:
        raise ProtocolError("protocol/schema", ".".join(map(str, path)))


class Schema:
    """Checks values by the rules of a file; `beyond` is {rule: (field or None, check)}, what CDDL cannot say."""

    def __init__(self, text, beyond, builtin):
        self.rules, self.beyond, self.builtin = rules(text), beyond, builtin

    def check(self, name, value, path=()):
        """Nothing where the value fits the rule, or a ProtocolError with the path of the wrong field."""
        if name in self.builtin:
            _need(self.builtin[name](value), path)
            return
        self._check(self.rules[name], value, path)
        field, fits = self.beyond.get(name, (None, None))
        _need(fits is None or fits(value), (*path, field) if field else path)

    def _check(self, rule, value, path):
        kind, *parts = rule
        if kind == "name":
            self.check(parts[0], value, path)
        elif kind == "literal":
            _need(type(value) is type(parts[0]) and value == parts[0], path)
        elif kind == "range":
            _need(type(value) is int and parts[0] <= value <= parts[1], path)
        elif kind == "regexp":
            _need(isinstance(value, str) and parts[0].fullmatch(value), path)
        elif kind == "bytes":
            _need(isinstance(value, bytes) and parts[0] <= len(value) <= parts[1], path)
        elif kind == "choice":
            self._choice(parts[0], value, path)
        elif kind == "array":
            (least, most, _, item), = parts[0]
            _need(isinstance(value, list) and least <= len(value) and (most is None or len(value) <= most), path)
            for index, member in enumerate(value):
                self._check(item, member, (*path, index))
        else:
            self._map(parts[0], value, path)

    def _choice(self, choices, value, path):
        """Of maps, the one whose literal fields are those of the value; of other things, the first that fits."""
        if choices[0][0] == "map":
            _need(isinstance(value, dict), path)
            literal = next(key for _, _, key, rule in choices[0][1] if rule[0] == "literal")
            fitting = [choice for choice in choices if ("literal", value.get(literal)) in [rule for *_, rule in choice[1]]]
            _need(fitting, (*path, literal))
            self._check(fitting[0], value, path)
        else:
            _need(any(self._fits(choice, value) for choice in choices), path)

    def _fits(self, rule, value):
        try:
            self._check(rule, value, ())
            return True
        except ProtocolError:
            return False

    def _map(self, entries, value, path):
        _need(isinstance(value, dict), path)
        left = dict(value)
        for least, most, key, rule in entries:
            if most is None:
                for name in list(left):
                    _need(self._fits(("name", key), name), (*path, name))
                    self._check(rule, left.pop(name), (*path, name))
            elif key in left:
                self._check(rule, left.pop(key), (*path, key))
            else:
                _need(least == 0, (*path, key))
        _need(not left, (*path, next(iter(left), None)))
