"""The hub at its broker: what comes from terminals is verified, read and answered (protocol.md, Transport)."""

import logging
import re
import ssl
import time

import paho.mqtt.client as mqtt

import cose
import messages
from cbor import ProtocolError, decode
from services import Refusal

VERSIONS = [1]
INPUTS = ("request", "ledger", "telemetry", "presence")
TOPIC = re.compile(r"madoguchi/([1-9]\d*)/([a-z0-9][a-z0-9-]{1,62})/([a-zA-Z]+)")


class Link:
    """The connection, as the client `_hub`; it comes back by itself, with waits that grow."""

    def __init__(self, folder, authority, store, questions, ledger):
        self._authority, self._store, self._questions, self._log = authority, store, questions, ledger
        self._client = mqtt.Client("_hub", protocol=mqtt.MQTTv5)
        context = ssl.create_default_context(cafile=str(folder / "link.pem"))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(folder / "hub.crt", folder / "hub.key")
        self._client.tls_set_context(context)
        self._client.reconnect_delay_set(1, 60)
        self._client.on_connect = lambda client, *_: client.subscribe([(f"madoguchi/+/+/{name}", 1) for name in INPUTS])
        self._client.on_message = lambda _client, _data, message: self._take(message.topic, message.payload)

    def start(self, host, port):
        """Returns when the broker has taken the subscriptions."""
        ready = []
        self._client.on_subscribe = lambda *_: ready.append(True)
        self._client.connect_async(host, port, keepalive=30)
        self._client.loop_start()
        while not ready:
            time.sleep(0.02)

    def stop(self):
        self._client.disconnect()
        self._client.loop_stop()

    def _take(self, topic, message):
        """One message; what nobody signed rightly, or what the contract does not allow, is dropped and logged."""
        came, match = time.monotonic(), TOPIC.fullmatch(topic)
        known = match and self._store.epoch(match[2])
        if not known:
            logging.warning("not used: %s", topic)
            return
        version, terminal, name = int(match[1]), match[2], match[3]
        try:
            if version not in VERSIONS:
                self._refuse_version(version, terminal, name, topic, message, decode(known[1]))
            else:
                getattr(self, f"_{name}")(terminal, topic, message, came, *known)
        except ProtocolError as error:
            logging.warning("not used: %s: %s", topic, error)

    def _send(self, kind, terminal, topic, body):
        message = messages.make(kind, self._authority.key("hub"), body, topic=topic, terminal=terminal)
        self._client.publish(topic, message, qos=1)

    def _refuse_version(self, version, terminal, name, topic, message, agent):
        """A question of the terminal in another version is refused by its digest; everything else of that version is dropped."""
        cose.open_signed(message, agent, messages.external("question", topic=topic))
        if name == "request":
            body = {"refused": cose.sha256(message), "versions": VERSIONS}
            self._send("version refusal", terminal, f"madoguchi/{version}/{terminal}/reply", body)
        raise ProtocolError("protocol/version")

    def _request(self, terminal, topic, message, came, _epoch, agent, _gate):
        body = cose.open_signed(message, decode(agent), messages.external("question", topic=topic))
        reply = f"madoguchi/1/{terminal}/reply"
        try:
            messages.check("question", body)
        except ProtocolError as error:
            id = body.get("id") if isinstance(body, dict) else None
            if isinstance(id, bytes) and len(id) == 16:
                self._send("answer", terminal, reply, {"id": id, "answer": Refusal("hub/malformed").answer})
            raise error
        answer = self._questions.answer(terminal, body)
        if time.monotonic() - came < body["waitsMs"] / 1000:
            self._send("answer", terminal, reply, {"id": body["id"], "answer": answer})

    def _batch(self, log, kind, acknowledgement, terminal, topic, message, epoch, agent):
        batch = messages.read(kind, message, decode(agent), topic=topic, terminal=terminal)
        if batch["epoch"] > epoch or (log == "telemetry" and batch["epoch"] != epoch):
            raise ProtocolError("protocol/place", "epoch")
        body = self._log.take(log, terminal, batch)
        self._send("acknowledgement", terminal, f"madoguchi/1/{terminal}/{acknowledgement}", body)

    def _ledger(self, terminal, topic, message, _came, epoch, agent, _gate):
        self._batch("ledger", "batch", "acknowledgement", terminal, topic, message, epoch, agent)

    def _telemetry(self, terminal, topic, message, _came, epoch, agent, _gate):
        self._batch("telemetry", "telemetry batch", "telemetryAcknowledgement", terminal, topic, message, epoch, agent)

    def _presence(self, terminal, topic, message, _came, epoch, agent, _gate):
        """The last word of a connection that is not followed by another; a terminal that comes gets the key set."""
        presence = messages.read("presence", message, decode(agent), topic=topic, terminal=terminal)
        if presence["epoch"] != epoch:
            raise ProtocolError("protocol/place", "epoch")
        before = self._store.row("SELECT session FROM presences WHERE terminal = ?", terminal)
        if not presence["online"] and before and before[0] != presence["session"]:
            return
        stopped = presence.get("stopped", {})
        self._store.rows("INSERT OR REPLACE INTO presences VALUES (?, ?, ?, ?, ?, ?, ?, ?)", terminal, epoch, presence["session"],
                         presence["online"], presence["software"], bytes(presence["versions"]), stopped.get("code"), stopped.get("evidence"))
        if stopped:
            self._store.alarm(terminal, stopped["code"], stopped.get("evidence", b"").hex())
        if not set(VERSIONS) & set(presence["versions"]):
            logging.warning("link/version: %s speaks %s", terminal, presence["versions"])
        elif presence["online"]:
            self._client.publish(f"madoguchi/1/{terminal}/keySet", self._authority.key_set, qos=1, retain=True)
