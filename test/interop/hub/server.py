"""The enrolment server: GET /root and POST /enrol over TLS 1.3 (hub.md, Enrolment server)."""

import logging
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cbor import encode
from enrolment import Refused, need

LARGEST_CLAIM = 17 * 1024


class Server(ThreadingHTTPServer):
    """It sends the certificate of a root key with its own."""

    daemon_threads = True

    def __init__(self, address, folder, root, enrolment):
        super().__init__(address, Handler)
        self.root, self.enrolment = root, enrolment
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(folder / "enrolment.crt", folder / "enrolment.key")
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address):
        logging.info("a connection from %s failed", client_address, exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """One request, on a connection of its own."""

    timeout = 10

    def do_GET(self):
        self._answer(*((200, self.server.root) if self.path == "/root" else (404, b"")))

    def do_POST(self):
        if self.path != "/enrol":
            return self._answer(404, b"")
        try:
            length = int(self.headers.get("Content-Length", "0"))
            need(length <= LARGEST_CLAIM, "badClaim")
            return self._answer(200, self.server.enrolment.claim(self.rfile.read(length), self.client_address[0]))
        except Refused as refused:
            return self._answer(refused.status, encode({"refused": refused.code}))
        except Exception:
            logging.exception("an enrolment failed")
            return self._answer(500, b"")

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/cbor")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        logging.info(format, *args)
