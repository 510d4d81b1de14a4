// Reads from the medium past the page cache (O_DIRECT, open(2)). That needs memory at an address that is a multiple of the medium's
// block, which a Node buffer is not. WebAssembly's memory begins at a page.
import type { FileHandle } from 'node:fs/promises';

/** TypeScript declares it for browsers only. */
declare const WebAssembly: {
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

/** Of WebAssembly's 64 KiB pages: how many are read at once. */
const pages = 4;
const blockBytes = 4096;

/** One for the process, made when it is first needed. `none`: the system gives none out. */
let aligned: Buffer | 'none' | undefined;
/** One read at a time, because they share the memory. */
let previous: Promise<unknown> = Promise.resolve();

function alignedMemory(): Buffer | 'none' {
  try {
    return Buffer.from(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer);
  } catch {
    return 'none'; // it takes much address space, which may be limited
  }
}

/** Whether this process can read past the cache. */
export function hasAlignedMemory(): boolean {
  aligned ??= alignedMemory();
  return aligned !== 'none';
}

/**
 * Reads up to `into.length` bytes of a file that was opened with O_DIRECT, from `at`, a multiple of 4096. Returns how many: 0 at
 * the end of the file. `hasAlignedMemory` has been asked. Errors: the system's.
 */
export function readPastCache(handle: FileHandle, into: Buffer, at: number): Promise<number> {
  const reading = previous.then(async () => {
    if (!hasAlignedMemory()) throw new Error('There is no aligned memory to read into.');
    const memory = aligned as Buffer;
    const maxBytes = Math.min(memory.length, Math.ceil(into.length / blockBytes) * blockBytes);
    const { bytesRead } = await handle.read(memory, 0, maxBytes, at);
    return memory.copy(into, 0, 0, Math.min(bytesRead, into.length));
  });
  previous = reading.catch(() => undefined); // its own caller gets the error
  return reading;
}
