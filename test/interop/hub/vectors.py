"""Reads the vectors of docs/contract, and tells what is read otherwise than it should be (vectors.md)."""

import json
import sys

from cryptography.hazmat.primitives.asymmetric import ec

import cose
import messages
from cbor import ProtocolError, decode
from contract import FOLDER

VECTORS = FOLDER / "vectors"


def result(vector, keys):
    """What reading a vector comes to, in the form of its `expected`."""
    place = {name: vector[name] for name in ("topic", "terminal") if name in vector}
    if vector.get("transaction"):
        place["transaction"] = bytes.fromhex(vector["transaction"])
    key = keys.get(vector.get("key"))
    try:
        if vector.get("root"):
            key = messages.read("root", (VECTORS / vector["root"]).read_bytes())
        elif key and messages.KINDS[vector["kind"]][0] == "sealed":
            key = ec.derive_private_key(int(key["private"], 16), cose.CURVE)
        elif key:
            key = decode(bytes.fromhex(key["public"]))
        body = messages.read(vector["kind"], (VECTORS / vector["file"]).read_bytes(), key, **place)
        thumbprint = cose.sha256(cose.encode(body)).hex()
        return {"ok": vector.get("thumbprint", thumbprint) == thumbprint}
    except ProtocolError as error:
        return {"code": error.code} | ({"path": error.path} if error.path else {})


def main():
    keys = json.loads((VECTORS / "keys.json").read_text())
    results = [(vector, result(vector, keys)) for vector in json.loads((VECTORS / "index.json").read_text())]
    otherwise = [f"{vector['name']}: {got} in place of {vector['expected']}"
                 for vector, got in results if got != vector["expected"]]
    print("\n".join([*otherwise, f"{len(results)} vectors, {len(otherwise)} read otherwise"]))
    return 1 if otherwise else 0


if __name__ == "__main__":
    sys.exit(main())
