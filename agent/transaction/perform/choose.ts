// Asks the resident on the screen to choose and to confirm.
import { promptOf } from '../../panel/prompts.ts';
import { toAsk, toLines, toOrder } from '../choice.ts';
import { readYes } from './card.ts';
import type { Performer } from './context.ts';

export const choose: Performer<'choose'> = async (_, { ports, memory, waits, signal }) => {
  const { panel, configuration } = ports;
  if (!memory.offer) throw new Error('A choice without an offer.');
  const { municipality } = memory.offer;
  const ask = toAsk(memory.offer, configuration);
  if (ask.kinds.length === 0) return { is: 'failed', effect: 'choose', code: 'choose/nothingOffered' };
  panel.show(promptOf('choose'));
  const read = (value: unknown) => toOrder(value, ask, municipality, configuration);
  return { is: 'chosen', order: await panel.ask(ask, waits.choiceMs, read, signal) };
};

export const confirm: Performer<'confirm'> = async ({ order }, { ports, memory, waits, signal }) => {
  const { panel, configuration } = ports;
  const lines = toLines(order, configuration, memory.offer);
  const question = { kind: 'confirm', lines, feeYen: order.feeYen } as const;
  panel.show(promptOf('confirm'));
  const yes = await panel.ask(question, waits.choiceMs, readYes, signal);
  return { is: yes ? 'confirmed' : 'declined' };
};
