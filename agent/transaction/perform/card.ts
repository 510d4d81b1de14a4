// Card and PIN: read, ask for the PIN, have both statements signed and carried, sealed, to the services.
import { isMadoguchiError } from '../../../drivers/base/error.ts';
import { promptOf } from '../../panel/prompts.ts';
import type { Effect } from '../effect.ts';
import { askHub, type Performer, transactionBytes } from './context.ts';

type Of<N extends Effect['do']> = Extract<Effect, { do: N }>;

export const openGate: Performer<Of<'openGate'>> = async (_, { ports, transaction, signal }) => {
  const options = { timeoutMs: ports.configuration.waits.deviceMs, signal };
  const open = () => ports.gate.call('open', { transaction }, options);
  await open().catch(async error => {
    const left = isMadoguchiError(error) && error.code === 'gate/transactionOpen' && error.detail.transaction;
    if (typeof left !== 'string') throw error;
    // it has ended in the journal, and we died before we could tell the gate
    await ports.gate.call('close', { transaction: left }, options);
    await open();
  });
  return undefined;
};

export const readCard: Performer<Of<'readCard'>> = async (_, { ports, transaction, signal }) => {
  ports.panel.show(promptOf('readingCard'));
  const timeoutMs = ports.configuration.waits.deviceMs;
  const { triesLeft } = await ports.gate.call('readCard', { transaction }, { timeoutMs, signal });
  return { is: 'cardRead', triesLeft };
};

export const askLastTry: Performer<Of<'askLastTry'>> = async (_, { ports, signal }) => {
  ports.panel.show(promptOf('lastTry'));
  const timeoutMs = ports.configuration.waits.choiceMs;
  const yes = await ports.panel.ask({ kind: 'lastTry', triesLeft: 1 }, timeoutMs, readYes, signal);
  return yes ? { is: 'lastTryTaken' } : { is: 'declined' };
};

export const verifyPin: Performer<Of<'verifyPin'>> = async ({ timeoutMs }, context) => {
  const { ports, memory, transaction, signal } = context;
  const onEvent = () => ports.panel.show(promptOf(memory.wrongPin ? 'wrongPin' : 'enterPin'));
  const commandMs = timeoutMs + ports.configuration.waits.deviceMs;
  try {
    await ports.gate.call('verifyPin', { transaction, timeoutMs }, { timeoutMs: commandMs, signal, onEvent });
    return { is: 'pinRight' };
  } catch (error) {
    if (!isMadoguchiError(error) || error.code !== 'card/wrongPin') throw error;
    const { triesLeft } = error.detail;
    if (typeof triesLeft !== 'number') throw error; // how many are left is never guessed
    memory.wrongPin = true;
    return { is: 'pinWrong', triesLeft };
  }
};

export const authenticate: Performer<Of<'authenticate'>> = async ({ timeoutMs }, context) => {
  const { ports, memory, transaction, signal } = context;
  const id = transactionBytes(context);
  ports.panel.show(promptOf('authenticating'));
  const { challenge } = await askHub(context, { ask: 'challenge', transaction: id }, timeoutMs);
  const { sealed } = await ports.gate.call(
    'authenticate',
    { transaction, challenge },
    { timeoutMs: ports.configuration.waits.deviceMs, signal },
  );
  const answer = await askHub(context, { ask: 'authenticate', transaction: id, sealed }, timeoutMs);
  memory.token = answer.token;
  memory.offer = answer.offer;
  memory.orderChallenge = answer.orderChallenge;
  return { is: 'authenticated' };
};

export const order: Performer<Of<'order'>> = async ({ order, timeoutMs }, context) => {
  const { ports, memory, transaction, signal } = context;
  ports.panel.show(promptOf('ordering'));
  const { token, orderChallenge: challenge } = memory;
  if (!token || !challenge) throw new Error('An order without an authentication before it.');
  const { sealed } = await ports.gate.call(
    'order',
    { transaction, token, challenge, order },
    { timeoutMs: ports.configuration.waits.deviceMs, signal },
  );
  const question = { ask: 'order', transaction: transactionBytes(context), sealed } as const;
  const { size, digest } = await askHub(context, question, timeoutMs);
  return { is: 'ordered', size, digest };
};

export const askCardBack: Performer<Of<'askCardBack'>> = async (_, { ports }) => {
  ports.panel.show(promptOf('takeCard'));
  return undefined;
};

export const askPatience: Performer<Of<'askPatience'>> = async (_, { ports }) => {
  ports.panel.show(promptOf('fetching'));
  return undefined;
};

export function readYes(value: unknown): boolean {
  if (typeof value === 'object' && value !== null && 'yes' in value && typeof value.yes === 'boolean')
    return value.yes;
  throw new Error('The answer must be {"yes": true} or {"yes": false}.');
}
