// A message, a log line or a record without what is new each time, for a comparison of twin runs.
import { Decoder } from 'cbor-x';

/** New each time by its name: process, clock, and the size of a document, for its ids are packed. */
const newEachTime = new Set([
  ...['pid', 'time', 'wall', 'deadlineMs', 'timeoutMs', 'size', 'received'],
  ...['ask', 'request'], // the panel's numbers begin at a random one
]);
/** Ids, also in groups and short as a receipt has them, and its time; a PIN pad's key set; a working folder. */
const id =
  /\b[0-9a-f]{20,}\b|\b[0-9a-f]{8}(?: [0-9a-f]{8}){3}\b|\b\d{3}-\d{3}-\d{4}\b|\b\d{4}\/\d+\/\d+ \d+:\d\d\b|-shop-\w{6}\//gi;
/** No key, nonce, signature or sealed request is longer: it is the document. */
const maxKnown = 4_096;
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true });

/** Bytes are shown by their length (keys, nonces, signatures, ciphertext), ids by their name, and all else as it is. */
export function skeleton(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.length > maxKnown ? '<document>' : `<${value.length} bytes>`;
  if (typeof value === 'string') return value.replace(id, '<id>');
  if (Array.isArray(value)) return value.map(skeleton);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, newEachTime.has(key) ? '<new>' : skeleton(item)]),
  );
}

export const cborSkeleton = (bytes: Buffer): string => JSON.stringify(skeleton(decoder.decode(bytes)));

interface DoorMessage {
  is: string;
  id?: number;
  name?: string;
}

/**
 * One direction of a door (four bytes of length, then CBOR): its commands, or their answers. Questions for the devices'
 * status come by the clock, and so do their answers; so do a device's coming and going, and a print's progress.
 * `commands`: the names of the commands by id, filled by the direction that has them.
 */
export function doorSkeleton(bytes: Buffer, commands: Map<number, string>): string[] {
  const messages: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at);
    const { id, ...message } = decoder.decode(bytes.subarray(at + 4, end)) as DoorMessage;
    if (message.is === 'command') commands.set(id ?? 0, message.name ?? '');
    const to = id === undefined ? message.is : commands.get(id);
    const byTheClock = to === 'status' || message.is === 'acknowledge' || message.is === 'event';
    if (!byTheClock) messages.push(`${to} ${JSON.stringify(skeleton(message))}`);
    at = end;
  }
  return messages;
}

/** What a WebSocket server sent: text frames, not masked (RFC 6455, 5.2), behind the answer to the upgrade. Pings come by the clock. */
export function panelSkeleton(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = bytes.indexOf('\r\n\r\n') + 4; at + 2 <= bytes.length; ) {
    const short = bytes[at + 1]! & 0x7f;
    const start = at + (short === 126 ? 4 : 2);
    const end = start + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
    const message = bytes[at] === 0x81 ? JSON.parse(bytes.toString('utf8', start, end)) : undefined;
    if (message && message.type !== 'ping') messages.push(JSON.stringify(skeleton(message)));
    at = end;
  }
  return messages;
}
