"""mosquitto as the hub's broker (hub.md, Broker and TLS): it ends with the hub, and is started again where it ends by itself."""

import getpass
import subprocess
import threading

CONFIGURATION = """\
listener {port} {host}
user {user}
cafile {folder}/link.pem
certfile {folder}/broker.crt
keyfile {folder}/broker.key
tls_version tlsv1.3
require_certificate true
use_identity_as_username true
use_username_as_clientid true
allow_anonymous false
acl_file {folder}/acl
set_tcp_nodelay true
retain_available true
persistence true
persistence_location {folder}/broker/
log_dest stderr
log_type error
"""
WRITES = ("request", "ledger", "telemetry", "presence")
READS = ("reply", "acknowledgement", "telemetryAcknowledgement", "keySet", "presence")


class Broker:
    """The process. A thread of its own waits for it, and starts it again."""

    def __init__(self, folder, host, port):
        (folder / "broker").mkdir(exist_ok=True)
        rules = [f"pattern write madoguchi/+/%u/{name}" for name in WRITES] + [f"pattern read madoguchi/+/%u/{name}" for name in READS]
        (folder / "acl").write_text("user _hub\ntopic readwrite madoguchi/#\n\n" + "\n".join(rules) + "\n")
        self._file = folder / "mosquitto.conf"
        self._file.write_text(CONFIGURATION.format(folder=folder.resolve(), host=host, port=port, user=getpass.getuser()))
        self._stopping, self._process = threading.Event(), None
        self._thread = threading.Thread(target=self._keep)

    def start(self):
        self._thread.start()

    def _keep(self):
        while not self._stopping.is_set():
            self._process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "mosquitto", "-c", str(self._file)])
            self._process.wait()
            self._stopping.wait(0.3)

    def stop(self):
        self._stopping.set()
        self._process.terminate()
        self._thread.join()
