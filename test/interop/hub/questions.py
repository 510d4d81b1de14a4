"""What a terminal asks: each question is answered once, and again by the same answer (hub.md, Questions)."""

import logging
import time

import cose
from cbor import ProtocolError, encode
from services import Refusal, need

KEPT = 32
ANEW = ("fetch", "probe")
# The services are in this process: where the hub answers, so do they.
WORK = {"cardAuthentication": True, "cardStandard": True, "issuing": True}


class Questions:
    """The answers of each terminal by the ids of their questions, in memory; who began which transaction is stored."""

    def __init__(self, store, services):
        self._store, self._services = store, services
        self._answers = {}

    def answer(self, terminal, envelope):
        """The answer to a question, made now or made before."""
        question, now = envelope["question"], time.monotonic()
        digest = cose.sha256(encode(question))
        kept = self._answers.setdefault(terminal, {})
        if envelope["id"] in kept:
            asked, answer, _ = kept[envelope["id"]]
            if asked != digest or answer:
                return answer if asked == digest else Refusal("hub/questionChanged").answer
        answer = self._work(terminal, envelope["id"], question)
        kept[envelope["id"]] = digest, None if question["ask"] in ANEW else answer, now + envelope["waitsMs"] / 1000
        for old in list(kept)[:-KEPT]:
            if kept[old][2] < now:
                del kept[old]
        return answer

    def _work(self, terminal, id, question):
        try:
            if question["ask"] == "probe":
                return {"answer": "probe", "wall": int(time.time() * 1000), "services": WORK}
            self._own(terminal, id, question)
            return getattr(self._services, question["ask"])((terminal, question["transaction"]), question)
        except Refusal as refusal:
            return refusal.answer
        except ProtocolError as error:
            logging.warning("%s asked %s: %s", terminal, question["ask"], error)
            return Refusal("hub/malformed", error.path).answer
        except Exception:
            logging.exception("a service failed")
            return Refusal("hub/internal").answer

    def _own(self, terminal, id, question):
        """A transaction begins with its first challenge, or with that again after a crash, and goes on at its terminal."""
        transaction = question["transaction"]
        begun = self._store.row("SELECT terminal, question FROM transactions WHERE id = ?", transaction)
        if question["ask"] != "challenge":
            need(begun and begun[0] == terminal, "hub/transactionUnknown")
        elif begun:
            need(begun == (terminal, id), "hub/transactionTaken")
        else:
            self._store.rows("INSERT INTO transactions VALUES (?, ?, ?)", transaction, terminal, id)
