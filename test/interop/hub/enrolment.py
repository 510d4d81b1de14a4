"""The enrolment server: GET /root, POST /enrol (hub.md, Enrolment server)."""

import logging
import secrets
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

import city
import cose
import messages
from cbor import ProtocolError, decode, encode
from cryptography.hazmat.primitives import serialization

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SECONDS, LARGEST = 86_400, 17 * 1024
WRONG, WITHIN_SECONDS = 10, 60


class Refused(Exception):
    """A claim is refused: a code, and the status."""

    def __init__(self, code, status=403):
        super().__init__(code)
        self.code, self.status = f"enrolment/{code}", status


class Enrolment:
    """Codes and claims. A code is stored as its digest."""

    def __init__(self, authority, store, broker):
        self._authority, self._store, self._broker = authority, store, broker
        self._wrong, self._lock = {}, threading.Lock()

    def new_code(self, terminal):
        code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(5))
        self._store.rows("INSERT INTO codes VALUES (?, ?, ?, NULL, NULL)", cose.sha256(code.encode()), terminal, time.time() + CODE_SECONDS)
        return code

    def claim(self, body, address):
        """The grant for the body of POST /enrol."""
        with self._lock:
            since = time.monotonic() - WITHIN_SECONDS
            wrong = self._wrong[address] = [at for at in self._wrong.get(address, []) if at > since]
            if len(wrong) >= WRONG:
                raise Refused("tooManyAttempts", 429)
            claim, public = self._read(body)
            digest = cose.sha256(encode(claim))
            with self._store.together():
                code = cose.sha256(claim["code"].encode())
                row = self._store.row("SELECT terminal, expires, claim, epoch FROM codes WHERE digest = ?", code)
                if row is None:
                    wrong.append(time.monotonic())
                    raise Refused("unknownCode")
                terminal, expires, spent, epoch = row
                present = (self._store.epoch(terminal) or (0,))[0]
                if spent and (spent != digest or epoch != present):
                    raise Refused("usedCode")
                if expires < time.time():
                    raise Refused("expiredCode")
                if not spent:
                    epoch = present + 1
                    self._store.rows("UPDATE codes SET claim = ?, epoch = ? WHERE digest = ?", digest, epoch, code)
                    self._store.rows("INSERT INTO epochs VALUES (?, ?, ?, ?)", terminal, epoch,
                                     encode(claim["agentKey"]), encode(claim["gateKey"]))
        return self._grant(terminal, epoch, public)

    def _read(self, body):
        """The claim that both keys signed, and the key of its request for a certificate."""
        try:
            request = messages.read("enrolment", body)
            claims = [messages.read("claim", request[field], lambda claim, name=name: messages.check("claim", claim)[name])
                      for field, name in (("byAgent", "agentKey"), ("byGate", "gateKey"))]
        except ProtocolError as error:
            logging.warning("claim: %s", error)
            raise Refused("badClaim") from None
        if claims[0] != claims[1] or claims[0]["agentKey"] == claims[0]["gateKey"]:
            raise Refused("badClaim")
        try:
            asked = x509.load_der_x509_csr(claims[0]["certificateRequest"])
            sound = asked.is_signature_valid and isinstance(asked.public_key().curve, ec.SECP256R1)
        except (ValueError, AttributeError):
            sound = False
        if not sound:
            raise Refused("badRequest")
        return claims[0], asked.public_key()

    def _grant(self, terminal, epoch, public):
        configuration = messages.make("configuration", self._authority.keys["configuration"],
                                      city.configuration(terminal, epoch), terminal=terminal)
        return encode(messages.check("grant", {
            "terminal": terminal, "epoch": epoch, "broker": self._broker, "keySet": self._authority.key_set, "configuration": configuration,
            "certificate": self._authority.terminal_certificate(terminal, public),
            "authority": self._authority.link.public_bytes(serialization.Encoding.PEM).decode()}))


class Server(ThreadingHTTPServer):
    """HTTPS over TLS 1.3, which sends the certificate of a root key with its own."""

    daemon_threads = True

    def __init__(self, address, authority, enrolment):
        super().__init__(address, Handler)
        self.root, self.enrolment = authority.root, enrolment
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(authority.folder / "enrolment.crt", authority.folder / "enrolment.key")
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address):
        logging.info("enrolment: a connection from %s failed", client_address[0], exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """One request, on a connection of its own."""

    timeout = 10

    def do_GET(self):
        self._answer(200, self.server.root) if self.path == "/root" else self._answer(404, b"")

    def do_POST(self):
        if self.path != "/enrol":
            self._answer(404, b"")
            return
        try:
            length = int(self.headers.get("Content-Length", "0"))
            if length > LARGEST:
                raise Refused("badClaim", 413)
            self._answer(200, self.server.enrolment.claim(self.rfile.read(length), self.client_address[0]))
        except Refused as refused:
            self._answer(refused.status, encode({"refused": refused.code}))
        except Exception:
            logging.exception("the enrolment failed")
            self._answer(500, b"")

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/cbor")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        logging.info(format, *args)
