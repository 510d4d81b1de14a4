// The commands of a terminal of ours: the installer's enrolment, and agent, gate and native process with virtual devices.
import { join, resolve } from 'node:path';
import { program } from '../../simulator/programs.ts';
import type { Commands } from './subject.ts';

const root = resolve(import.meta.dirname, '../..');
const node = `"${process.execPath}"`;

export const ourTerminal = (): Required<Commands> => {
  const simulator = `exec ${node} "${join(root, 'simulator/main.ts')}"`;
  return {
    enrol: `exec ${node} "${program('provisioning/madoguchi')}" enrol --hub "$MADOGUCHI_URL" --code "$MADOGUCHI_CODE" --root "$MADOGUCHI_ROOT" --home "$MADOGUCHI_HOME"`,
    start: `${simulator} terminal --home "$MADOGUCHI_HOME" --cards "$MADOGUCHI_CARDS"`,
    visit: `${simulator} visit --home "$MADOGUCHI_HOME"`,
  };
};
