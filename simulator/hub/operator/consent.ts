// What an operator decides when a terminal's journal lies in quarantine: a new one may begin, in a new epoch.
import { isDeepStrictEqual } from 'node:util';
import type { KeyPair } from '../../../agent/protocol/cose-key.ts';
import { signRelease } from '../../../agent/protocol/release.ts';
import type { LedgerReader } from '../ledger/reader.ts';
import { HubError } from '../service/hub-error.ts';
import type { Terminals } from '../store/terminals.ts';

/**
 * The signed consent to the terminal's last alarm; the same again where it was given before and the file was lost. Errors:
 * HubError where there is none, or the terminal was enrolled anew since.
 */
export function consentTo(
  terminal: string,
  { terminals, reader, hubKey }: { terminals: Terminals; reader: LedgerReader; hubKey: KeyPair },
): Buffer {
  const known = terminals.find(terminal);
  const alarm = reader.alarms().findLast(one => one.terminal === terminal && one.evidence !== undefined);
  const then = alarm && terminals.find(terminal, alarm.epoch);
  if (!known || !alarm || !isDeepStrictEqual(known.agentKey, then?.agentKey))
    throw new HubError(`There is no alarm of ${terminal} to decide about.`);
  const isGiven = known.epoch > alarm.epoch;
  const newEpoch = isGiven ? known.epoch : terminals.add(terminal, known.agentKey, known.gateKey);
  return signRelease({ terminal, epoch: alarm.epoch, newEpoch, evidence: alarm.evidence! }, hubKey);
}
