// A rule was broken; the message tells the whole story that led there.
import type { Chronicle } from './chronicle.ts';

export class Violation extends Error {
  constructor(wrongs: readonly string[], chronicle: Chronicle) {
    super(`${wrongs.join('; ')}\n${chronicle}`);
  }
}
