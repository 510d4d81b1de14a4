// Searches inside compressed data: zlib and gzip streams (PDF's FlateDecode is one), wherever they begin.
import { constants, gunzipSync, inflateSync } from 'node:zlib';
import { type Finding, type Needle, search } from './search.ts';

/** Max size of an unpacked stream, in bytes. Ours are smaller. */
const maxBytes = 8 << 20;
/** A stream may hold another one, as an embedded file does. */
const deepest = 3;
const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maxBytes }; // takes a stream that is cut off

/** As `search`, and again in everything that unpacks. `at` is then the beginning of the packed stream. */
export function searchDeep(
  where: string,
  bytes: Buffer,
  needles: readonly Needle[],
  base = 0,
  depth = 0,
): Finding[] {
  const findings = search(where, bytes, needles, base);
  if (depth === deepest) return findings;
  for (const { at, unpacked } of packedIn(bytes))
    for (const finding of searchDeep(where, unpacked, needles, 0, depth + 1))
      findings.push({ ...finding, form: `${finding.form}, packed`, at: base + at });
  return findings;
}

/** What unpacks to something; a header that is there by chance does not. */
function* packedIn(bytes: Buffer): Generator<{ at: number; unpacked: Buffer }> {
  for (let at = bytes.indexOf(0x78); at >= 0; at = bytes.indexOf(0x78, at + 1))
    if (at + 2 < bytes.length && bytes.readUInt16BE(at) % 31 === 0 && (bytes[at + 1]! & 0x20) === 0)
      yield* tried(bytes, at, inflateSync); // RFC 1950, 2.2: deflate, 32 KiB window, no preset dictionary
  const gzip = Buffer.of(0x1f, 0x8b, 8); // RFC 1952, 2.3
  for (let at = bytes.indexOf(gzip); at >= 0; at = bytes.indexOf(gzip, at + 1))
    yield* tried(bytes, at, gunzipSync);
}

function* tried(bytes: Buffer, at: number, unpack: typeof inflateSync) {
  try {
    const unpacked = unpack(bytes.subarray(at), options);
    if (unpacked.length > 0) yield { at, unpacked };
  } catch {
    // no stream, or a broken one
  }
}
