"""The services behind the hub: card authentication, card standard system, and each municipality's issuing service."""

import datetime
import hmac
import os
import time

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

import city
import cose
import messages
import pdf
from cbor import ProtocolError, decode

RS256 = -257
CHUNK = 65_536
DOCUMENT_SECONDS = 1800
WAITS = {name: value / 1000 for name, value in city.WAITS.items()}
SERVICE_OF = {"card": "cardAuthentication", "standard": "cardStandard", "issuing": "issuing"}


class Refusal(Exception):
    """A question is refused, with a code, and the wrong field where one is."""

    def __init__(self, code, path=None):
        super().__init__(code)
        self.answer = {"answer": "refused", "service": SERVICE_OF.get(code.split("/")[0], "hub"), "code": code}
        if path:
            self.answer["path"] = path


def need(condition, code):
    if not condition:
        raise Refusal(code)


class Kept:
    """Things that are kept for some seconds, each for one terminal and transaction."""

    def __init__(self, seconds):
        self._seconds, self._things = seconds, {}

    def put(self, place, thing):
        now = time.monotonic()
        self._things = {other: kept for other, kept in self._things.items() if kept[1] > now}
        self._things[place] = thing, now + self._seconds
        return thing

    def get(self, place):
        thing, until = self._things.get(place, (None, 0))
        return thing if until > time.monotonic() else None

    def take(self, place):
        """The thing, which is gone from then on."""
        thing = self.get(place)
        self._things.pop(place, None)
        return thing


def _rsa_fits(certificate, signature, data, digest=hashes.SHA256()):
    try:
        certificate.public_key().verify(signature, data, padding.PKCS1v15(), digest)
        return True
    except (InvalidSignature, TypeError):  # a key of another type takes other arguments
        return False


