"""The services behind the hub: card authentication, card standard system, and the issuing service of each municipality."""

import datetime
import hmac
import os
import threading
import time

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import city
import cose
import messages
import pdf
from cbor import ProtocolError, decode

RS256 = -257
CHUNK = 65_536
WAITS = {name: value / 1000 for name, value in city.WAITS.items()}
SERVICE_OF = {"card": "cardAuthentication", "standard": "cardStandard", "issuing": "issuing"}


class Refusal(Exception):
    """A question is refused, with a code."""

    def __init__(self, code):
        super().__init__(code)
        self.answer = {"answer": "refused", "service": SERVICE_OF.get(code.split("/")[0], "hub"), "code": code}


def need(condition, code):
    if not condition:
        raise Refusal(code)


class Kept:
    """Things that are kept for some seconds, each for one terminal and transaction."""

    def __init__(self, seconds):
        self.seconds, self._things, self._lock = seconds, {}, threading.Lock()

    def put(self, terminal, transaction, thing):
        now = time.monotonic()
        with self._lock:
            self._things = {key: kept for key, kept in self._things.items() if kept[1] > now}
            self._things[terminal, transaction] = thing, now + self.seconds
        return thing

    def get(self, terminal, transaction):
        thing, until = self._things.get((terminal, transaction), (None, 0))
        return thing if until > time.monotonic() else None

    def take(self, terminal, transaction):
        """The thing, which is gone from then on."""
        thing = self.get(terminal, transaction)
        self.drop(terminal, transaction)
        return thing

    def drop(self, terminal, transaction):
        with self._lock:
            self._things.pop((terminal, transaction), None)


def _signed_by_card(certificate, signature, data):
    key = certificate.public_key()
    return isinstance(key, rsa.RSAPublicKey) and _fits(key, signature, data, hashes.SHA256())


def _fits(key, signature, data, digest):
    try:
        key.verify(signature, data, padding.PKCS1v15(), digest)
        return True
    except InvalidSignature:
        return False


