// Replaces a file, so that a power failure leaves either the old one or the new one.
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Resolves when the new content is durable. Mode 0600. Errors: the system's. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const next = `${path}.new`;
  await using file = await open(next, 'w', 0o600);
  await file.writeFile(content);
  await file.sync();
  await rename(next, path);
  await using folder = await open(dirname(path), 'r');
  await folder.sync(); // makes the rename durable
}
