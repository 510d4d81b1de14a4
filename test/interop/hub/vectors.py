"""The vectors of docs/contract/vectors, read by this hub's readers (vectors.md)."""

import json

from cryptography.hazmat.primitives.asymmetric import ec

import cose
import messages
from cbor import ProtocolError, decode
from cddl import FILE

FOLDER = FILE.parent / "vectors"


def _result(vector, keys):
    """What reading a vector comes to, in the form of its `expected`."""
    place = {name: vector[name] for name in ("topic", "terminal") if name in vector}
    if vector.get("transaction"):
        place["transaction"] = bytes.fromhex(vector["transaction"])
    key = keys.get(vector.get("key"))
    try:
        if vector.get("root"):
            key = messages.read("root", (FOLDER / vector["root"]).read_bytes())
        elif key and messages.FORMS[vector["kind"]][0] == "sealed":
            private = ec.derive_private_key(int(key["private"], 16), cose.CURVE)
            key = {cose.thumbprint(private): private}
        elif key:
            key = decode(bytes.fromhex(key["public"]))
        body = messages.read(vector["kind"], (FOLDER / vector["file"]).read_bytes(), key, **place)
        if "thumbprint" in vector and cose.sha256(cose.encode(body)).hex() != vector["thumbprint"]:
            return {"code": "protocol/signature"}
        return {"ok": True}
    except ProtocolError as error:
        return {"code": error.code} | ({"path": error.path} if error.path else {})


def differences():
    """Each vector that is read otherwise than it should be, and how many there are in all."""
    keys = json.loads((FOLDER / "keys.json").read_text())
    vectors = json.loads((FOLDER / "index.json").read_text())
    read = [(vector, _result(vector, keys)) for vector in vectors]
    return [f"{v['name']}: {result} in place of {v['expected']}" for v, result in read if result != v["expected"]], len(read)
