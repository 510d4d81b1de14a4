"""The hub at its broker: what comes from terminals is verified, read and answered (protocol.md, Transport)."""

import logging
import re
import ssl
import threading
import time

import paho.mqtt.client as mqtt

import cose
import messages
from cbor import ProtocolError, decode
from services import Refusal

VERSIONS = [1]
INITIAL_SECONDS, MAX_SECONDS, STABLE_SECONDS = 0.1, 60, 5
INPUTS = ("request", "ledger", "telemetry", "presence")
LOGS = {"ledger": ("batch", "acknowledgement"), "telemetry": ("telemetry batch", "telemetryAcknowledgement")}
TOPIC = re.compile(rf"madoguchi/([1-9]\d*)/([a-z0-9][a-z0-9-]{{1,62}})/({'|'.join(INPUTS)})")


class Link:
    """The connection, as the client `_hub`; it comes back by itself, with waits that grow."""

    def __init__(self, folder, authority, store, questions, ledger):
        self._authority, self._store, self._questions, self._ledger = authority, store, questions, ledger
        context = ssl.create_default_context(cafile=folder / "link.pem")
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(folder / "hub.crt", folder / "hub.key")
        self._client = mqtt.Client("_hub", protocol=mqtt.MQTTv5)
        self._client.tls_set_context(context)
        self._wait, self._since = INITIAL_SECONDS, 0
        self._client.reconnect_delay_set(self._wait, MAX_SECONDS)
        self._client.on_connect, self._client.on_disconnect = self._connected, self._closed
        self._client.on_message = lambda _client, _data, message: self._take(message.topic, message.payload)

    def _connected(self, client, *_):
        self._since = time.monotonic()
        client.subscribe([(f"madoguchi/+/+/{name}", 1) for name in INPUTS])

    def _closed(self, client, *_):
        """Waits longer each time until a connection was stable; the client by itself does where it gets none."""
        stable = time.monotonic() - self._since > STABLE_SECONDS
        self._wait = INITIAL_SECONDS if stable else min(2 * self._wait, MAX_SECONDS)
        client.reconnect_delay_set(self._wait, MAX_SECONDS)

    def start(self, host, port):
        """Returns when the broker has taken the subscriptions."""
        ready = threading.Event()
        self._client.on_subscribe = lambda *_: ready.set()
        self._client.connect_async(host, port, keepalive=30)
        self._client.loop_start()
        ready.wait()

    def stop(self):
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, topic, message):
        """One message; what its terminal has not signed, or what the contract does not allow, is dropped and logged."""
        try:
            match = TOPIC.fullmatch(topic)
            epoch = match and self._store.epoch(match[2])
            if not epoch:
                raise ProtocolError("protocol/place")
            self._read(int(match[1]), match[2], match[3], topic, message, *epoch)
        except ProtocolError as error:
            logging.warning("not used: %s: %s", topic, error)
        except Exception:
            logging.exception("not used: %s", topic)

    def _read(self, version, terminal, name, topic, message, epoch, agent, _gate):
        came, place = time.monotonic(), {"topic": topic, "terminal": terminal}
        body = cose.open_signed(message, decode(agent), messages.external("question", **place))
        if version not in VERSIONS:
            if name == "request":
                refusal = {"refused": cose.sha256(message), "versions": VERSIONS}
                self._send("version refusal", version, terminal, "reply", refusal)
            raise ProtocolError("protocol/version")
        if name == "request":
            self._question(terminal, body, came)
        elif name == "presence":
            self._presence(terminal, epoch, messages.check("presence", body, **place))
        else:
            self._batch(name, terminal, epoch, body, place)

    def _send(self, kind, version, terminal, name, body):
        topic = f"madoguchi/{version}/{terminal}/{name}"
        message = messages.make(kind, self._authority.key("hub"), body, topic=topic, terminal=terminal)
        self._client.publish(topic, message, qos=1)

    def _question(self, terminal, body, came):
        """Answered while it waits; refused under its id where it breaks the contract."""
        try:
            messages.check("question", body)
        except ProtocolError as error:
            id = body.get("id") if isinstance(body, dict) else None
            if isinstance(id, bytes) and len(id) == 16:
                self._send("answer", 1, terminal, "reply", {"id": id, "answer": Refusal("hub/malformed", error.path).answer})
            raise
        answer = self._questions.answer(terminal, body)
        if time.monotonic() - came < body["waitsMs"] / 1000:
            self._send("answer", 1, terminal, "reply", {"id": body["id"], "answer": answer})

    def _batch(self, log, terminal, epoch, body, place):
        kind, acknowledgement = LOGS[log]
        batch = messages.check(kind, body, **place)
        if batch["epoch"] > epoch or (log == "telemetry" and batch["epoch"] != epoch):
            raise ProtocolError("protocol/place", "epoch")
        self._send("acknowledgement", 1, terminal, acknowledgement, self._ledger.take(log, terminal, batch))

    def _presence(self, terminal, epoch, presence):
        """The last word of a connection that no other has followed. A terminal that comes gets the key set."""
        if presence["epoch"] != epoch:
            raise ProtocolError("protocol/place", "epoch")
        before = self._store.row("SELECT session FROM presences WHERE terminal = ?", terminal)
        if not presence["online"] and before and before[0] != presence["session"]:
            return
        stopped = presence.get("stopped", {})
        values = terminal, epoch, presence["session"], presence["online"], stopped.get("code"), stopped.get("evidence")
        self._store.rows("INSERT OR REPLACE INTO presences VALUES (?, ?, ?, ?, ?, ?)", *values)
        if stopped:
            self._store.alarm(terminal, stopped["code"], stopped.get("evidence", b"").hex())
        if not set(VERSIONS) & set(presence["versions"]):
            logging.warning("link/version: %s speaks %s", terminal, presence["versions"])
        elif presence["online"]:
            self._client.publish(f"madoguchi/1/{terminal}/keySet", self._authority.key_set, qos=1, retain=True)
