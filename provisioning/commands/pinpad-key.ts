// madoguchi pinpad-key: imports the initial key of one PIN pad.
import type { Command } from '../command-line/command.ts';
import { importPinpadKey, readInitialKey } from '../home/pinpad-key.ts';
import { homeOption, readNamedFile } from './shared.ts';

export const pinpadKey: Command = {
  name: 'pinpad-key',
  summary: "Import a PIN pad's initial key into the gate's key store",
  notes: 'FILE holds 16 raw bytes or 32 hex digits. Destroy it afterwards.',
  options: {
    ...homeOption,
    id: { type: 'string', value: 'ID', required: true, help: 'Names the pad, as in gate.json' },
    file: { type: 'string', value: 'FILE', required: true, help: 'The initial key' },
  },
  async run(values, print) {
    const content = await readNamedFile(String(values.file));
    const path = await importPinpadKey(String(values.home), String(values.id), readInitialKey(content));
    content.fill(0);
    print(`Written: ${path}.`);
  },
};
