"""The ledger and the telemetry log: batches are stored for good, then acknowledged (hub.md, Ledger)."""

import messages
from cbor import ProtocolError, decode

ZEROES = bytes(16)
OF_PLACE = "FROM records WHERE (log, terminal, epoch) = (?, ?, ?)"
GAPS_UNTIL_ALARM = 3


class Ledger:
    """Both logs. `generation` is kept outside the store; `ended` is told of each transaction whose end came."""

    def __init__(self, store, generation, ended):
        self._store, self._generation, self._ended = store, generation, ended
        self._gaps = {}

    def take(self, log, terminal, batch):
        """Stores what is new of a batch, and gives the body of its acknowledgement."""
        epoch, start, records = batch["epoch"], batch["from"], batch["records"]
        place = (log, terminal, epoch)
        with self._store.together():
            upto, _ = self._cursor(place)
            behind = start > upto + 1 and not (log == "telemetry" and start <= batch["oldest"])
            if behind:
                self._gap(place, upto, start)
            elif self._differs(place, start, records):
                self._store.alarm(terminal, f"{log}/fork", f"epoch {epoch} from {start}")
            else:
                if records and start > upto + 1:
                    self._store.alarm(terminal, "telemetry/gap", f"epoch {epoch} lost {upto + 1} to {start - 1}")
                for seq, record in enumerate(records, start):
                    if seq > upto:
                        self._add(place, seq, record)
        upto, tag = self._cursor(place)
        refused = self._store.rows(f"SELECT seq, refused {OF_PLACE} AND refused IS NOT NULL AND seq BETWEEN ? AND ? ORDER BY seq",
                                   *place, start, start + len(records) - 1)
        return {"terminal": terminal, "epoch": epoch, "session": batch["session"], "upto": upto, "tag": tag,
                "generation": self._generation, "refused": [{"seq": seq, "code": code} for seq, code in refused]}

    def _cursor(self, place):
        return self._store.row(f"SELECT seq, tag {OF_PLACE} ORDER BY seq DESC LIMIT 1", *place) or (0, ZEROES)

    def _gap(self, place, upto, start):
        """An alarm where batches begin at one record behind a gap again and again; what follows a lost batch does not."""
        count = self._gaps[place, upto, start] = self._gaps.get((place, upto, start), 0) + 1
        if count == GAPS_UNTIL_ALARM:
            self._store.alarm(place[1], f"{place[0]}/behind", f"epoch {place[2]} has {upto}, came {start}")

    def _differs(self, place, start, records):
        stored = self._store.rows(f"SELECT seq, tag, body {OF_PLACE} AND seq BETWEEN ? AND ?",
                                  *place, start, start + len(records) - 1)
        return any({"tag": tag, "body": body} != records[seq - start] for seq, tag, body in stored)

    def _add(self, place, seq, record):
        log, terminal, epoch = place
        refused = None
        try:
            body = decode(record["body"])
            messages.SCHEMA.check(f"{log}-record", body)
            if log == "ledger":
                refused = self._note(terminal, epoch, body)
        except ProtocolError:
            refused = f"{log}/schema"
        values = *place, seq, record["tag"], record["body"], refused
        self._store.rows("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", *values)

    def _note(self, terminal, epoch, record):
        """What a record says of a transaction; the code by which it is refused, or nothing."""
        if record["type"] not in ("end", "evidence"):
            return None
        transaction = record["transaction"]
        result = self._evidence(terminal, epoch, transaction, record.get("evidence"))
        if record["type"] == "evidence":
            self._store.rows("UPDATE ends SET evidence = ? WHERE (terminal, id) = (?, ?) AND evidence IS NULL",
                             result, terminal, transaction)
            return None if result else "ledger/evidence"
        if self._store.row("SELECT 1 FROM ends WHERE (terminal, id) = (?, ?)", terminal, transaction):
            return "ledger/endedBefore"
        if "evidence" in record and result is None:
            self._store.alarm(terminal, "ledger/evidence", transaction.hex())
        self._store.rows("INSERT INTO ends VALUES (?, ?, ?, ?, ?, ?)", terminal, transaction, record["outcome"],
                         record["keptYen"], record["owedYen"], result)
        self._ended((terminal, transaction))
        return None

    def _evidence(self, terminal, epoch, transaction, evidence):
        """The result in evidence that the gate of this terminal and epoch signed for this transaction; or nothing."""
        row = self._store.row("SELECT gate FROM epochs WHERE (terminal, epoch) = (?, ?)", terminal, epoch)
        if row is None or evidence is None:
            return None
        try:
            body = messages.read("evidence", evidence, decode(row[0]), terminal=terminal, transaction=transaction)
            return body["result"]
        except ProtocolError:
            return None
