// Content behind each filter is read; what does not decode is refused.
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ascii85 as ascii85Decoded,
  asciiHex as asciiHexDecoded,
  runLength,
} from '../../../../agent/gate/pdf/ascii-filters.ts';
import { lzw as lzwDecoded } from '../../../../agent/gate/pdf/lzw.ts';
import { unpredicted } from '../../../../agent/gate/pdf/predictor.ts';
import {
  catalog,
  handmade,
  handmadeInStreams,
  judged,
  page,
  smallest,
  stamped,
  stream,
  tree,
} from './handmade.ts';

const clear = Buffer.from(stamped('0 0 9 9 re f '.repeat(60)), 'latin1');
const packedIn = (filter: string, data: Buffer, also = '') =>
  handmade([catalog(), tree(), page(), stream(data.toString('latin1'), `/Filter ${filter} ${also}`)]);

/** Encoders by hand: the decoders have no other use. */
function ascii85(data: Buffer): Buffer {
  let text = '';
  for (let at = 0; at < data.length; at += 4) {
    const group = Buffer.concat([data.subarray(at, at + 4), Buffer.alloc(4)]).readUInt32BE(0);
    const length = Math.min(4, data.length - at);
    const digits = [4, 3, 2, 1, 0].map(power =>
      String.fromCharCode(33 + (Math.floor(group / 85 ** power) % 85)),
    );
    text += group === 0 && length === 4 ? 'z' : digits.slice(0, length + 1).join('');
    if (at % 64 === 60) text += '\n';
  }
  return Buffer.from(`${text}~>\n`, 'latin1');
}

/** Codes of 9 to 12 bits, longer one code early as in PDF. */
function lzw(data: Buffer, early = 1): Buffer {
  let bits = '';
  let [table, width] = [new Map<string, number>(), 9];
  const put = (code: number) => {
    bits += code.toString(2).padStart(width, '0');
  };
  const codeOf = (text: string) => (text.length === 1 ? text.charCodeAt(0) : table.get(text)!);
  put(256);
  let held = '';
  for (const byte of data) {
    const next = held + String.fromCharCode(byte);
    if (next.length === 1 || table.has(next)) {
      held = next;
      continue;
    }
    put(codeOf(held));
    table.set(next, 258 + table.size);
    const codes = 258 + table.size - 1 + early;
    width = codes >= 2048 ? 12 : codes >= 1024 ? 11 : codes >= 512 ? 10 : 9;
    if (table.size === 3000) {
      put(256);
      [table, width] = [new Map(), 9];
    }
    held = String.fromCharCode(byte);
  }
  put(codeOf(held));
  const codes = 258 + table.size + early;
  width = codes >= 2048 ? 12 : codes >= 1024 ? 11 : codes >= 512 ? 10 : 9;
  put(257);
  return Buffer.from(bits.match(/.{1,8}/g)!.map(octet => Number.parseInt(octet.padEnd(8, '0'), 2)));
}

const runs = (data: Buffer): Buffer =>
  Buffer.concat([
    ...(data.toString('latin1').match(/[\s\S]{1,128}/g) ?? []).map(part =>
      Buffer.from(`${String.fromCharCode(part.length - 1)}${part}`, 'latin1'),
    ),
    Buffer.from([255, 0x20, 128]),
  ]);

/** Rows of 10 bytes, each with the PNG predictor of its turn. */
function png(data: Buffer): Buffer {
  const padded = Buffer.concat([data, Buffer.alloc((10 - (data.length % 10)) % 10, ' ')]);
  const rows: Buffer[] = [];
  for (let row = 0; row * 10 < padded.length; row++) {
    const type = row % 5;
    const out = Buffer.alloc(11, type);
    for (let i = 0; i < 10; i++) {
      const at = row * 10 + i;
      const left = i > 0 ? padded[at - 1]! : 0;
      const up = row > 0 ? padded[at - 10]! : 0;
      const corner = i > 0 && row > 0 ? padded[at - 11]! : 0;
      const nearest = [left, up, corner].toSorted(
        (a, b) => Math.abs(left + up - corner - a) - Math.abs(left + up - corner - b),
      )[0]!;
      out[i + 1] = padded[at]! - [0, left, up, (left + up) >> 1, nearest][type]!;
    }
    rows.push(out);
  }
  return Buffer.concat(rows);
}

function tiff(data: Buffer): Buffer {
  const out = Buffer.from(data);
  for (let i = out.length - 1; i > 0; i--) if (i % 10 > 0) out[i] = out[i]! - out[i - 1]!;
  return out;
}

