// What an operator of the virtual hub does once, beside the parts that run: `npm run simulator -- NAME`.
import type { PartDefinition } from './part.ts';

export interface CommandDefinition extends Pick<PartDefinition, 'name' | 'summary' | 'options'> {
  /** `say` tells the person what was done. Errors: the command's own; TypeError for an option. */
  run(values: Record<string, string | boolean | undefined>, say: (line: string) => void): Promise<void>;
}
