// Writes a file of the out folder as a whole, or leaves none.
import { rm, writeFile } from 'node:fs/promises';

/** Errors: the system's, ENOSPC for example. Then no file of this name is there: an empty page would be taken for the result. */
export async function writeWhole(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined); // what is reported is why it could not be written
    throw error;
  }
}