const many = Buffer.from(
  stamped(Array.from({ length: 900 }, (_, i) => `${i * 7919} ${i * 31} m`).join('\n')),
  'latin1',
);
const files: Record<string, Buffer> = {
  Flate: packedIn('/FlateDecode', deflateSync(clear)),
  'ASCIIHex with white space': packedIn(
    '/ASCIIHexDecode',
    Buffer.from(`${clear.toString('hex').replace(/(.{40})/g, '$1\n')}>`),
  ),
  'ASCIIHex with half a byte': packedIn('/ASCIIHexDecode', Buffer.from(`${clear.toString('hex')}2>`)),
  ASCII85: packedIn('/ASCII85Decode', ascii85(clear)),
  'ASCII85 of zeros': packedIn('/ASCII85Decode', ascii85(Buffer.concat([clear, Buffer.alloc(16)]))),
  RunLength: packedIn('/RunLengthDecode', runs(clear)),
  LZW: packedIn('/LZWDecode', lzw(clear)),
  'LZW with long codes': packedIn('/LZWDecode', lzw(many)),
  'LZW, not early': packedIn('/LZWDecode', lzw(many, 0), '/DecodeParms << /EarlyChange 0 >> '),
  'ASCII85 of Flate': packedIn(
    '[/ASCII85Decode /FlateDecode]',
    ascii85(deflateSync(clear)),
    '/DecodeParms [null null] ',
  ),
  'Flate with PNG predictors': packedIn(
    '/FlateDecode',
    deflateSync(png(clear)),
    '/DecodeParms << /Predictor 15 /Columns 10 >> ',
  ),
  'Flate with the TIFF predictor': packedIn(
    '/FlateDecode',
    deflateSync(tiff(clear)),
    '/DecodeParms << /Predictor 2 /Columns 10 >> ',
  ),
};
for (const [filter, file] of Object.entries(files))
  test(`${filter}: taken`, () => {
    assert.is(judged(file), 'taken');
  });

const broken: Record<string, Buffer> = {
  'ASCIIHex without end': packedIn('/ASCIIHexDecode', Buffer.from('00')),
  'ASCIIHex with another character': packedIn('/ASCIIHexDecode', Buffer.from('0x>')),
  'ASCII85 with one digit left': packedIn('/ASCII85Decode', Buffer.from('abcdef~>')),
  'ASCII85 beyond 32 bits': packedIn('/ASCII85Decode', Buffer.from('uuuuu~>')),
  'a run cut off': packedIn('/RunLengthDecode', Buffer.from([9, 0x20])),
  'LZW without end': packedIn('/LZWDecode', lzw(clear).subarray(0, -2)),
  'LZW with a code to come': packedIn('/LZWDecode', Buffer.from([0x80, 0x4b, 0, 0])),
  'Flate cut off': packedIn('/FlateDecode', deflateSync(clear).subarray(0, -6)),
  'a predictor with half a row': packedIn(
    '/FlateDecode',
    deflateSync(clear.subarray(0, 15)),
    '/DecodeParms << /Predictor 12 /Columns 10 >> ',
  ),
  'an unknown predictor': packedIn('/FlateDecode', deflateSync(clear), '/DecodeParms << /Predictor 9 >> '),
  Crypt: packedIn('/Crypt', clear),
};
for (const [what, file] of Object.entries(broken))
  test(`${what}: refused`, () => {
    assert.is(judged(file), 'filter, page 1, object 4');
  });

test('a cross-reference stream with predictors is read, as producers pack it', () => {
  const plain = handmadeInStreams(smallest).toString('latin1');
  const [, data] = /\/Type \/XRef [\s\S]*?>>\nstream\n([\s\S]*?)\nendstream/.exec(plain)!;
  const rows = data!.match(/[\s\S]{4}/g)!.map((row, i, all) => {
    const up = all[i - 1] ?? '\0\0\0\0';
    return `\x02${[...row].map((c, k) => String.fromCharCode((c.charCodeAt(0) - up.charCodeAt(k)) & 0xff)).join('')}`;
  });
  const packed = deflateSync(Buffer.from(rows.join(''), 'latin1')).toString('latin1');
  const also = `/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >> `;
  const file = plain.replace(
    /<< \/Length \d+ (\/Type \/XRef [\s\S]*?)>>\nstream\n[\s\S]*?\nendstream/,
    (_, entries) => stream(packed, `${also}${entries}`),
  );
  assert.is(judged(Buffer.from(file, 'latin1')), 'taken');
});

/** V8 keeps buffers of up to so many bytes in its own heap (drivers/base/secret-bytes.ts). */
const inHeap = 64;
const short = Buffer.from('a short stream of a certificate, again');
const columns = new Map([
  ['Predictor', 10],
  ['Columns', short.length],
]);
const inTheHeap = (size: number): never => {
  throw new Error(`${size} bytes in the heap`);
};
const decoders: [filter: string, encoded: Buffer, decode: (encoded: Buffer) => Buffer][] = [
  ['ASCIIHexDecode', Buffer.from(`${short.toString('hex')}>`), asciiHexDecoded],
  ['ASCII85Decode', ascii85(short), encoded => ascii85Decoded(encoded, short.length + 4)],
  ['RunLengthDecode', runs(short), encoded => runLength(encoded, short.length)],
  ['LZWDecode', lzw(short), encoded => lzwDecoded(encoded, true, short.length + 1)],
  ['a predictor', Buffer.concat([Buffer.of(0), short]), encoded => unpredicted(encoded, columns)],
];
for (const [filter, encoded, decode] of decoders)
  test(`${filter} leaves nothing of a short stream in V8's heap, where no code can zero it`, () => {
    assert.equal(decode(encoded).toString(), short.toString());
    const { alloc } = Buffer;
    Buffer.alloc = (size: number) => alloc(size > inHeap ? size : inTheHeap(size));
    try {
      decode(encoded);
    } finally {
      Buffer.alloc = alloc;
    }
  });

test.run();
