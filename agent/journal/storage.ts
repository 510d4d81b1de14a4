// What the journal needs of a disk. It is handed in, so that a test can use a disk that fails or records.
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';

export interface StorageFile {
  /** Bytes of the file. */
  size(): Promise<number>;
  /** Up to `length` bytes from `at`; fewer only at the end of the file. They are read into `room` where it is given. */
  read(at: number, length: number, room?: Buffer): Promise<Buffer>;
  /** Number of bytes written. Fewer than given is a failure, which the caller must notice (pwrite(2)). */
  write(bytes: Buffer, at: number): Promise<number>;
  /** All that was written, and a changed size, is durable when it resolves (fdatasync(2)). */
  flush(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** Errors are the system's, with its `code` (ENOSPC, EIO, ENOENT). */
export interface Storage {
  /** Opens an existing file to read and write. */
  open(path: string): Promise<StorageFile>;
  /** The same; each write is durable when it resolves, in one system call (O_DSYNC, open(2)). */
  openDurable(path: string): Promise<StorageFile>;
  /** Opens an existing file to read, also on a file system that became read-only. */
  openToRead(path: string): Promise<StorageFile>;
  /** Makes an empty file, or truncates an existing one. */
  create(path: string): Promise<StorageFile>;
  /** Names in a folder; undefined where there is no such folder. */
  list(folder: string): Promise<string[] | undefined>;
  makeFolder(folder: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes new, renamed and removed names in a folder durable (fsync(2) of the folder). */
  flushFolder(folder: string): Promise<void>;
}

class NodeFile implements StorageFile {
  #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read(at: number, length: number, room = Buffer.alloc(length)): Promise<Buffer> {
    const bytes = room.subarray(0, length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, at + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  async write(bytes: Buffer, at: number): Promise<number> {
    return (await this.#handle.write(bytes, 0, bytes.length, at)).bytesWritten;
  }

  flush(): Promise<void> {
    return this.#handle.datasync();
  }

  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

export const nodeStorage: Storage = {
  open: async path => new NodeFile(await open(path, constants.O_RDWR)),
  openDurable: async path => new NodeFile(await open(path, constants.O_RDWR | constants.O_DSYNC)),
  openToRead: async path => new NodeFile(await open(path, constants.O_RDONLY)),
  create: async path =>
    new NodeFile(await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600)),
  list: async folder => {
    try {
      return await readdir(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
  makeFolder: async folder => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  },
  rename,
  remove: path => rm(path, { force: true }),
  flushFolder: async folder => {
    const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** Writes all of `bytes` or throws. A short write is never a success: it is reported as a full disk. */
export async function writeAll(file: StorageFile, bytes: Buffer, at: number): Promise<void> {
  const written = await file.write(bytes, at);
  if (written !== bytes.length)
    throw Object.assign(new Error(`Only ${written} of ${bytes.length} bytes were written.`), {
      code: 'ENOSPC',
    });
}
