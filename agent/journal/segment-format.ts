// The first block of a segment: docs/journal-format.md, "Header". Everything in it is authenticated by every commit.

/** Bytes of a block. Each write begins and ends at a multiple of it, so that a torn write never damages an older commit. */
export const blockBytes = 4096;
/** Bytes of the header that are used and authenticated. The rest of its block is zero. */
export const headerBytes = 176;

/** Bytes of the smallest and of the largest segment. A file that is longer was lengthened by somebody, and is not read. */
export const minSegmentBytes = 64 << 10;
export const maxSegmentBytes = 16 << 20;

export const tagBytes = 16;
export const noTag: Buffer = Buffer.alloc(tagBytes);

const magic = Buffer.from('MADOJRNL', 'latin1');
const version = 2;
/** 1: AES-256-GCM. 2 is reserved for ChaCha20-Poly1305. */
const algorithm = 1;
const terminalAt = 113;
const maxTerminal = 63;

/** Where a segment ended when its successor began. What lies after that place counts as never written. */
export interface SegmentEnd {
  /** Number of the segment; 0: none. */
  segment: number;
  /** Bytes from its beginning. */
  end: number;
  /** Tag of its last commit. */
  tag: Buffer;
}

/** Which of a terminal's logs. A segment of one log is refused in the other. */
export const logKind = { ledger: 1, telemetry: 2 } as const;
export type LogName = keyof typeof logKind;

export interface SegmentHeader {
  log: LogName;
  terminal: string;
  epoch: number;
  /** Number of the segment, from 1. It is the file's name too. */
  number: number;
  /** Sequence number of the first entry in it. */
  firstSeq: number;
  /** Bytes of the file when the segment began. */
  size: number;
  previous: SegmentEnd;
  /** 32 random bytes for HKDF. */
  salt: Buffer;
  /** Identifies the data key: 16 bytes. */
  keyId: Buffer;
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const block = Buffer.alloc(blockBytes);
  magic.copy(block, 0);
  block.writeUInt8(version, 8);
  block.writeUInt8(algorithm, 9);
  block.writeUInt8(logKind[header.log], 10);
  block.writeUInt32BE(header.epoch, 12);
  block.writeBigUInt64BE(BigInt(header.number), 16);
  block.writeBigUInt64BE(BigInt(header.firstSeq), 24);
  block.writeBigUInt64BE(BigInt(header.previous.segment), 32);
  block.writeUInt32BE(header.previous.end, 40);
  block.writeUInt32BE(header.size, 44);
  header.previous.tag.copy(block, 48);
  header.salt.copy(block, 64);
  header.keyId.copy(block, 96);
  block.writeUInt8(block.write(header.terminal, terminalAt, maxTerminal, 'latin1'), terminalAt - 1);
  return block;
}

/** The header; undefined where the block is not exactly what `encodeHeader` writes. */
export function decodeHeader(block: Buffer): SegmentHeader | undefined {
  if (block.length < blockBytes || !block.subarray(0, 8).equals(magic)) return undefined;
  const counters = [16, 24, 32].map(at => block.readBigUInt64BE(at));
  if (counters.some(counter => counter > Number.MAX_SAFE_INTEGER)) return undefined;
  const header: SegmentHeader = {
    log: block.readUInt8(10) === logKind.telemetry ? 'telemetry' : 'ledger',
    terminal: block.toString('latin1', terminalAt, terminalAt + block.readUInt8(terminalAt - 1)),
    epoch: block.readUInt32BE(12),
    number: Number(block.readBigUInt64BE(16)),
    firstSeq: Number(block.readBigUInt64BE(24)),
    size: block.readUInt32BE(44),
    previous: {
      segment: Number(block.readBigUInt64BE(32)),
      end: block.readUInt32BE(40),
      tag: Buffer.from(block.subarray(48, 64)),
    },
    salt: Buffer.from(block.subarray(64, 96)),
    keyId: Buffer.from(block.subarray(96, 112)),
  };
  return encodeHeader(header).equals(block.subarray(0, blockBytes)) ? header : undefined;
}

const suffix = '.segment';
export const segmentName = (number: number): string => `${String(number).padStart(12, '0')}${suffix}`;
/** The number in a segment's file name; undefined for any other name. */
export const segmentNumber = (name: string): number | undefined =>
  /^\d{12}\.segment$/.test(name) ? Number(name.slice(0, -suffix.length)) : undefined;
