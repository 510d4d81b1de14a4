// What the good vectors say: one transaction from the first question to the acknowledged end, and the messages around it.
import type { Configuration } from '../../../agent/protocol/configuration.ts';
import type { KeySet } from '../../../agent/protocol/key-set.ts';
import type { LedgerRecord } from '../../../agent/protocol/ledger.ts';
import type { Offer } from '../../../agent/protocol/offer.ts';
import type { Order } from '../../../agent/protocol/order-choice.ts';
import type { Presence } from '../../../agent/protocol/presence.ts';
import type { Release } from '../../../agent/protocol/release.ts';
import type { Root } from '../../../agent/protocol/root.ts';
import type { TelemetryRecord } from '../../../agent/protocol/telemetry.ts';
import { fixed, keys } from './keys.ts';

export const terminal = 'shop-0042';
export const transaction = fixed('transaction', 16);
/** Monday 2026-11-30, 10:00 in Japan. */
export const wall = Date.UTC(2026, 10, 30, 1);
export const subject = fixed('subject', 16);
export const gateNonce = fixed('gate nonce', 32);
export const challenge = fixed('challenge', 32);
export const orderChallenge = fixed('order challenge', 32);
const software = 'madoguchi 0.1.0';

export const offer: Offer = {
  municipality: '132047',
  kinds: ['residentRecord'],
  members: [
    { number: 0, relation: 'head', nth: 1, self: true },
    { number: 1, relation: 'spouse', nth: 1, self: false },
  ],
};

export const order: Order = {
  municipality: '132047',
  kind: 'residentRecord',
  options: { scope: 'members', members: [0, 1], relation: 'shown' },
  copies: 1,
  feeYen: 200,
  media: 'iso_a4_210x297mm',
  sides: 'one-sided' as const,
};

/** Two of three sign. */
export const root: Root = {
  version: 1,
  generation: 1,
  threshold: 2,
  keys: [keys.root.coseKey, keys.root2.coseKey, keys.root3.coseKey],
};

export const keySet: KeySet = {
  version: 1,
  generation: 1,
  keys: {
    hub: keys.hub.coseKey,
    configuration: keys.configuration.coseKey,
    cardAuthentication: keys.cardAuthentication.coseKey,
    cardAuthenticationSeal: keys.cardAuthenticationSeal.coseKey,
    issuing: { '132047': keys.issuing.coseKey },
    issuingSeal: { '132047': keys.issuingSeal.coseKey },
  },
};

export const configuration: Configuration = {
  schema: 1,
  audience: terminal,
  seq: 1,
  waits: {
    pinMs: 60_000,
    hubMs: 30_000,
    deviceMs: 10_000,
    choiceMs: 120_000,
    takeCardMs: 60_000,
    fetchMs: 120_000,
    payMs: 180_000,
    printMs: 300_000,
    receiptMs: 30_000,
  },
  shop: { name: '窓口マート三鷹駅前店', contact: '0422-00-0000' },
  municipalities: {
    '132047': {
      name: '三鷹市',
      kinds: {
        residentRecord: {
          title: '住民票の写し',
          feeYen: 200,
          maxCopies: 10,
          media: 'iso_a4_210x297mm',
          sides: 'one-sided',
          options: [
            {
              name: 'scope',
              title: '記載する人',
              values: [
                { value: 'household', title: '世帯全員' },
                { value: 'members', title: '世帯の一部' },
              ],
            },
            {
              name: 'relation',
              title: '続柄',
              values: [
                { value: 'shown', title: '記載する' },
                { value: 'hidden', title: '記載しない' },
              ],
            },
          ],
          members: true,
        },
      },
    },
  },
};

export const session = fixed('session of a run', 16);

export const presence = (online: boolean): Presence => ({
  terminal,
  epoch: 1,
  session: fixed('session of a connection', 16),
  online,
  software,
  versions: [1],
});

/** The records of the transaction. `event` is the agent's own matter, and shortened here. */
export const records = (evidence: Buffer, event: (is: string) => Buffer): LedgerRecord[] => [
  { type: 'start', software, wall },
  ...['pin', 'authenticate', 'choose', 'order', 'pay', 'print'].map(
    (at, step): LedgerRecord => ({
      type: 'step',
      transaction,
      step,
      at,
      event: event(at),
      wall: wall + 1000 * step,
    }),
  ),
  {
    type: 'end',
    transaction,
    outcome: 'issued',
    code: 'issued/done',
    order,
    keptYen: 200,
    owedYen: 0,
    evidence,
    wall: wall + 90_000,
  },
];

const when = { ms: 100_000, wall: wall + 100_000 };
export const telemetry: TelemetryRecord[] = [
  { type: 'start', software, ms: 0, wall },
  { type: 'link', is: 'up', ms: 1200, wall: wall + 1200 },
  {
    type: 'transaction',
    outcome: 'issued',
    code: 'issued/done',
    spentMs: { pin: 8000, print: 21_000 },
    ...when,
  },
  { type: 'paper', printer: 'page', warning: 'toner-low', is: 'on', ...when },
];

export const release: Release = { terminal, epoch: 1, newEpoch: 2, evidence: fixed('journal', 32) };
