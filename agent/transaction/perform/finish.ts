// The end: everything of the transaction is erased at the gate, and the resident is told.
import { failure } from '../../../drivers/base/log.ts';
import { type PromptId, promptForCode, promptOf } from '../../panel/prompts.ts';
import { groups } from '../state.ts';
import { type Performer, within } from './context.ts';

export const finish: Performer<'finish'> = async ({ ending }, context) => {
  const { ports, memory, transaction, waits } = context;
  const prompt: PromptId = promptForCode[ending.code] ?? ending.outcome;
  const claimed = ending.outcome === 'refundDue' || ending.outcome === 'unknown';
  ports.panel.show({ ...promptOf(prompt), ...(claimed && { claim: groups(transaction) }) });
  memory.token?.fill(0);
  delete memory.token;
  delete memory.offer;
  delete memory.orderChallenge;
  try {
    const params = {
      transaction,
      evidenceReceived: ending.outcome !== 'unknown' || ending.evidence !== undefined,
    };
    await ports.gate.call('close', params, { timeoutMs: within(waits.deviceMs, context) });
  } catch (error) {
    // a gate that can't be told has lost its memory, or ends the transaction itself when the next one opens
    ports.log.warn('gate not closed', { transaction, ...failure(error) });
  }
  return undefined;
};
