// Programs start one another from source (.ts) or as built bundles (.js), which lie in the same layout.
import { dirname, extname, join } from 'node:path';

/** The file of the program at `path`, given without extension and relative to `from`, the file that asks; it has the extension of `from`. */
export const programFile = (from: string, path: string): string =>
  join(dirname(from), `${path}${extname(from)}`);
