// What every virtual part of the simulator is: it starts on real endpoints, says where, and goes away without trace.
import type { ParseArgsOptionDescriptor } from 'node:util';

/** A running part. `listens` names each endpoint (socket path, PTY path, URL) for a person or a judge to point at. */
export interface RunningPart {
  listens: Record<string, string>;
  /** Ends its processes, removes its sockets, PTYs and mounts. Safe to call twice. */
  close(): Promise<void>;
}

export interface PartContext {
  /** A folder of this part's own, already there; removed by the caller after `close()`. */
  dir: string;
  /** One plain line for the person who watches: what the part just saw or did. Never a PIN. */
  say(line: string): void;
}

/** A part as `npm run simulator -- NAME` knows it. */
export interface PartDefinition {
  name: string;
  /** One line for `--help`. */
  summary: string;
  /** Options as node:util parseArgs takes them, each with its line for `--help`. */
  options: Record<string, ParseArgsOptionDescriptor & { help: string }>;
  start(values: Record<string, string | boolean | undefined>, context: PartContext): Promise<RunningPart>;
}
