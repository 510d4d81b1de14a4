// Makes a certificate by a producer, in a folder of its own.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { temporaryFolder } from '../../../../simulator/temporary-folder.ts';
import type { Producer, Words } from './producers.ts';

export const residents: readonly Words[] = [
  { name: 'Haruka Tanaka', number: '1047' },
  { name: 'Ren Suzuki', number: '2386' },
];

/** Errors: those of its commands. */
export function makeSample(producer: Producer, words: Words): Buffer {
  const folder = temporaryFolder('producer');
  try {
    const seal = sealOf(words);
    writeFileSync(join(folder, 'seal.png'), pngOf(seal));
    if (producer.source) {
      const template = readFileSync(new URL(`sources/${producer.source}`, import.meta.url), 'utf8');
      const filled = template
        .replaceAll('@NAME@', words.name)
        .replaceAll('@NUMBER@', words.number)
        .replaceAll('@PIXELS@', seal.map(level => level.toString(16).padStart(2, '0')).join(''))
        .replaceAll('@SEAL@', pngOf(seal).toString('base64'));
      writeFileSync(join(folder, producer.source), filled);
    }
    for (const [tool = '', ...args] of producer.commands(words)) {
      const own = args.map(arg => arg.replace('file:///tmp/@PROFILE@', `file://${folder}/profile`));
      execFileSync(tool, own, {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...process.env, HOME: folder, SOURCE_DATE_EPOCH: '1795824000' },
      });
    }
    return readFileSync(join(folder, 'out.pdf'));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** 8 by 8 levels of gray: each resident's picture is another. */
const sealOf = ({ number }: Words): number[] =>
  Array.from({ length: 64 }, (_, i) => ((Number(number) * (i + 7)) % 5) * 50);

/** Red, as transparent as the levels are light. */
function pngOf(levels: readonly number[]): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 6, 0, 0, 0]);
  const rows = Array.from({ length: 8 }, (_, y) => [
    0,
    ...levels.slice(y * 8, y * 8 + 8).flatMap(level => [200, 0, 0, 255 - level]),
  ]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
