// The interface of a virtual part of the simulator. A part starts on real endpoints and reports their addresses. It leaves
// nothing behind when it closes.
import type { ParseArgsOptionDescriptor } from 'node:util';

/** A running part. `listens` names each endpoint (socket path, PTY path, URL), for a person or a test tool to connect to. */
export interface RunningPart {
  listens: Record<string, string>;
  /** Ends the part's processes and removes its sockets, PTYs and mounts. Safe to call twice. */
  close(): Promise<void>;
}

export interface PartContext {
  /** A folder for this part only. It exists already; the caller removes it after `close()`. */
  dir: string;
  /** Aborts when the part shall end, also while it starts. */
  signal?: AbortSignal;
  /** Prints one line for the person who watches: what the part received or did. Never a PIN. */
  say(line: string): void;
}

/** A part that `npm run simulator -- NAME` starts. */
export interface PartDefinition {
  name: string;
  /** One line for `--help`. */
  summary: string;
  /** Options for parseArgs of node:util, each with its line for `--help`. */
  options: Record<string, ParseArgsOptionDescriptor & { help: string }>;
  /** With these options the part does one thing, and the program ends. Undefined: it starts, and runs until it is stopped. */
  once?(
    values: Record<string, string | boolean | undefined>,
  ): ((context: PartContext) => Promise<number>) | undefined;
  start(values: Record<string, string | boolean | undefined>, context: PartContext): Promise<RunningPart>;
}
