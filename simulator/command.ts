// A command of the virtual hub's operator: `npm run simulator -- NAME` runs it once and ends.
import type { PartDefinition } from './part.ts';

export interface CommandDefinition extends Pick<PartDefinition, 'name' | 'summary' | 'options'> {
  /** `say` prints a line for the operator. Errors: the command's own; TypeError for a wrong option. */
  run(values: Record<string, string | boolean | undefined>, say: (line: string) => void): Promise<void>;
}
