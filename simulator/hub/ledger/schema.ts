// The ledger's tables. `records` holds the records as received. The others are written from it in the same transaction.

export const ledgerSchema = `
CREATE TABLE IF NOT EXISTS records (
  terminal TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  tag BLOB NOT NULL, body BLOB NOT NULL, received INTEGER NOT NULL,
  PRIMARY KEY (terminal, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cursors (
  terminal TEXT NOT NULL, epoch INTEGER NOT NULL, upto INTEGER NOT NULL, tag BLOB NOT NULL,
  PRIMARY KEY (terminal, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (
  terminal TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, code TEXT NOT NULL,
  PRIMARY KEY (terminal, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alarms (
  id INTEGER PRIMARY KEY, terminal TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  code TEXT NOT NULL, evidence BLOB, received INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS steps (
  terminal TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  tx TEXT NOT NULL, step INTEGER NOT NULL, at TEXT NOT NULL, wall INTEGER NOT NULL,
  PRIMARY KEY (terminal, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ends (
  tx TEXT NOT NULL, terminal TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  outcome TEXT NOT NULL, code TEXT, municipality TEXT, kind TEXT, copies INTEGER, fee_yen INTEGER,
  kept_yen INTEGER NOT NULL, owed_yen INTEGER NOT NULL, evidence TEXT NOT NULL, paper TEXT, wall INTEGER NOT NULL,
  PRIMARY KEY (terminal, tx)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS late_evidence (
  tx TEXT NOT NULL, terminal TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, paper TEXT NOT NULL, wall INTEGER NOT NULL,
  PRIMARY KEY (terminal, tx)
) STRICT, WITHOUT ROWID;
CREATE VIEW IF NOT EXISTS transactions AS
  SELECT s.tx AS "transaction", s.terminal, s.epoch, count(*) AS steps,
    (SELECT at FROM steps n WHERE n.tx = s.tx AND n.terminal = s.terminal ORDER BY epoch DESC, seq DESC LIMIT 1) AS at,
    e.outcome, e.code, e.municipality, e.kind, e.copies, e.fee_yen AS feeYen,
    e.kept_yen AS keptYen, e.owed_yen AS owedYen, e.evidence, e.paper, l.paper AS latePaper
  FROM steps s LEFT JOIN ends e ON e.tx = s.tx AND e.terminal = s.terminal
    LEFT JOIN late_evidence l ON l.tx = s.tx AND l.terminal = s.terminal
  GROUP BY s.terminal, s.tx
  UNION ALL
  SELECT tx, terminal, epoch, 0, NULL, outcome, code, municipality, kind, copies, fee_yen, kept_yen, owed_yen, evidence, ends.paper,
    (SELECT paper FROM late_evidence l WHERE l.tx = ends.tx AND l.terminal = ends.terminal)
  FROM ends WHERE NOT EXISTS (SELECT 1 FROM steps WHERE steps.tx = ends.tx AND steps.terminal = ends.terminal);
`;
