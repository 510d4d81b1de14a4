// Hands messages to the second reader (reader.py) and returns what it read, or why it refused.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { encode } from '../../agent/protocol/cbor.ts';
import type { CoseKey, KeyPair } from '../../agent/protocol/cose-key.ts';

/** A recorded message with all that a reader needs; bytes in hex. */
export interface Recorded {
  kind: string;
  message: string;
  key?: string;
  private?: string;
  topic?: string;
  terminal?: string;
  transaction?: string;
  external?: string;
  /** Only held against the CDDL: `message` is a bare body of that kind, or the whole with the form around it. */
  held?: 'body' | 'form';
}

/** `read` as `shown` has it. */
export type Reading =
  | { read: unknown; refused?: undefined }
  | { refused: string; code: string; path: string; read?: undefined };

/** Debian's own, which has cbor2 and cryptography, whatever Python is first in PATH. */
const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('reader.py', import.meta.url));

export function readAgain(messages: readonly Recorded[]): Reading[] {
  const { status, stdout, stderr } = spawnSync(python, ['-B', script], {
    input: JSON.stringify(messages),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) throw new Error(`The second reader failed (${status}):\n${stderr}`);
  return JSON.parse(stdout);
}

export const hexOf = (key: CoseKey): string => encode(key).toString('hex');

/** The private scalar, which only a test may take out. */
export const scalarOf = (key: KeyPair): string =>
  Buffer.from(key.privateKey.export({ format: 'jwk' }).d ?? '', 'base64url').toString('hex');

/** As JSON: bytes as h'…' (diagnostic notation, RFC 8949, 8), integer keys as text. */
export function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return `h'${Buffer.from(value).toString('hex')}'`;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [String(key), shown(item)]));
}
