"""mosquitto as the hub's broker (hub.md, Broker and TLS): it ends with the hub, and is started again where it ends alone."""

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
persistence true
persistence_location {folder}/
log_dest stderr
log_type error
"""
WRITES = ("request", "ledger", "telemetry", "presence")
READS = ("reply", "acknowledgement", "telemetryAcknowledgement", "keySet", "presence")


class Broker:
    """The process, and a thread that waits for it."""

    def __init__(self, folder, host, port):
        writes = [f"pattern write madoguchi/+/%u/{name}" for name in WRITES]
        reads = [f"pattern read madoguchi/+/%u/{name}" for name in READS]
        (folder / "acl").write_text("\n".join(["user _hub", "topic readwrite madoguchi/#", *writes, *reads, ""]))
        settings = CONFIGURATION.format(folder=folder.resolve(), host=host, port=port, user=getpass.getuser())
        (folder / "mosquitto.conf").write_text(settings)
        self._command = ["setpriv", "--pdeathsig", "TERM", "mosquitto", "-c", str(folder / "mosquitto.conf")]
        self._stopping, self._process = threading.Event(), None
        self._thread = threading.Thread(target=self._keep)
        self._thread.start()

    def _keep(self):
        while not self._stopping.is_set():
            self._process = subprocess.Popen(self._command)
            self._process.wait()
            self._stopping.wait(0.3)

    def stop(self):
        self._stopping.set()
        self._process.terminate()
        self._thread.join()
