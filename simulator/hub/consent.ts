// What an operator decides when a terminal's journal lies in quarantine: a new one may begin, in a new epoch.
import type { KeyPair } from '../../agent/protocol/cose-key.ts';
import { signRelease } from '../../agent/protocol/release.ts';
import { HubError } from './hub-error.ts';
import type { LedgerReader } from './ledger/reader.ts';
import type { Terminals } from './terminals.ts';

/** The signed consent to the terminal's last alarm. Errors: HubError where there is none, or it was consented to. */
export function consentTo(
  terminal: string,
  { terminals, reader, hubKey }: { terminals: Terminals; reader: LedgerReader; hubKey: KeyPair },
): Buffer {
  const known = terminals.find(terminal);
  const alarm = reader.alarms().findLast(one => one.terminal === terminal && one.evidence !== undefined);
  if (!known || !alarm || alarm.epoch !== known.epoch)
    throw new HubError(`There is no alarm of ${terminal} to decide about.`);
  const newEpoch = terminals.add(terminal, known.agentKey, known.gateKey);
  return signRelease({ terminal, epoch: alarm.epoch, newEpoch, evidence: alarm.evidence! }, hubKey);
}