class Services:
    """All three. `cards`: a folder with authority.pem, and cards of one resident: those that are called `revoked` are."""

    def __init__(self, authority, cards):
        self._authority = authority
        known = {path.stem: x509.load_pem_x509_certificate(path.read_bytes()) for path in cards.glob("*.pem")}
        self._issuer = known.pop("authority")
        digests = {name: card.fingerprint(hashes.SHA256()) for name, card in known.items()}
        self._residents = {digest: city.RESIDENT for digest in digests.values()}
        self._revoked = {digest for name, digest in digests.items() if name.startswith("revoked")}
        self._challenges = Kept(WAITS["hubMs"] + WAITS["deviceMs"])
        self._order_challenges = Kept(2 * WAITS["choiceMs"] + WAITS["deviceMs"] + WAITS["hubMs"])
        self._documents = Kept(DOCUMENT_SECONDS)
        seals = [(authority.key(f"issuingSeal {code}"), code) for code in city.MUNICIPALITIES]
        self._seals = {cose.thumbprint(key): (key, code) for key, code in seals}

    def pseudonym(self, resident, transaction):
        return hmac.digest(self._authority.secret("pseudonyms"), resident["id"] + transaction, "sha256")[:16]

    def challenge(self, place, _question):
        return {"answer": "challenge", "challenge": self._challenges.put(place, os.urandom(32))}

    def authenticate(self, place, question):
        """Whose card it is: the token, what may be ordered with it, and the issuing service's challenge."""
        terminal, transaction = place
        challenge = self._challenges.take(place)
        seal = self._authority.key("cardAuthenticationSeal")
        request = messages.read("authentication", question["sealed"], seal, transaction=transaction)
        statement = _statement("authentication", request["statement"], place, "card/statement")
        need(statement["challenge"] == challenge, "card/challenge")
        need(request["algorithm"] == RS256, "card/algorithm")
        certificate = self._card(request["certificate"])
        need(_rsa_fits(certificate, request["signature"], request["statement"]), "card/signature")
        digest = cose.sha256(request["certificate"])
        need(digest in self._residents, "card/unknown")
        resident = self._residents[digest]
        token = messages.make("subject", self._authority.key("cardAuthentication"), {
            "transaction": transaction, "terminal": terminal, "certificateDigest": digest,
            "gateKeyThumbprint": cose.thumbprint(statement["gateKey"]), "subject": self.pseudonym(resident, transaction),
        }, transaction=transaction)
        nonce = self._order_challenges.put(place, os.urandom(32))
        return {"answer": "authenticate", "token": token, "offer": city.offer(resident), "orderChallenge": nonce}

    def _card(self, der):
        """A card's certificate that is of the authority, valid now, and not revoked."""
        try:
            certificate = x509.load_der_x509_certificate(der)
            digest = certificate.signature_hash_algorithm
            trusted = _rsa_fits(self._issuer, certificate.signature, certificate.tbs_certificate_bytes, digest)
        except (ValueError, UnsupportedAlgorithm):
            raise Refusal("card/untrusted") from None
        need(trusted and certificate.issuer == self._issuer.subject, "card/untrusted")
        need(certificate.not_valid_before <= datetime.datetime.utcnow() <= certificate.not_valid_after, "card/expired")
        need(cose.sha256(der) not in self._revoked, "card/revoked")
        return certificate

    def order(self, place, question):
        """A document for an order: rendered, signed, sealed to the gate's key, and kept until it is fetched."""
        terminal, transaction = place
        challenge = self._order_challenges.take(place)
        recipient = cose.recipient(question["sealed"])
        need(recipient in self._seals, "hub/malformed")
        seal, municipality = self._seals[recipient]
        request = messages.read("order", question["sealed"], seal, transaction=transaction)
        statement = _statement("order", request["statement"], place, "issuing/statement")
        first = _statement("authentication", request["authentication"], place, "issuing/statement")
        gate, order = cose.thumbprint(first["gateKey"]), statement["order"]
        need(statement["challenge"] == challenge, "issuing/challenge")
        need(statement["gateKeyThumbprint"] == gate, "issuing/statement")
        need(request["algorithm"] == RS256, "issuing/algorithm")
        token = self._token(request, place, gate)
        certificate = x509.load_der_x509_certificate(request["certificate"])
        for data, signature in (("statement", "signature"), ("authentication", "authenticationSignature")):
            need(_rsa_fits(certificate, request[signature], request[data]), "issuing/signature")
        resident = self._residents[token["certificateDigest"]]
        subject = self.pseudonym(resident, transaction)
        need(subject == token["subject"], "issuing/subject")
        fault = "issuing/municipality" if order["municipality"] != municipality else city.order_fault(order, resident)
        need(not fault, fault)
        file, pages, digest = pdf.render(resident, order, transaction, subject)
        need(cose.sha256(file) == digest, "issuing/unavailable")
        manifest = messages.make("manifest", self._authority.key(f"issuing {municipality}"), {
            "transaction": transaction, "terminal": terminal, "gateNonce": first["gateNonce"], "gateKeyThumbprint": gate,
            "subject": subject, "order": order, "pages": pages, "pdfDigest": digest}, transaction=transaction)
        body = {"manifest": manifest, "pdf": file}
        document = self._documents.put(place, messages.make("document", first["gateKey"], body, transaction=transaction))
        return {"answer": "order", "size": len(document), "digest": cose.sha256(document)}

    def _token(self, request, place, gate):
        """The card authentication service's token, for this certificate and gate's key."""
        try:
            key = cose.cose_key(self._authority.key("cardAuthentication"))
            token = messages.read("subject", request["token"], key, terminal=place[0], transaction=place[1])
        except ProtocolError:
            raise Refusal("issuing/token") from None
        fits = (token["certificateDigest"], token["gateKeyThumbprint"]) == (cose.sha256(request["certificate"]), gate)
        need(fits, "issuing/token")
        return token

    def fetch(self, place, question):
        document, offset = self._documents.get(place) or b"", question["offset"]
        need(offset < len(document), "issuing/gone")
        return {"answer": "fetch", "offset": offset, "chunk": document[offset:offset + CHUNK]}

    def ended(self, place):
        """The transaction's end is in the ledger: nobody asks for its document any more."""
        self._documents.take(place)


def _statement(kind, data, place, code):
    """A statement that the card signed, of this transaction at this terminal."""
    try:
        return messages.check(f"{kind} statement", decode(data), *place)
    except ProtocolError as error:
        raise Refusal(code if error.code == "protocol/place" else "hub/malformed") from None