class Services:
    """All three. `cards` is a folder with authority.pem and card.pem; `revoked` a file of digests of certificates, a line each."""

    def __init__(self, authority, secret, cards, revoked):
        self.authority, self._secret, self._revoked = authority, secret, revoked
        self._issuer = x509.load_pem_x509_certificate((cards / "authority.pem").read_bytes())
        card = x509.load_pem_x509_certificate((cards / "card.pem").read_bytes())
        self._residents = {card.fingerprint(hashes.SHA256()): city.RESIDENT}
        self._challenges = Kept(WAITS["hubMs"] + WAITS["deviceMs"])
        self._order_challenges = Kept(2 * WAITS["choiceMs"] + WAITS["deviceMs"] + WAITS["hubMs"])
        self._documents = Kept(1800)
        keys = authority.keys
        self._seal = {cose.thumbprint(keys["cardAuthenticationSeal"]): keys["cardAuthenticationSeal"]}
        self._seals = {cose.thumbprint(keys["seal" + m]): (keys["seal" + m], m) for m in authority.municipalities}

    def pseudonym(self, resident, transaction):
        return hmac.digest(self._secret, resident["id"] + transaction, "sha256")[:16]

    def challenge(self, terminal, question):
        nonce = self._challenges.put(terminal, question["transaction"], os.urandom(32))
        return {"answer": "challenge", "challenge": nonce}

    def authenticate(self, terminal, question):
        """Whose card it is: the token, what may be ordered with it, and the issuing service's challenge."""
        transaction = question["transaction"]
        challenge = self._challenges.take(terminal, transaction)
        request = messages.read("authentication", question["sealed"], self._seal, transaction=transaction)
        statement = self._statement("authentication", request["statement"], terminal, transaction, "card/statement")
        need(challenge == statement["challenge"], "card/challenge")
        need(request["algorithm"] == RS256, "card/algorithm")
        certificate = self._card(request["certificate"])
        need(_signed_by_card(certificate, request["signature"], request["statement"]), "card/signature")
        digest = cose.sha256(request["certificate"])
        need(digest in self._residents, "card/unknown")
        resident = self._residents[digest]
        token = messages.make("subject", self.authority.keys["cardAuthentication"], {
            "transaction": transaction, "terminal": terminal, "certificateDigest": digest,
            "gateKeyThumbprint": cose.thumbprint(statement["gateKey"]), "subject": self.pseudonym(resident, transaction),
        }, transaction=transaction)
        nonce = self._order_challenges.put(terminal, transaction, os.urandom(32))
        return {"answer": "authenticate", "token": token, "offer": city.offer(resident), "orderChallenge": nonce}

    def _statement(self, kind, data, terminal, transaction, code):
        """A statement that the card signed, of this transaction at this terminal."""
        try:
            return messages.check(f"{kind} statement", decode(data), terminal, transaction)
        except ProtocolError as error:
            raise Refusal(code if error.code == "protocol/place" else "hub/malformed") from None

    def _card(self, der):
        """A card's certificate that is of the authority, valid now, and not revoked."""
        try:
            certificate = x509.load_der_x509_certificate(der)
            digest = certificate.signature_hash_algorithm
            trusted = certificate.issuer == self._issuer.subject and _fits(
                self._issuer.public_key(), certificate.signature, certificate.tbs_certificate_bytes, digest)
        except (ValueError, TypeError):
            raise Refusal("card/untrusted") from None
        need(trusted, "card/untrusted")
        need(certificate.not_valid_before <= datetime.datetime.utcnow() <= certificate.not_valid_after, "card/expired")
        revoked = self._revoked.read_text().split() if self._revoked.exists() else []
        need(cose.sha256(der).hex() not in revoked, "card/revoked")
        return certificate

    def order(self, terminal, question):
        """A document for an order: rendered, signed, sealed to the gate's key, and kept until it is fetched."""
        transaction = question["transaction"]
        challenge = self._order_challenges.take(terminal, transaction)
        request, municipality = self._open_order(question["sealed"], transaction)
        statement = self._statement("order", request["statement"], terminal, transaction, "issuing/statement")
        first = self._statement("authentication", request["authentication"], terminal, transaction, "issuing/statement")
        gate = cose.thumbprint(first["gateKey"])
        need(challenge == statement["challenge"], "issuing/challenge")
        need(statement["gateKeyThumbprint"] == gate, "issuing/statement")
        need(request["algorithm"] == RS256, "issuing/algorithm")
        token = self._token(request, terminal, transaction, gate)
        certificate = x509.load_der_x509_certificate(request["certificate"])
        for data, signature in (("statement", "signature"), ("authentication", "authenticationSignature")):
            need(_signed_by_card(certificate, request[signature], request[data]), "issuing/signature")
        resident, order = self._residents[token["certificateDigest"]], statement["order"]
        subject = self.pseudonym(resident, transaction)
        need(subject == token["subject"], "issuing/subject")
        need(order["municipality"] == municipality, "issuing/municipality")
        fault = city.order_fault(order, resident)
        need(fault is None, fault)
        file, pages, digest = pdf.render(resident, order, transaction, subject)
        need(cose.sha256(file) == digest, "issuing/unavailable")
        manifest = messages.make("manifest", self.authority.keys["issuing" + municipality], {
            "transaction": transaction, "terminal": terminal, "gateNonce": first["gateNonce"], "gateKeyThumbprint": gate,
            "subject": subject, "order": order, "pages": pages, "pdfDigest": digest}, transaction=transaction)
        document = messages.make("document", first["gateKey"], {"manifest": manifest, "pdf": file}, transaction=transaction)
        self._documents.put(terminal, transaction, document)
        return {"answer": "order", "size": len(document), "digest": cose.sha256(document)}

    def _open_order(self, sealed, transaction):
        """The order, and the municipality whose key it is sealed to."""
        keys = {key_id: key for key_id, (key, _) in self._seals.items()}
        body, key_id = cose.open_sealed(sealed, keys, messages.external("order", transaction=transaction))
        return messages.check("order", body), self._seals[key_id][1]

    def _token(self, request, terminal, transaction, gate):
        """The card authentication service's token, for this certificate, gate's key and terminal."""
        try:
            key = cose.cose_key(self.authority.keys["cardAuthentication"])
            token = messages.read("subject", request["token"], key, terminal=terminal, transaction=transaction)
        except ProtocolError:
            raise Refusal("issuing/token") from None
        need(token["certificateDigest"] == cose.sha256(request["certificate"]), "issuing/token")
        need(token["gateKeyThumbprint"] == gate, "issuing/token")
        return token

    def fetch(self, terminal, question):
        document = self._documents.get(terminal, question["transaction"])
        offset = question["offset"]
        need(document is not None and offset < len(document), "issuing/gone")
        return {"answer": "fetch", "offset": offset, "chunk": document[offset:offset + CHUNK]}

    def ended(self, terminal, transaction):
        """The transaction's end is in the ledger: nobody asks for its document any more."""
        self._documents.drop(terminal, transaction)
