// One transaction in which devices, screen, till and hub may hand in anything, on a journal on disk; and what must hold then.
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Journal } from '../../../agent/journal/journal.ts';
import { openJournal } from '../../../agent/journal/open-journal.ts';
import { readRecord } from '../../../agent/protocol/ledger.ts';
import { readEvent } from '../../../agent/transaction/event.ts';
import { isEnded } from '../../../agent/transaction/state.ts';
import { TransactionLog } from '../../../agent/transaction/transaction-log.ts';
import { MadoguchiError } from '../../../drivers/base/error.ts';
import { ManualClock } from '../../manual-clock.ts';
import { smallJournal } from '../journal/journal-rig.ts';
import { Stage, type StageOptions } from './stage.ts';
import { transaction } from './story.ts';

/** Reports by place; where one is left out, a good one is used. */
export interface World {
  /** Which command fails, and with which code and detail. */
  failing?: { command: GateCommand; code: string; detail: Record<string, never> } | undefined;
  triesLeft?: unknown;
  /** Tries left after each wrong PIN, before the right one. */
  wrongPins?: readonly unknown[] | undefined;
  municipality?: unknown;
  /** Answers to the choice before a good one. */
  choices?: readonly unknown[] | undefined;
  announced?: { size: unknown; digest: unknown } | undefined;
  job?: unknown;
  paper?: { result: unknown; impressions: unknown; evidence: unknown } | undefined;
  till?: { [O in 'begin' | 'capture' | 'void']?: readonly [state: string, paidYen: unknown] | undefined };
}

export const gateCommands = [
  'open',
  'readCard',
  'verifyPin',
  'order',
  'check',
  'createJob',
  'print',
] as const;
type GateCommand = (typeof gateCommands)[number];

/** Skips of the clock after which a transaction is left to its journal: a till that never returns money. */
const maxSkips = 150;

/** How often a command fails that is given again and again. */
const maxFailures = 20;

/** The state that it came to. Throws where the journal does not open afterwards, or holds another state. */
export async function visit(parent: string, world: World): Promise<string> {
  const folder = join(parent, 'ledger');
  const journal = await open(folder, () => stage.log.checkpoint());
  let writing = 0;
  const counted = {
    recovered: journal.recovered,
    onAppend: journal.onAppend.bind(journal),
    append: async (body: Buffer) => {
      writing++;
      return journal.append(body).finally(() => writing--);
    },
  };
  const stage: Stage<typeof counted> = new Stage({ ...played(world), journal: counted });
  const runner = stage.run();
  let over = false;
  const ended = runner.ended.finally(() => {
    over = true;
  });
  ended.catch(() => undefined); // thrown below
  const settled = async () => {
    for (let i = 0; i < 10 || writing > 0; i++) await new Promise(setImmediate);
  };
  try {
    for (let skips = 0; skips < maxSkips; skips++) {
      await settled();
      if (over || stage.clock.waiting === 0) break;
      await stage.clock.skip();
    }
    if (over) await ended; // never a rejection
  } finally {
    runner.leave();
    await settled();
    await journal.close();
  }
  // from the steps themselves, then from the checkpoint of the segment that the first of the two starts began
  for (const start of ['first', 'second']) await startsAgain(folder, stage, start);
  return stage.held?.at ?? 'idle';
}

async function startsAgain(folder: string, { held }: Pick<Stage, 'held'>, which: string): Promise<void> {
  const log = new TransactionLog(new ManualClock());
  const journal = await open(folder, () => log.checkpoint());
  try {
    const found = log.resume(journal);
    assert.equal(
      found,
      !held || isEnded(held) ? [] : [{ transaction, state: held }],
      `at the ${which} start`,
    );
    for (const { body } of await journal.read(0, { limit: 10_000 })) {
      const record = readRecord(body);
      if (record.type === 'step') readEvent(record.event);
    }
    await log.started('madoguchi test');
  } finally {
    await journal.close();
  }
}

/** Segments as in the field: the limit of a checkpoint goes with their size. */
const open = (folder: string, checkpoint: () => { body: Buffer }): Promise<Journal> =>
  openJournal(smallJournal(folder, { checkpoint, segmentBytes: 1 << 20, reserveSegments: 1 }));

function played(world: World): Omit<StageOptions, 'journal'> {
  const { failing, wrongPins = [], municipality = '132047', announced, job, paper, till = {} } = world;
  const left = [...wrongPins];
  let failures = 0;
  const fail = async (): Promise<unknown> => {
    if (++failures > maxFailures) return {}; // a PIN that is wrong for ever fills the small disk, which then does not take the end
    throw new MadoguchiError(failing!.code, 'played', 'nothing', { detail: failing!.detail });
  };
  const gate = {
    ...('triesLeft' in world && {
      readCard: async () => ({ profile: 'mynumber', triesLeft: world.triesLeft }),
    }),
    verifyPin: async () => {
      if (left.length === 0) return {};
      throw new MadoguchiError('card/wrongPin', 'played', 'nothing', {
        detail: { triesLeft: left.shift() as 2 },
      });
    },
    ...(job !== undefined && { createJob: async () => ({ job, impressions: 1 }) }),
    ...(paper && { print: async () => ({ outcome: paper, evidence: paper.evidence }) }),
    ...(failing && { [failing.command]: fail }),
  };
  const hub = {
    authenticate: async () => ({
      answer: 'authenticate',
      token: Buffer.from('token'),
      offer: { municipality, kinds: ['juminhyo'], members: [] },
      orderChallenge: Buffer.alloc(32, 2),
    }),
    ...(announced && { order: async () => ({ answer: 'order', ...announced }) }),
  };
  const good = { kind: 'juminhyo', options: {}, copies: 1 };
  const resident = { choose: [...(world.choices ?? []), good] };
  const answers = Object.fromEntries(Object.entries(till).filter(([, answer]) => answer !== undefined));
  return { gate, hub, till: answers, resident } as object; // what no type allows
}
