"""What the hub keeps for good (hub.md, What a hub stores): one SQLite file; what is committed is on the disk."""

import logging
import sqlite3
import threading
import time
from contextlib import contextmanager

TABLES = """
CREATE TABLE IF NOT EXISTS codes (digest BLOB PRIMARY KEY, terminal TEXT, expires REAL, claim BLOB, epoch INTEGER);
CREATE TABLE IF NOT EXISTS epochs (terminal TEXT, epoch INTEGER, agent BLOB, gate BLOB, PRIMARY KEY (terminal, epoch));
CREATE TABLE IF NOT EXISTS transactions (id BLOB PRIMARY KEY, terminal TEXT, question BLOB);
CREATE TABLE IF NOT EXISTS records (log TEXT, terminal TEXT, epoch INTEGER, seq INTEGER, tag BLOB, body BLOB, refused TEXT,
  PRIMARY KEY (log, terminal, epoch, seq));
CREATE TABLE IF NOT EXISTS ends (terminal TEXT, id BLOB, outcome TEXT, keptYen INTEGER, owedYen INTEGER, evidence TEXT,
  PRIMARY KEY (terminal, id));
CREATE TABLE IF NOT EXISTS presences (terminal TEXT PRIMARY KEY, epoch INTEGER, session BLOB, online INTEGER,
  stopped TEXT, evidence BLOB);
CREATE TABLE IF NOT EXISTS alarms (wall REAL, terminal TEXT, code TEXT, detail TEXT);
"""


class Store:
    """The file, for one statement at a time, or several that count together."""

    def __init__(self, path):
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + TABLES)

    def rows(self, sql, *values):
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql, *values):
        return next(iter(self.rows(sql, *values)), None)

    @contextmanager
    def together(self):
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def alarm(self, terminal, code, detail):
        """Something that an operator has to look at."""
        logging.warning("alarm: %s: %s %s", terminal, code, detail)
        self.rows("INSERT INTO alarms VALUES (?, ?, ?, ?)", time.time(), terminal, code, detail)

    def epoch(self, terminal):
        """The present epoch of a terminal, with the COSE_Keys of its agent and gate, encoded; or nothing."""
        return self.row("SELECT epoch, agent, gate FROM epochs WHERE terminal = ? ORDER BY epoch DESC LIMIT 1", terminal)
