// The storage of one open journal. It changes nothing once the lock is gone, says of every error what is wrong and where, and waits
// for what is under way before the lock is released.
import type { JournalLock } from './folder-lock.ts';
import { JournalError, toJournalError } from './journal-error.ts';
import type { Storage, StorageFile } from './storage.ts';

export class GuardedStorage implements Storage {
  readonly #storage: Storage;
  readonly #folder: string;
  readonly #lock: Pick<JournalLock, 'isHeld'>;
  /** Changes that were begun and have not ended. */
  readonly #changing = new Set<Promise<unknown>>();
  #ended = false;

  constructor(storage: Storage, folder: string, lock: Pick<JournalLock, 'isHeld'>) {
    this.#storage = storage;
    this.#folder = folder;
    this.#lock = lock;
  }

  /** Refuses every further change with journal/closed, and waits for those that were begun. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#changing);
  }

  async open(path: string): Promise<StorageFile> {
    return this.#guarded(await this.#explainErrors(path, () => this.#storage.open(path)), path);
  }

  async openDurable(path: string): Promise<StorageFile> {
    return this.#guarded(await this.#explainErrors(path, () => this.#storage.openDurable(path)), path);
  }

  async openToRead(path: string): Promise<StorageFile> {
    return this.#guarded(await this.#explainErrors(path, () => this.#storage.openToRead(path)), path);
  }

  async openPastCache(path: string): Promise<StorageFile> {
    return this.#guarded(await this.#explainErrors(path, () => this.#storage.openPastCache(path)), path);
  }

  async create(path: string): Promise<StorageFile> {
    return this.#guarded(await this.#change(path, () => this.#storage.create(path)), path);
  }

  list(folder: string): Promise<string[] | undefined> {
    return this.#explainErrors(folder, () => this.#storage.list(folder));
  }

  makeFolder(folder: string): Promise<void> {
    return this.#change(folder, () => this.#storage.makeFolder(folder));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change(from, () => this.#storage.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#change(path, () => this.#storage.remove(path));
  }

  flushFolder(folder: string): Promise<void> {
    return this.#explainErrors(folder, () => this.#storage.flushFolder(folder));
  }

  space(folder: string): ReturnType<Storage['space']> {
    return this.#explainErrors(folder, () => this.#storage.space(folder));
  }

  #guarded(file: StorageFile, path: string): StorageFile {
    return {
      isPastCache: file.isPastCache === true,
      size: () => this.#explainErrors(path, () => file.size()),
      read: (at, length, room) => this.#explainErrors(path, () => file.read(at, length, room)),
      write: (bytes, at) => this.#lasting(path, () => file.write(bytes, at)),
      flush: () => this.#lasting(path, () => file.flush()),
      truncate: size => this.#change(path, () => file.truncate(size)),
      close: () => this.#explainErrors(path, () => file.close()),
    };
  }

  /**
   * A change that a promise is made of. Whoever took the lock meanwhile has read the journal after the lock was lost, so it knows what
   * was written before that, and nothing of this.
   */
  async #lasting<T>(path: string, work: () => Promise<T>): Promise<T> {
    const result = await this.#change(path, work);
    this.#insistOnLock();
    return result;
  }

  async #change<T>(path: string, work: () => Promise<T>): Promise<T> {
    if (this.#ended) throw new JournalError('journal/closed');
    this.#insistOnLock();
    const changing = work();
    const settled = changing.then(
      () => undefined,
      () => undefined,
    );
    this.#changing.add(settled);
    try {
      return await this.#explainErrors(path, () => changing);
    } finally {
      this.#changing.delete(settled);
    }
  }

  #insistOnLock(): void {
    if (!this.#lock.isHeld()) throw new JournalError('journal/lockLost', { folder: this.#folder });
  }

  async #explainErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw await explained(this.#storage, this.#folder, toJournalError(cause, { path }));
    }
  }
}

/** ENOSPC says the same whether a file system has no more space or no more inodes: it is asked. `folder`: one that is on it. */
export async function explained(
  storage: Storage,
  folder: string,
  error: JournalError,
): Promise<JournalError> {
  const { code, detail, cause } = error;
  if (code !== 'journal/full' || detail.limit !== 'space') return error;
  const space = await storage.space(folder).catch(() => undefined);
  return space?.freeInodes === 0 ? new JournalError(code, { ...detail, limit: 'inodes' }, cause) : error;
}
