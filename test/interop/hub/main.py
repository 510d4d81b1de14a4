"""A hub of its own for Madoguchi's terminals, written from docs/contract alone. `--help` says how it is started."""

import argparse
import json
import logging
import secrets
import signal
import socket
import sys
import threading
from pathlib import Path

import city
import messages
import pdf
import vectors
from authority import Authority, private_file
from broker import Broker
from enrolment import Enrolment, Server
from ledger import Ledger
from link import Link
from questions import Questions
from services import Services
from store import Store

FONT = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf"


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", action="store_true", help="read the contract's vectors, and end")
    parser.add_argument("--folder", type=Path, help="where the hub keeps everything")
    parser.add_argument("--cards", type=Path, help="folder with authority.pem and card.pem")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="of the enrolment server; else one that is free, and the same at the next start")
    parser.add_argument("--terminal", default="shop-0042", help="terminal to make codes for")
    parser.add_argument("--codes", type=int, default=1, help="how many codes to make")
    parser.add_argument("--font", default=FONT, help="TrueType font of the certificates")
    parser.add_argument("--restored", action="store_true", help="the ledger was put back from a backup: raises the generation")
    parser.add_argument("--release", type=Path, help="sign the consent that --terminal leaves its journal in quarantine, to this file; and end")
    return parser.parse_args()


def kept(path, make):
    """What a file holds, which is made once."""
    if not path.exists():
        private_file(path, make())
    return path.read_bytes()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1]).encode()


def release(store, authority, terminal, file):
    """Signs the consent to what the terminal's presence reported, once: the terminal's next epoch begins."""
    epoch, evidence = store.row("SELECT epoch, evidence FROM presences WHERE terminal = ? AND evidence IS NOT NULL", terminal)
    with store.together():
        if store.epoch(terminal)[0] == epoch:
            store.rows("INSERT INTO epochs SELECT terminal, epoch + 1, agent, gate FROM epochs WHERE (terminal, epoch) = (?, ?)", terminal, epoch)
    body = {"terminal": terminal, "epoch": epoch, "newEpoch": epoch + 1, "evidence": evidence}
    file.write_bytes(messages.make("release", authority.keys["hub"], body, terminal=terminal))


def generation(folder, restored):
    """The ledger's generation: a file beside the ledger, so that a backup of the ledger does not bring an old one back."""
    number = int(kept(folder / "generation", lambda: b"1")) + (1 if restored else 0)
    private_file(folder / "generation", str(number).encode())
    return number


def serve(given):
    folder, store = given.folder, Store(given.folder / "hub.sqlite")
    authority = Authority(folder, list(city.MUNICIPALITIES), given.host)
    if given.release:
        return release(store, authority, given.terminal, given.release)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    pdf.load_font(given.font)
    broker_port = int(kept(folder / "broker.port", free_port))
    port = given.port or int(kept(folder / "enrolment.port", free_port))
    services = Services(authority, kept(folder / "pseudonym.key", lambda: secrets.token_bytes(32)), given.cards, folder / "revoked")
    ledger = Ledger(store, generation(folder, given.restored), services.ended)
    enrolment = Enrolment(authority, store, f"mqtts://{given.host}:{broker_port}")
    server, broker = Server((given.host, port), authority, enrolment), Broker(folder, given.host, broker_port)
    link = Link(authority, store, Questions(store, services), ledger)
    broker.start()
    link.start(given.host, broker_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    codes = [enrolment.new_code(given.terminal) for _ in range(given.codes)]
    print(json.dumps({"url": f"https://{given.host}:{port}", "code": codes[0] if codes else None, "codes": codes,
                      "root": authority.thumbprint}), flush=True)
    stop.wait()
    server.shutdown()
    link.stop()
    broker.stop()
    return None


def main():
    given = options()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    if given.vectors:
        differences, count = vectors.differences()
        print("\n".join([*differences, f"{count} vectors, {len(differences)} read otherwise"]))
        return 1 if differences else 0
    given.folder.mkdir(parents=True, exist_ok=True)
    serve(given)
    return 0


if __name__ == "__main__":
    sys.exit(main())
