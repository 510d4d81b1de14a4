// The terminal under test, as its owner lets the kit handle it: by commands, or by a person who reads what to do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Commands {
  /** Enrols the terminal, and ends. */
  enrol?: string | undefined;
  /** Starts it, and runs until SIGTERM. */
  start?: string | undefined;
  /** Makes one visit, and ends when it is over. */
  visit?: string | undefined;
}

/** What every command finds in its environment. */
export interface Values {
  /** Address of the enrolment server. */
  MADOGUCHI_URL: string;
  /** One-time code. */
  MADOGUCHI_CODE: string;
  /** Thumbprint of the root document, 64 hex digits. */
  MADOGUCHI_ROOT: string;
  /** Name that the terminal gets. */
  MADOGUCHI_TERMINAL: string;
  /** A path at which there is nothing: for what the terminal keeps. The same for all commands of one enrolment. */
  MADOGUCHI_HOME: string;
  /** Folder with the test card: `card.pem`, `card.key`, and its authority (`npm run simulator -- cards`). */
  MADOGUCHI_CARDS: string;
}

/** What a visit's command may say of the visit, in one line of JSON. Each field is optional. */
export interface Said {
  outcome?: string;
  code?: string;
  /** Sheets that came out, and yen that were put into the till in this visit. */
  sheets?: number;
  insertedYen?: number;
  keptYen?: number;
}

export interface Ended {
  code: number | null;
  /** Of standard output. */
  lines: string[];
}

interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
}

export class Subject {
  readonly commands: Commands;
  readonly #say: (line: string) => void;
  readonly #tell: (line: string) => void;
  #started: Running | undefined;

  /** `say` receives the commands' output, `tell` what a person has to do. */
  constructor(commands: Commands, say: (line: string) => void, tell: (line: string) => void) {
    this.commands = commands;
    this.#say = say;
    this.#tell = tell;
  }

  /** Whether a person has a part in it. */
  get byHand(): boolean {
    const { enrol, start, visit } = this.commands;
    return enrol === undefined || start === undefined || visit === undefined;
  }

  /** Resolves with the command's end; undefined at once where a person enrols. */
  async enrol(values: Values, signal: AbortSignal): Promise<Ended | undefined> {
    const { enrol } = this.commands;
    if (enrol !== undefined) return this.#run(enrol, values, signal).ended;
    const { MADOGUCHI_URL, MADOGUCHI_CODE, MADOGUCHI_ROOT } = values;
    this.#tell(
      `Enrol the terminal: address ${MADOGUCHI_URL}, code ${MADOGUCHI_CODE}, root ${MADOGUCHI_ROOT}`,
    );
    return undefined;
  }

  /** `ended` resolves where the terminal ends by itself. */
  start(values: Values): void {
    const { start } = this.commands;
    if (start === undefined) {
      this.#tell('Start the terminal, if it does not run.');
      return;
    }
    const running = this.#run(start, values, new AbortController().signal);
    this.#started = running;
    void running.ended.then(() => {
      if (this.#started === running) this.#started = undefined;
    });
  }

  /** Whether a command of the kit runs it. */
  get isStarted(): boolean {
    return this.#started !== undefined;
  }

  async stop(): Promise<void> {
    const running = this.#started;
    this.#started = undefined;
    if (running) await end(running);
  }

  /** Undefined where a person makes it, or nothing was said. */
  async visit(values: Values, signal: AbortSignal): Promise<{ ended: boolean; said: Said }> {
    const { visit } = this.commands;
    if (visit === undefined) {
      this.#tell(
        'Put the test card in, type its PIN, choose the certificate of residence, one copy, and pay.',
      );
      return { ended: false, said: {} };
    }
    const { lines } = await this.#run(visit, values, signal).ended;
    return { ended: true, said: lines.map(readSaid).findLast(said => said !== undefined) ?? {} };
  }

  #run(command: string, values: Values, signal: AbortSignal): Running {
    const child = spawn('/bin/sh', ['-c', command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...values },
      detached: true, // a group of its own, so that all of it can be ended
    });
    const lines: string[] = [];
    const streams = [child.stdout!, child.stderr!].map(input => createInterface({ input }));
    for (const [i, stream] of streams.entries())
      stream.on('line', line => {
        this.#say(line);
        if (i === 0 && lines.length < 10_000) lines.push(line);
      });
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, lines }));
    const running = { child, ended };
    const stop = () => void end(running);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    void ended.then(() => signal.removeEventListener('abort', stop));
    return running;
  }
}

/** Ends it and all that it started. */
async function end({ child, ended }: Running): Promise<void> {
  const signal = (name: 'SIGTERM' | 'SIGKILL') => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  signal('SIGTERM');
  const slow = setTimeout(() => signal('SIGKILL'), 15_000);
  await ended;
  clearTimeout(slow);
}

function readSaid(line: string): Said | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Said;
  } catch {
    return undefined; // a line of its own
  }
}
