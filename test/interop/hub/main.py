"""A second hub for Madoguchi's terminals, by docs/contract alone. It prints a line of JSON when it is ready."""

import argparse
import json
import logging
import signal
import threading
from pathlib import Path

import city
import messages
import pdf
from authority import Authority, private_file
from broker import Broker
from enrolment import Enrolment
from ledger import Ledger
from link import Link
from questions import Questions
from server import Server
from services import Services
from store import Store

FONT = "/usr/share/fonts/truetype/ipamj/ipamjm.ttf"


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the hub keeps everything")
    parser.add_argument("--cards", type=Path, required=True, help="folder of `npm run simulator -- cards`")
    parser.add_argument("--host", default="127.0.0.1", help="address of both servers")
    parser.add_argument("--port", type=int, default=8443, help="port of the enrolment server")
    parser.add_argument("--broker-port", type=int, default=8883, help="port of the broker")
    parser.add_argument("--codes", type=int, default=1, help="codes to make, for the terminals shop-1, shop-2 and so on")
    parser.add_argument("--again", action="store_true", help="and one more for shop-1")
    parser.add_argument("--font", default=FONT, help="TrueType font of the certificates")
    parser.add_argument("--restored", action="store_true", help="the ledger was put back from a backup: a new generation")
    parser.add_argument("--release", nargs=2, metavar=("TERMINAL", "FILE"), help="sign the consent to leave a journal; end")
    return parser.parse_args()


def release(store, authority, terminal, file):
    """Signs the consent to what the terminal's presence reported. Its next epoch begins, once."""
    row = store.row("SELECT epoch, evidence FROM presences WHERE terminal = ? AND evidence IS NOT NULL", terminal)
    if row is None:
        raise SystemExit(f"{terminal} reports no journal in quarantine")
    epoch, evidence = row
    store.rows("INSERT OR IGNORE INTO epochs SELECT terminal, epoch + 1, agent, gate FROM epochs"
               " WHERE (terminal, epoch) = (?, ?)", terminal, epoch)
    body = {"terminal": terminal, "epoch": epoch, "newEpoch": epoch + 1, "evidence": evidence}
    Path(file).write_bytes(messages.make("release", authority.key("hub"), body, terminal=terminal))


def generation(path, restored):
    """The ledger's generation: a file of its own, so that a backup of the ledger does not bring an old one back."""
    number = (int(path.read_text()) if path.exists() else 1) + (1 if restored else 0)
    private_file(path, str(number).encode())
    return number


def serve(given, store, authority):
    """Runs the hub until it is asked to stop."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    folder, broker_at = given.folder, f"mqtts://{given.host}:{given.broker_port}"
    pdf.load_font(given.font)
    services = Services(authority, given.cards)
    ledger = Ledger(store, generation(folder / "generation", given.restored), services.ended)
    enrolment = Enrolment(authority, store, broker_at)
    server = Server((given.host, given.port), folder, authority.root, enrolment)
    broker = Broker(folder, given.host, given.broker_port)
    link = Link(folder, authority, store, Questions(store, services), ledger)
    link.start(given.host, given.broker_port)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    numbers = [*range(1, given.codes + 1), *([1] if given.again else [])]
    codes = [enrolment.new_code(f"shop-{number}") for number in numbers]
    url = f"https://{given.host}:{given.port}"
    print(json.dumps({"url": url, "broker": broker_at, "codes": codes, "root": authority.thumbprint}), flush=True)
    stop.wait()
    server.shutdown()
    link.stop()
    broker.stop()


def main():
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    given = options()
    given.folder.mkdir(parents=True, exist_ok=True)
    store = Store(given.folder / "hub.sqlite")
    authority = Authority(given.folder, city.MUNICIPALITIES, given.host)
    if given.release:
        release(store, authority, *given.release)
    else:
        serve(given, store, authority)


if __name__ == "__main__":
    main()
