// Card and PIN: reads the card, asks for the PIN, has both statements signed, and carries them sealed to the services.
import { isMadoguchiError } from '../../../drivers/base/error.ts';
import { promptOf } from '../../panel/prompts.ts';
import { askGate, askHub, type Performer, transactionBytes } from './context.ts';

export const openGate: Performer<'openGate'> = async (_, context) => {
  const { transaction } = context;
  const open = () => askGate(context, 'open', { transaction });
  await open().catch(async error => {
    const left = isMadoguchiError(error) && error.code === 'gate/transactionOpen' && error.detail.transaction;
    if (typeof left !== 'string') throw error;
    // that transaction ended in the journal, but this process died before it closed the gate; whether its evidence was recorded
    // is not known here
    await askGate(context, 'close', { transaction: left, evidenceReceived: false });
    await open();
  });
  return undefined;
};

export const readCard: Performer<'readCard'> = async (_, context) => {
  const { ports, transaction } = context;
  ports.panel.show(promptOf('readingCard'));
  const { triesLeft } = await askGate(context, 'readCard', { transaction });
  return { is: 'cardRead', triesLeft };
};

export const askLastTry: Performer<'askLastTry'> = async (_, { ports, waits, signal }) => {
  ports.panel.show(promptOf('lastTry'));
  const yes = await ports.panel.ask({ kind: 'lastTry', triesLeft: 1 }, waits.choiceMs, readYes, signal);
  return yes ? { is: 'lastTryTaken' } : { is: 'declined' };
};

export const verifyPin: Performer<'verifyPin'> = async (_, context) => {
  const { ports, memory, transaction, waits, signal } = context;
  const onEvent = () => ports.panel.show(promptOf(memory.wrongPin ? 'wrongPin' : 'enterPin'));
  const params = { transaction, timeoutMs: waits.pinMs };
  try {
    await ports.gate.call('verifyPin', params, { timeoutMs: context.leftMs(), signal, onEvent });
    return { is: 'pinRight' };
  } catch (error) {
    if (!isMadoguchiError(error) || error.code !== 'card/wrongPin') throw error;
    const { triesLeft } = error.detail;
    // the number of tries that are left is never guessed
    if (typeof triesLeft !== 'number' || !Number.isInteger(triesLeft) || triesLeft < 0 || triesLeft > 15)
      throw error;
    memory.wrongPin = true;
    return { is: 'pinWrong', triesLeft };
  }
};

export const authenticate: Performer<'authenticate'> = async (_, context) => {
  const { ports, memory, transaction, waits } = context;
  const id = transactionBytes(context);
  ports.panel.show(promptOf('authenticating'));
  const laterMs = waits.deviceMs + waits.hubMs;
  const { challenge } = await askHub(context, { ask: 'challenge', transaction: id }, laterMs);
  const { sealed } = await askGate(context, 'authenticate', { transaction, challenge });
  const answer = await askHub(context, { ask: 'authenticate', transaction: id, sealed });
  memory.token = answer.token;
  memory.offer = answer.offer;
  memory.orderChallenge = answer.orderChallenge;
  return { is: 'authenticated' };
};

export const order: Performer<'order'> = async ({ order }, context) => {
  const { ports, memory, transaction } = context;
  ports.panel.show(promptOf('ordering'));
  const { token, orderChallenge: challenge } = memory;
  if (!token || !challenge) throw new Error('An order without an authentication before it.');
  const { sealed } = await askGate(context, 'order', { transaction, token, challenge, order });
  const question = { ask: 'order', transaction: transactionBytes(context), sealed } as const;
  const { size, digest } = await askHub(context, question);
  return { is: 'ordered', size, digest };
};

export const askCardBack: Performer<'askCardBack'> = async (_, { ports }) => {
  ports.panel.show(promptOf('takeCard'));
  return undefined;
};

export const askPatience: Performer<'askPatience'> = async (_, { ports }) => {
  ports.panel.show(promptOf('fetching'));
  return undefined;
};

export function readYes(value: unknown): boolean {
  if (typeof value === 'object' && value !== null && 'yes' in value && typeof value.yes === 'boolean')
    return value.yes;
  throw new Error('The answer must be {"yes": true} or {"yes": false}.');
}
