// What the journal needs of a disk. It is handed in, so that a test can use a disk that fails or records.
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { hasAlignedMemory, readPastCache } from './past-cache.ts';

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

/** What a file system has. */
export interface Space {
  /** Bytes of one of its blocks. */
  blockBytes: number;
  freeBytes: number;
  /** How many files and folders can still be made; undefined where that has no limit of its own. */
  freeInodes: number | undefined;
}

/**
 * Errors are the system's, with its `code` (ENOSPC, EIO, ENOENT). What is opened has to be a file: EISDIR where it is a folder, a
 * pipe or a device, ELOOP where it is a symbolic link.
 */
export interface Storage {
  /** Opens an existing file to read and write. */
  open(path: string): Promise<StorageFile>;
  /** The same; each write is durable when it resolves, in one system call (O_DSYNC, open(2)). */
  openDurable(path: string): Promise<StorageFile>;
  /** Opens an existing file to read, also on a file system that became read-only. */
  openToRead(path: string): Promise<StorageFile>;
  /**
   * The same, and what is read comes from the medium where the file system can do that. After a write failed, the page cache
   * still has what the medium never took.
   */
  openPastCache(path: string): Promise<StorageFile>;
  /** Makes an empty file, or truncates an existing one. */
  create(path: string): Promise<StorageFile>;
  /** Names in a folder; undefined where there is no such folder. */
  list(folder: string): Promise<string[] | undefined>;
  makeFolder(folder: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes new, renamed and removed names in a folder durable (fsync(2) of the folder). */
  flushFolder(folder: string): Promise<void>;
  /** Of the file system that `folder` is on. */
  space(folder: string): Promise<Space>;
}

class NodeFile implements StorageFile {
  readonly #handle: FileHandle;
  readonly #readSome: typeof readCached;

  constructor(handle: FileHandle, readSome = readCached) {
    this.#handle = handle;
    this.#readSome = readSome;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read(at: number, length: number, room = Buffer.alloc(length)): Promise<Buffer> {
    const bytes = room.subarray(0, length);
    let filled = 0;
    while (filled < length) {
      const count = await this.#readSome(this.#handle, bytes.subarray(filled), at + filled);
      if (count === 0) break;
      filled += count;
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

const readCached = async (handle: FileHandle, into: Buffer, at: number): Promise<number> =>
  (await handle.read(into, 0, into.length, at)).bytesRead;

/** A pipe or a device never makes it wait (O_NONBLOCK), and is refused. */
async function openFile(path: string, flags: number): Promise<FileHandle> {
  const handle = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  try {
    if ((await handle.stat()).isFile()) return handle;
    throw Object.assign(new Error(`${path} is no file.`), { code: 'EISDIR' });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

export const nodeStorage: Storage = {
  open: async path => new NodeFile(await openFile(path, constants.O_RDWR)),
  openDurable: async path => new NodeFile(await openFile(path, constants.O_RDWR | constants.O_DSYNC)),
  openToRead: async path => new NodeFile(await openFile(path, constants.O_RDONLY)),
  openPastCache: async path => {
    if (!hasAlignedMemory()) return nodeStorage.openToRead(path);
    try {
      return new NodeFile(await openFile(path, constants.O_RDONLY | constants.O_DIRECT), readPastCache);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
      return nodeStorage.openToRead(path); // this file system always reads through the cache
    }
  },
  create: async path =>
    new NodeFile(await openFile(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC)),
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
  space: async folder => {
    const { bsize, bavail, files, ffree } = await statfs(folder);
    return {
      blockBytes: bsize,
      freeBytes: bavail * bsize,
      freeInodes: files === 0 ? undefined : ffree, // Btrfs has no fixed number of them and says 0 of 0
    };
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
