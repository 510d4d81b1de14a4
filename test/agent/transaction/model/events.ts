// Every event that exists, for false reports to a machine.
import type { Effect } from '../../../../agent/transaction/effect.ts';
import type { Event } from '../../../../agent/transaction/event.ts';
import { free, order, road, waits } from '../story.ts';
import { outcomes } from './outcomes.ts';

export const effectNames = Object.keys(outcomes) as [Effect['do'], ...Effect['do'][]];

const printed = road().find(event => event.is === 'printEnded')!;

export const everyEvent: readonly Event[] = [
  ...road(),
  { is: 'started', transaction: 'f'.repeat(32), waits },
  { is: 'cardRead', triesLeft: 0 },
  { is: 'cardRead', triesLeft: 1 },
  { is: 'lastTryTaken' },
  { is: 'pinWrong', triesLeft: 0 },
  { is: 'pinWrong', triesLeft: 1 },
  { is: 'pinWrong', triesLeft: 2 },
  { is: 'chosen', order: free },
  { is: 'chosen', order: { ...order, copies: 2, feeYen: 400 } },
  { ...printed, result: 'notPrinted', impressions: 0 },
  { ...printed, result: 'unknown', impressions: -1 },
  { is: 'voided' },
  { is: 'voidRefused', paidYen: 0 },
  { is: 'voidRefused', paidYen: 100 },
  { is: 'voidRefused', paidYen: 100, code: 'till/notVoided' },
  { is: 'voidRefused', paidYen: order.feeYen },
  { is: 'claimPrinted' },
  { is: 'declined' },
  { is: 'deadline' },
  { is: 'restarted' },
  { is: 'gateLost' },
  ...effectNames.map(effect => ({ is: 'failed', effect, code: 'door/closed' }) as const),
];
