"""The hub's keys, what vouches for them, and certificates. Each key comes from one secret, so a restart makes it again."""

import datetime
import hmac
import ipaddress
import os
import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import cose
import messages

ROOTS, THRESHOLD = ("root 1", "root 2", "root 3"), 2
SIGNERS = ("hub", "configuration", "cardAuthentication", "cardAuthenticationSeal")
DAYS = 365


def private_file(path, data):
    """Writes a file that only its owner reads."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """The root document, the key set, and the files of TLS for enrolment, broker and hub."""

    def __init__(self, folder, municipalities, host):
        if not (folder / "secret").exists():
            private_file(folder / "secret", secrets.token_bytes(32))
        self._secret = (folder / "secret").read_bytes()
        roots = [self.key(name) for name in ROOTS]
        body = {"version": 1, "generation": 1, "threshold": THRESHOLD, "keys": [cose.cose_key(key) for key in roots]}
        self.root = messages.make("root", roots[:THRESHOLD], body)
        self.thumbprint = cose.sha256(cose.encode(body)).hex()
        keys = {name: cose.cose_key(self.key(name)) for name in SIGNERS}
        for name in ("issuing", "issuingSeal"):
            keys[name] = {city: cose.cose_key(self.key(f"{name} {city}")) for city in municipalities}
        self.key_set = messages.make("key set", roots[:THRESHOLD], {"version": 1, "generation": 1, "keys": keys})
        self.link = self._own("link")
        private_file(folder / "link.pem", self.link)
        self._pair(folder, "enrolment", host, ROOTS[0], host)
        self._pair(folder, "broker", host, "link", host)
        self._pair(folder, "hub", "_hub", "link")

    def secret(self, purpose):
        return hmac.digest(self._secret, purpose.encode(), "sha256")

    def key(self, name):
        return ec.derive_private_key(int.from_bytes(self.secret(f"key {name}"), "big"), cose.CURVE)

    def certificate(self, name, public, issuer, host=None):
        """In PEM: of a server for its host, of a client, or, where it is its own issuer, of an authority."""
        now, authority = datetime.datetime.utcnow(), name == issuer
        builder = (x509.CertificateBuilder().subject_name(_name(name)).issuer_name(_name(issuer)).public_key(public)
                   .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
                   .not_valid_after(now + datetime.timedelta(days=DAYS * (10 if authority else 1)))
                   .add_extension(x509.BasicConstraints(authority, None), critical=True))
        if not authority:
            usage = ExtendedKeyUsageOID.SERVER_AUTH if host else ExtendedKeyUsageOID.CLIENT_AUTH
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if host:
            builder = builder.add_extension(x509.SubjectAlternativeName([_host(host)]), critical=False)
        return builder.sign(self.key(issuer), hashes.SHA256()).public_bytes(Encoding.PEM)

    def _own(self, name):
        return self.certificate(name, self.key(name).public_key(), name)

    def _pair(self, folder, file, name, issuer, host=None):
        """A key with its whole chain: the authority's certificate is sent, too."""
        key = self.key(f"tls {file}")
        private_file(folder / f"{file}.crt", self.certificate(name, key.public_key(), issuer, host) + self._own(issuer))
        private_file(folder / f"{file}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _host(text):
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
