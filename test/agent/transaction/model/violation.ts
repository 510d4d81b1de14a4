// A broken rule. The message has all events that led to it.
import type { Chronicle } from './chronicle.ts';

export class Violation extends Error {
  constructor(wrongs: readonly string[], chronicle: Chronicle) {
    super(`${wrongs.join('; ')}\n${chronicle}`);
  }
}
