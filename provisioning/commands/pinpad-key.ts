// madoguchi pinpad-key: imports the initial key of one PIN pad.
import { readFile } from 'node:fs/promises';
import type { Command } from '../command-line/command.ts';
import { importPinpadKey, readInitialKey } from '../home/pinpad-key.ts';
import { ProvisioningError } from '../provisioning-error.ts';

export const pinpadKey: Command = {
  name: 'pinpad-key',
  summary: "Import a PIN pad's initial key into the gate's key store",
  notes: 'FILE holds 16 raw bytes or 32 hex digits. Destroy it afterwards.',
  options: {
    home: { type: 'string', value: 'DIR', required: true, help: 'The home that `enrol` wrote' },
    id: { type: 'string', value: 'ID', required: true, help: 'Names the pad, as in gate.json' },
    file: { type: 'string', value: 'FILE', required: true, help: 'The initial key' },
  },
  async run(values, print) {
    const content = await readKeyFile(String(values.file));
    const path = await importPinpadKey(String(values.home), String(values.id), readInitialKey(content));
    content.fill(0);
    print(`Written: ${path}.`);
  },
};

async function readKeyFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ProvisioningError('provisioning/file', `${path} can't be read.`, cause);
  }
}
