// The end of a transaction: shows the resident how it ended, and has the gate erase everything of it.
import { failure } from '../../../drivers/base/log.ts';
import { shownReason } from '../../panel/ends.ts';
import { type PromptId, promptForCode, promptOf } from '../../panel/prompts.ts';
import { shortNumber } from '../short-number.ts';
import { inGroups } from '../state.ts';
import { type Performer, within } from './context.ts';

export const finish: Performer<'finish'> = async ({ ending }, context) => {
  const { ports, memory, transaction, waits } = context;
  const prompt: PromptId = promptForCode[ending.code] ?? ending.outcome;
  const claimed = ending.outcome === 'refundDue' || ending.outcome === 'unknown';
  const claim = claimed && { claim: inGroups(transaction), number: shortNumber(transaction) };
  ports.panel.show({ ...promptOf(prompt), ...shownReason(ending), ...claim });
  memory.token?.fill(0);
  delete memory.token;
  delete memory.offer;
  delete memory.orderChallenge;
  try {
    const params = {
      transaction,
      // evidence that no disk holds is kept by the gate, which gives it again
      evidenceReceived: !memory.unrecorded && (ending.outcome !== 'unknown' || ending.evidence !== undefined),
    };
    await ports.gate.call('close', params, { timeoutMs: within(waits.deviceMs, context) });
  } catch (error) {
    // a gate that can't be reached has lost its memory, or ends this transaction itself when the next one opens
    ports.log.warn('gate not closed', { transaction, ...failure(error) });
  }
  return undefined;
};
