// `npm run simulator -- consent`: signs an operator's consent with the keys of a hub. The hub may run at the same time.
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandDefinition } from '../../command.ts';
import { openHubKeys } from '../keys/hub-keys.ts';
import { openLedgerReader } from '../ledger/ledger.ts';
import { HubError } from '../service/hub-error.ts';
import { openDatabase } from '../store/database.ts';
import { Terminals, terminalsSchema } from '../store/terminals.ts';
import { consentTo } from './consent.ts';

export const command: CommandDefinition = {
  name: 'consent',
  summary: 'sign the consent that a terminal gives up its journal in quarantine: a file for `madoguchi`',
  options: {
    hub: { type: 'string', help: "the hub's folder, as `hub` and `terminal` print it" },
    terminal: { type: 'string', help: "the terminal that raised the alarm, by the hub's name for it" },
    out: { type: 'string', help: 'path of the consent; a new file' },
  },
  async run({ hub, terminal, out }, say) {
    if (typeof hub !== 'string' || typeof terminal !== 'string' || typeof out !== 'string')
      throw new TypeError('consent needs --hub, --terminal and --out');
    if (!existsSync(join(hub, 'ledger.db')))
      throw new HubError(`${hub} is not the folder of a hub: it has no ledger.db`);
    // the file is made before the terminal's epoch is raised: if the path cannot be written, nothing changes
    const file = await open(out, 'wx', 0o600);
    try {
      await file.writeFile(consentFrom(hub, terminal));
      await file.sync();
    } catch (error) {
      await rm(out);
      throw error;
    } finally {
      await file.close();
    }
    say(`${out}: for madoguchi journal release --home HOME --consent ${out}`);
  },
};

function consentFrom(hub: string, terminal: string): Buffer {
  const database = openDatabase(join(hub, 'hub.db'), terminalsSchema);
  const reader = openLedgerReader(join(hub, 'ledger.db'));
  try {
    const { hub: hubKey } = openHubKeys(join(hub, 'keys'));
    return consentTo(terminal, { terminals: new Terminals(database), reader, hubKey });
  } finally {
    reader.close();
    database.close();
  }
}
