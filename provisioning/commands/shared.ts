// What several commands share: the option that names a home, and the file that an option names.
import { readFile } from 'node:fs/promises';
import type { Command } from '../command-line/command.ts';
import { ProvisioningError } from '../provisioning-error.ts';

export const homeOption = {
  home: { type: 'string', value: 'DIR', required: true, help: 'The home that `enrol` wrote' },
} as const satisfies Command['options'];

/** Errors: provisioning/file. */
export const readNamedFile = (path: string): Promise<Buffer> =>
  readFile(path).catch(cause => {
    throw new ProvisioningError('provisioning/file', `${path} can't be read.`, cause);
  });
