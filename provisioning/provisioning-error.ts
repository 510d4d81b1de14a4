// What can go wrong in a command of `madoguchi`, and what the person does next.
import { MadoguchiError } from '../drivers/base/error.ts';

/** All codes, for docs/codes.md. */
export const provisioningCodes = {
  'provisioning/usage': 'Run the command with --help.',
  'provisioning/unreachable':
    "Check the hub's address on the sheet and the shop's network, then run it again.",
  'provisioning/proxy':
    'Check --proxy (user and password too), and that the proxy allows CONNECT to the hub’s host and port, then run it again.',
  'provisioning/root':
    'Nothing was sent and the code is still good. Compare the address and the thumbprint with the sheet; if both are right, stop and call the operator: someone may stand between.',
  'provisioning/chain':
    'Nothing was sent and the code is still good. Compare the address with the sheet. If it is right, call the operator: the server has to send its whole chain, with the root certificate at its end, or someone stands between.',
  'provisioning/certificate':
    "Nothing was sent and the code is still good. Check this machine's clock and the hub's address, then call the operator.",
  'provisioning/refused': 'Ask the operator for a new code, or what the hub has against this one.',
  'provisioning/answer': 'The hub answered what no hub should. Nothing was written. Call the operator.',
  'provisioning/grant':
    'The hub sent keys or settings that do not verify. Nothing was written. Call the operator.',
  'provisioning/homeInUse':
    'Name a folder that is not there yet or is empty. A terminal is enrolled again into a new folder, with a new code, and --former names the old one.',
  'provisioning/disk':
    'Check that the disk has room and that the folder above may be written, then run it again.',
  'provisioning/file': 'Check the path and what the file holds.',
  'provisioning/consent':
    'Ask the operator for a consent to the alarm that the terminal raised last. Nothing was changed.',
  'provisioning/quarantine':
    'There is nothing to release. `madoguchi status` says what the terminal waits for.',
  'provisioning/undelivered':
    'Start the agent with its link and wait until `madoguchi status` says that no record waits and its folder former/ is empty, or add --even-undelivered: they are lost then.',
  'provisioning/openTransaction':
    'Start the former agent once more and wait until `madoguchi status` says open; then stop it and run this again. The code is still good.',
  'provisioning/quarantined':
    'Release it first (madoguchi journal release --help), or enrol without --former and keep that folder. The code is still good.',
  'provisioning/noAgent':
    'Start the agent, or name the panel socket that it was started with; users of its group may open it. If an agent runs there and hangs, restart the terminal.',
  'provisioning/noJournal':
    'Name the home that `enrol` wrote by --home, or a folder with *.segment files in it by --folder; the user must be allowed to read it.',
  'provisioning/journalKey':
    'Name the file with the journal’s data key by --key-file (in the home: agent/keys/journal-data.bin), or look at the structure alone: --folder without a key.',
  'provisioning/noTransaction':
    'Compare the number with the claim slip or the hub’s ledger: 32 hex digits. A journal gives up what the hub has acknowledged; the ledger has it.',
  'provisioning/halfTransaction':
    'Take a copy of the journal that is older, or read the transaction’s first steps in the hub’s ledger.',
} as const;

export type ProvisioningCode = keyof typeof provisioningCodes;

export class ProvisioningError extends MadoguchiError {
  constructor(code: ProvisioningCode, message: string, cause?: unknown) {
    super(code, message, provisioningCodes[code], cause === undefined ? {} : { cause });
  }
}
