"""Enrolment: codes, claims and grants (protocol.md, Enrolment)."""

import logging
import secrets
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

import city
import cose
import messages
from cbor import ProtocolError, encode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SECONDS = 86_400
WRONG, WITHIN_SECONDS = 10, 60


class Refused(Exception):
    """A claim is refused: a code, and the status."""

    def __init__(self, word, status=403):
        super().__init__(word)
        self.code, self.status = f"enrolment/{word}", status


def need(condition, word):
    if not condition:
        raise Refused(word)


class Enrolment:
    """Codes, each stored as its digest, and what became of them."""

    def __init__(self, authority, store, broker):
        self._authority, self._store, self._broker = authority, store, broker
        self._wrong, self._lock = {}, threading.Lock()

    def new_code(self, terminal):
        code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(5))
        digest, expires = cose.sha256(code.encode()), time.time() + CODE_SECONDS
        self._store.rows("INSERT INTO codes VALUES (?, ?, ?, NULL, NULL)", digest, terminal, expires)
        return code

    def claim(self, body, address):
        """The grant for the body of POST /enrol. An address that named too many wrong codes has to wait."""
        with self._lock:
            since = time.monotonic() - WITHIN_SECONDS
            wrong = self._wrong[address] = [at for at in self._wrong.get(address, []) if at > since]
            if len(wrong) >= WRONG:
                raise Refused("tooManyAttempts", 429)
            claim, key = _read(body)
            with self._store.together():
                try:
                    terminal, epoch = self._spend(claim)
                except Refused as refused:
                    if refused.code == "enrolment/unknownCode":
                        wrong.append(time.monotonic())
                    raise
        return self._grant(terminal, epoch, key)

    def _spend(self, claim):
        """The terminal and epoch that a code is good for: once, or again for the same claim until the next enrolment."""
        code, digest = cose.sha256(claim["code"].encode()), cose.sha256(encode(claim))
        row = self._store.row("SELECT terminal, expires, claim, epoch FROM codes WHERE digest = ?", code)
        need(row, "unknownCode")
        terminal, expires, spent, epoch = row
        present = (self._store.epoch(terminal) or (0,))[0]
        need(not spent or (spent, epoch) == (digest, present), "usedCode")
        need(expires > time.time(), "expiredCode")
        if not spent:
            epoch = present + 1
            self._store.rows("UPDATE codes SET claim = ?, epoch = ? WHERE digest = ?", digest, epoch, code)
            keys = encode(claim["agentKey"]), encode(claim["gateKey"])
            self._store.rows("INSERT INTO epochs VALUES (?, ?, ?, ?)", terminal, epoch, *keys)
        return terminal, epoch

    def _grant(self, terminal, epoch, key):
        configuration = messages.make("configuration", self._authority.key("configuration"),
                                      city.configuration(terminal, epoch), terminal=terminal)
        return encode(messages.check("grant", {
            "terminal": terminal, "epoch": epoch, "broker": self._broker, "keySet": self._authority.key_set,
            "certificate": self._authority.certificate(terminal, key, "link").decode(),
            "authority": self._authority.link.decode(), "configuration": configuration}))


def _read(body):
    """The claim that both of its keys signed, and the key in its request for a certificate."""
    try:
        request = messages.read("enrolment", body)
        by_agent = messages.read("claim", request["byAgent"], lambda claim: messages.check("claim", claim)["agentKey"])
        by_gate = messages.read("claim", request["byGate"], lambda claim: messages.check("claim", claim)["gateKey"])
    except ProtocolError as error:
        logging.warning("claim: %s", error)
        raise Refused("badClaim") from None
    need(by_agent == by_gate and by_agent["agentKey"] != by_agent["gateKey"], "badClaim")
    try:
        request = x509.load_der_x509_csr(by_agent["certificateRequest"])
        need(request.is_signature_valid and isinstance(request.public_key().curve, ec.SECP256R1), "badRequest")
    except (ValueError, AttributeError):
        raise Refused("badRequest") from None
    return by_agent, request.public_key()
