// The operator's consent for a terminal whose journal is in quarantine: it may begin a new journal, in a new epoch.
import { isDeepStrictEqual } from 'node:util';
import type { KeyPair } from '../../../agent/protocol/cose-key.ts';
import { signRelease } from '../../../agent/protocol/release.ts';
import type { LedgerReader } from '../ledger/reader.ts';
import { HubError } from '../service/hub-error.ts';
import type { Terminals } from '../store/terminals.ts';

/**
 * The signed consent for the terminal's last alarm. A repeated call gives the same consent, in case its file was lost.
 * Errors: HubError if there is no alarm, or if the terminal was enrolled again after it.
 */
export function consentTo(
  terminal: string,
  { terminals, reader, hubKey }: { terminals: Terminals; reader: LedgerReader; hubKey: KeyPair },
): Buffer {
  const known = terminals.find(terminal);
  const alarm = reader.alarms().findLast(one => one.terminal === terminal && one.evidence !== undefined);
  const enrolledThen = alarm && terminals.find(terminal, alarm.epoch);
  if (!known || !alarm || !isDeepStrictEqual(known.agentKey, enrolledThen?.agentKey))
    throw new HubError(`There is no alarm of ${terminal} to decide about.`);
  const isGiven = known.epoch > alarm.epoch;
  const newEpoch = isGiven ? known.epoch : terminals.add(terminal, known.agentKey, known.gateKey);
  return signRelease({ terminal, epoch: alarm.epoch, newEpoch, evidence: alarm.evidence! }, hubKey);
}
