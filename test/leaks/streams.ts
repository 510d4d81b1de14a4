// What went over each socket, pipe and line, and into each file, from the data that strace saw (-xx -s).
import type { Call } from './strace.ts';

/** Bytes of one place, to be searched. */
export interface Place {
  where: string;
  bytes: Buffer;
}

/** For strace: every descriptor's traffic, whole, in hex. */
export const withData = ['-xx', '-s', '1048576', '-e', 'trace=%desc,%network,%process'];

const takes = new Set(['read', 'readv', 'pread64', 'preadv', 'recvfrom', 'recvmsg']);
const gives = new Set(['write', 'writev', 'pwrite64', 'pwritev', 'sendto', 'sendmsg']);
const data = /"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g;
const connecting = /^connect\(\d+<UNIX-STREAM:\[(\d+)\]>, .*sun_path="(.*?)"/;
const descriptor = /^[a-z0-9]+\(\d+<(.*?)>, /;
/** Named once the other end has accepted, and no longer when that is gone: the socket is the same. */
const peerInode = /->\d+(?=[\],])/;

/** One place for each descriptor's object and direction. What was read from a file is no traffic. Errors: Error where strace cut data off. */
export function streamsOf(name: string, calls: readonly Call[]): Place[] {
  const streams = new Map<string, Buffer[]>();
  const peers = new Map<string, string>();
  for (const call of calls) {
    const [, socket, path] = connecting.exec(call.text) ?? [];
    if (socket && path) peers.set(socket, ` to ${decoded(path)}`);
    const direction = takes.has(call.name) ? 'reads' : gives.has(call.name) ? 'writes' : undefined;
    const [before = '', whole] = (direction && descriptor.exec(call.text)) || [];
    if (!whole || (direction === 'reads' && isFile(whole))) continue;
    const object = whole.replace(peerInode, '');
    const peer = peers.get(/^UNIX-STREAM:\[(\d+)/.exec(object)?.[1] ?? '') ?? '';
    const where = `${name} ${direction} ${decoded(object)}${peer}`;
    const chunks = streams.get(where) ?? [];
    for (const [, hex = '', cut] of call.text.slice(before.length).matchAll(data)) {
      if (cut) throw new Error(`strace cut off what ${where}`);
      chunks.push(Buffer.from(hex.replaceAll('\\x', ''), 'hex'));
    }
    streams.set(where, chunks);
  }
  return [...streams].map(([where, chunks]) => ({ where, bytes: Buffer.concat(chunks) }));
}

/** A path, and no device: `\x2f` is the slash. */
const isFile = (object: string): boolean => object.startsWith('\\x2f') && !object.includes('<char');

const decoded = (object: string): string =>
  object.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
