// The hub in Python as a process: started, killed and started again in one folder; and what stands in its ledger.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type LedgerRecord, readRecord } from '../../../agent/protocol/ledger.ts';
import { freePort } from '../../../simulator/free-port.ts';

/** Debian's own, whatever Python is first in PATH. */
const python = '/usr/bin/python3';
const source = fileURLToPath(new URL('.', import.meta.url));
const documents = fileURLToPath(new URL('../../../docs', import.meta.url));

export interface Mutant {
  what: string;
  file: string;
  /** Occurs once in the file. */
  find: string;
  replace: string;
}

/** A folder with the hub's programs: its own, or a copy in `dir` with a mistake in it. */
export function programs(dir: string, mutant?: Mutant): string {
  if (!mutant) return source;
  const copy = join(dir, 'test/interop/hub');
  mkdirSync(join(dir, 'test/interop'), { recursive: true });
  symlinkSync(documents, join(dir, 'docs'));
  cpSync(source, copy, { recursive: true, filter: path => !path.endsWith('.ts') });
  const path = join(copy, mutant.file);
  const text = readFileSync(path, 'utf8');
  if (text.split(mutant.find).length !== 2)
    throw new Error(`${mutant.file} does not hold once: ${mutant.find}`);
  writeFileSync(
    path,
    text.replace(mutant.find, () => mutant.replace),
  );
  return copy;
}

/** What its readers make of the contract's vectors: undefined where all is as it should be. */
export function vectorFaults(folder: string): string | undefined {
  const { status, stdout, stderr } = spawnSync(python, ['-B', join(folder, 'vectors.py')], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${stdout}${stderr}`.trim();
}

export interface LedgerEnd {
  outcome: string;
  keptYen: number;
  owedYen: number;
  /** The result in evidence that the hub has verified; null where it has none. */
  evidence: string | null;
}

export class PythonHub {
  readonly #command: readonly string[];
  /** Path of its SQLite file. */
  readonly #database: string;
  #child: ChildProcess | undefined;
  /** What it has logged. */
  readonly log: string[] = [];
  enrolmentUrl = '';
  rootThumbprint = '';
  readonly #codes: string[] = [];

  private constructor(folder: string, command: readonly string[]) {
    this.#database = join(folder, 'hub.sqlite');
    this.#command = command;
  }

  /** `codes`: options that make some. Errors: one with its log, where it ends before it is ready. */
  static async start(
    dir: string,
    cards: string,
    codes: readonly string[],
    program = source,
  ): Promise<PythonHub> {
    const ports = ['--port', await freePort(), '--broker-port', await freePort()].map(String);
    const folder = join(dir, 'state');
    const hub = new PythonHub(folder, [
      ...['-B', join(program, 'main.py'), '--cards', cards, '--folder', folder, ...ports],
    ]);
    await hub.again(...codes);
    return hub;
  }

  /** Starts it in the same folder, at the same ports. */
  async again(...options: string[]): Promise<void> {
    const all = [...this.#command, '--codes', '0', ...options];
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', python, ...all], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    createInterface({ input: child.stderr }).on('line', line => this.log.push(line));
    const ended = once(child, 'exit').then(() => [undefined]);
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
    if (line === undefined) throw new Error(`the hub ended: ${this.log.join('\n')}`);
    const ready: { url: string; root: string; codes: string[] } = JSON.parse(line);
    this.enrolmentUrl = ready.url;
    this.rootThumbprint = ready.root;
    this.#codes.push(...ready.codes);
  }

  /** A code that no terminal has had yet. */
  code(): string {
    const code = this.#codes.shift();
    if (code === undefined) throw new Error('no code is left');
    return code;
  }

  /** Copies the ledger to `file`, which is not there yet. */
  backup(file: string): void {
    const ledger = new DatabaseSync(this.#database);
    ledger.prepare('VACUUM INTO ?').run(file);
    ledger.close();
  }

  /** Puts a copy back, as its operator does. */
  async restore(file: string): Promise<void> {
    await this.stop();
    for (const end of ['-wal', '-shm']) rmSync(`${this.#database}${end}`, { force: true });
    copyFileSync(file, this.#database);
    await this.again('--restored');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Resolves with its exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child!;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return child.exitCode;
  }

  /** The ends of a transaction, and its step numbers, in the order of the records. */
  ledgerOf(transaction: string): { ends: LedgerEnd[]; steps: number[]; records: LedgerRecord[] } {
    const ledger = new DatabaseSync(this.#database, { readOnly: true });
    try {
      const ends = ledger.prepare('SELECT outcome, keptYen, owedYen, evidence FROM ends WHERE id = ?');
      const all = ledger.prepare(
        "SELECT body FROM records WHERE log = 'ledger' ORDER BY terminal, epoch, seq",
      );
      const records = all
        .all()
        .map(({ body }) => readRecord(Buffer.from(body as Uint8Array)))
        .filter(record => record.type !== 'start' && record.transaction.toString('hex') === transaction);
      return {
        ends: ends.all(Buffer.from(transaction, 'hex')).map(end => ({ ...end }) as unknown as LedgerEnd),
        steps: records.flatMap(record => (record.type === 'step' ? [record.step] : [])),
        records,
      };
    } finally {
      ledger.close();
    }
  }
}

/** The text of a PDF file, as Poppler draws it. */
export const textOf = (pdf: Buffer): string =>
  execFileSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' });
