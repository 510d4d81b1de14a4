// The performer of each effect, by the effect's name.
import type { Effect } from '../effect.ts';
import type { Event } from '../event.ts';
import {
  askCardBack,
  askLastTry,
  askPatience,
  authenticate,
  openGate,
  order,
  readCard,
  verifyPin,
} from './card.ts';
import { choose, confirm } from './choose.ts';
import type { Context, Performer } from './context.ts';
import { check, fetchDocument } from './document.ts';
import { finish } from './finish.ts';
import { askFee, capture, voidPayment } from './money.ts';
import { createJob, print, printClaim, printReceipt, resolveJob } from './paper.ts';

const performers: { [N in Effect['do']]: Performer<N> } = {
  openGate,
  readCard,
  askLastTry,
  verifyPin,
  authenticate,
  choose,
  confirm,
  order,
  askCardBack,
  askPatience,
  fetch: fetchDocument,
  check,
  askFee,
  capture,
  createJob,
  print,
  resolveJob,
  void: voidPayment,
  printReceipt,
  printClaim,
  finish,
};

export const perform = (effect: Effect, context: Context): Promise<Event | undefined> =>
  (performers[effect.do] as Performer<Effect['do']>)(effect, context);
