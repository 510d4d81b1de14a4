// What a user might keep 300-byte records in, each asked in its own best way to make one durable: `append` resolves then.

import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { ClassicLevel } from 'classic-level';
import levelStore from 'mqtt-level-store';
import { GroupCommit } from '../../agent/journal/group-commit.ts';
import { openJournal } from '../../agent/journal/open-journal.ts';

export interface Engine {
  append(body: Buffer): Promise<unknown>;
  close(): Promise<void>;
}

/** Ready to take its first record: whatever it makes in advance is made. `folder` is there and empty. */
export type Open = (folder: string, segmentBytes: number) => Promise<Engine>;

const ours: Open = async (folder, segmentBytes) => {
  const journal = await openJournal({
    ...({ log: 'ledger', folder: join(folder, 'ledger'), terminal: 'bench-1', epoch: 1 } as const),
    dataKeys: [createSecretKey(randomBytes(32))],
    checkpoint: () => ({ body: Buffer.alloc(1) }),
    segmentBytes,
    reserveSegments: 2,
    budgetBytes: 64 * segmentBytes,
  });
  await journal.append(Buffer.alloc(1)); // its first segment has begun
  await journal.health(); // and the reserve is full again
  return journal;
};

/** One write and one fdatasync for each record, one after the other, and nothing else. */
const raw: Open = async folder => {
  const file = await open(join(folder, 'raw'), 'a');
  let turn = Promise.resolve();
  return {
    append(body) {
      turn = turn.then(async () => {
        await file.write(body);
        await file.datasync();
      });
      return turn;
    },
    close: () => file.close(),
  };
};

/** WAL, synchronous=FULL; what waits goes into one transaction, as in our own group commit. */
const sqlite: Open = async folder => {
  const database = new DatabaseSync(join(folder, 'records.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE records (seq INTEGER PRIMARY KEY, body BLOB)',
  );
  const insert = database.prepare('INSERT INTO records (body) VALUES (?)');
  const commits = new GroupCommit<Buffer, unknown>(
    async bodies => {
      database.exec('BEGIN');
      const rows = bodies.map(body => insert.run(body));
      database.exec('COMMIT');
      return rows;
    },
    body => body.length,
    { items: Infinity, sum: 256 << 10 },
  );
  return { append: body => commits.add(body), close: async () => database.close() };
};

const level: Open = async folder => {
  const database = new ClassicLevel<Buffer, Buffer>(join(folder, 'level'), {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
  });
  await database.open();
  let seq = 0;
  return {
    append(body) {
      const key = Buffer.alloc(8);
      key.writeUInt32BE(++seq, 4);
      return database.put(key, body, { sync: true });
    },
    close: () => database.close(),
  };
};

/** What an MQTT client would keep its messages in. It never flushes: what it took is lost with the power. */
const mqttStore: Open = async folder => {
  const path = join(folder, 'mqtt');
  await mkdir(path);
  const { outgoing } = levelStore(path);
  const put = promisify(outgoing.put.bind(outgoing));
  let messageId = 0;
  return {
    append(payload) {
      messageId = (messageId % 65_535) + 1;
      return put({ messageId, cmd: 'publish', topic: 'ledger', payload, qos: 1 });
    },
    close: () => new Promise(resolve => outgoing.close(resolve)),
  };
};

export const engines = {
  ours,
  'raw append + fdatasync': raw,
  'SQLite, WAL FULL': sqlite,
  'classic-level, sync': level,
  'mqtt-level-store (NOT durable)': mqttStore,
} as const satisfies Record<string, Open>;
export type EngineName = keyof typeof engines;
