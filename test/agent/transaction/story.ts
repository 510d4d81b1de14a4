// Events and orders to tell a transaction's story with.
import type { Configuration } from '../../../agent/protocol/configuration.ts';
import type { Order } from '../../../agent/protocol/order-choice.ts';
import type { Effect } from '../../../agent/transaction/effect.ts';
import type { Event } from '../../../agent/transaction/event.ts';
import { next } from '../../../agent/transaction/next.ts';
import type { State } from '../../../agent/transaction/state.ts';

export const transaction = '00112233445566778899aabbccddeeff';

export const waits: Configuration['waits'] = {
  pinMs: 60_000,
  hubMs: 15_000,
  deviceMs: 10_000,
  choiceMs: 120_000,
  takeCardMs: 60_000,
  fetchMs: 60_000,
  payMs: 180_000,
  printMs: 300_000,
  receiptMs: 20_000,
};

export const order: Order = {
  municipality: '132047',
  kind: 'juminhyo',
  options: { scope: 'household' },
  copies: 1,
  feeYen: 200,
  media: 'iso_a4_210x297mm',
  sides: 'one-sided',
};
export const free: Order = { ...order, feeYen: 0 };

export const evidence = Buffer.from('evidence');
const digest = Buffer.alloc(32, 7);
const job = { id: 17, uri: 'ipp://localhost/ipp/print/17' };

/** The straight road, in the order in which a resident lives it. */
export const road = (ordered = order): Event[] => [
  { is: 'started', transaction, waits },
  { is: 'cardRead', triesLeft: 3 },
  { is: 'pinRight' },
  { is: 'authenticated' },
  { is: 'chosen', order: ordered },
  { is: 'confirmed' },
  { is: 'ordered', size: 100_000, digest },
  { is: 'fetched' },
  { is: 'documentHeld' },
  { is: 'cardTaken' },
  ...(ordered.feeYen === 0 ? [] : ([{ is: 'paid' }, { is: 'captured' }] as const)),
  { is: 'jobCreated', job },
  { is: 'printEnded', result: 'printed', impressions: 1, evidence },
  { is: 'receiptPrinted' },
];

export interface Story {
  state: State;
  /** Effects in the order in which they were asked for. */
  effects: Effect[];
  /** Events that meant nothing. */
  ignored: number;
}

/** What a story comes to. */
export function tell(events: readonly Event[], from: State = { at: 'idle' }): Story {
  const story: Story = { state: from, effects: [], ignored: 0 };
  for (const event of events) {
    const step = next(story.state, event);
    if (!step) story.ignored++;
    else {
      story.state = step.state;
      story.effects.push(...step.effects);
    }
  }
  return story;
}

/** The straight road up to and with the event `last`. */
export function roadTo(last: Event['is'], ordered = order): Event[] {
  const events = road(ordered);
  return events.slice(0, events.findIndex(event => event.is === last) + 1);
}

export const names = ({ effects }: Story): string[] => effects.map(effect => effect.do);
