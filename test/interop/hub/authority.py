"""The hub's keys and certificates: made once and kept in its folder; and what vouches for them."""

import datetime
import ipaddress
import json
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

import cose
import messages

ROOTS = ("root1", "root2", "root3")
SERVICES = ("hub", "configuration", "cardAuthentication", "cardAuthenticationSeal")
LEAF_DAYS, AUTHORITY_DAYS = 365, 3650


def private_file(path, data):
    """Writes a file that only its owner reads."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(name, public, issuer, issuer_key, hosts=(), ca=False):
    """A certificate: of an authority, of a server for its hosts, or of a client."""
    now = datetime.datetime.utcnow()
    days = AUTHORITY_DAYS if ca else LEAF_DAYS
    builder = (x509.CertificateBuilder().subject_name(_name(name)).issuer_name(_name(issuer)).public_key(public)
               .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
               .not_valid_after(now + datetime.timedelta(days=days))
               .add_extension(x509.BasicConstraints(ca, None), critical=True))
    if not ca:
        usage = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _host(text):
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Authority:
    """Every key by its name, the root document, the key set, and certificates for servers and clients."""

    def __init__(self, folder, municipalities, host):
        self.folder, self.municipalities = folder, municipalities
        self.keys = self._keys([*ROOTS, *SERVICES, "link", *(f"{kind}{m}" for kind in ("issuing", "seal") for m in municipalities)])
        roots = [self.keys[name] for name in ROOTS]
        body = {"version": 1, "generation": 1, "threshold": 2, "keys": [cose.cose_key(key) for key in roots]}
        self.root, self.thumbprint = messages.make("root", roots[:2], body), cose.sha256(cose.encode(body)).hex()
        keys = {name: cose.cose_key(self.keys[name]) for name in SERVICES}
        for field, kind in (("issuing", "issuing"), ("issuingSeal", "seal")):
            keys[field] = {m: cose.cose_key(self.keys[kind + m]) for m in municipalities}
        self.key_set = messages.make("key set", roots[:2], {"version": 1, "generation": 1, "keys": keys})
        self.link = self._kept("link.pem", lambda: self._own("Madoguchi link", "link"))
        root = self._kept("root.pem", lambda: self._own("Madoguchi root", "root1"))
        self._pair("enrolment", host, "Madoguchi root", "root1", [host], root)
        self._pair("broker", host, "Madoguchi link", "link", [host], self.link)
        self._pair("hub", "_hub", "Madoguchi link", "link", [], self.link)

    def _keys(self, names):
        path = self.folder / "keys.json"
        if not path.exists():
            made = {name: f"{cose.new_key().private_numbers().private_value:064x}" for name in names}
            private_file(path, json.dumps(made).encode())
        return {name: ec.derive_private_key(int(d, 16), cose.CURVE) for name, d in json.loads(path.read_text()).items()}

    def _kept(self, name, make):
        path = self.folder / name
        if not path.exists():
            private_file(path, pem(make()))
        return x509.load_pem_x509_certificate(path.read_bytes())

    def _own(self, name, key):
        return _certificate(name, self.keys[key].public_key(), name, self.keys[key], ca=True)

    def _pair(self, file, name, issuer, issuer_key, hosts, authority):
        """A new key with its chain, as a server or client of TLS reads them; the authority's certificate is sent, too."""
        key = cose.new_key()
        certificate = _certificate(name, key.public_key(), issuer, self.keys[issuer_key], hosts)
        private_file(self.folder / f"{file}.crt", pem(certificate) + pem(authority))
        private_file(self.folder / f"{file}.key", key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

    def terminal_certificate(self, terminal, public):
        return pem(_certificate(terminal, public, "Madoguchi link", self.keys["link"])).decode()
