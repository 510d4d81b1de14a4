// The server's half of the NBD protocol, as far as nbdfuse needs it: fixed newstyle negotiation and simple replies
// (github.com/NetworkBlockDevice/nbd, doc/proto.md).

const optionMagic = Buffer.from('IHAVEOPT', 'latin1');
const option = { exportName: 1, abort: 2, go: 7 } as const;
const replyType = { ack: 1, info: 3, unsupported: 0x80000001 } as const;
/** NBD_FLAG_HAS_FLAGS, NBD_FLAG_SEND_FLUSH. */
const exportFlags = 1 | 4;

export const command = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;

export interface Request {
  type: number;
  offset: number;
  length: number;
  /** What to write; a view that is gone after the turn. */
  data: Buffer;
  cookie: Buffer;
}

/** First words of the server: NBDMAGIC, IHAVEOPT, NBD_FLAG_FIXED_NEWSTYLE | NBD_FLAG_NO_ZEROES. */
export const greeting = Buffer.concat([Buffer.from('NBDMAGIC', 'latin1'), optionMagic, Buffer.from([0, 3])]);

export function reply(cookie: Buffer, errno: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(0x67446698, 0);
  head.writeUInt32BE(errno, 4);
  cookie.copy(head, 8);
  return Buffer.concat([head, data]);
}

function optionReply(asked: number, type: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(20);
  head.writeBigUInt64BE(0x3e889045565a9n, 0);
  head.writeUInt32BE(asked, 8);
  head.writeUInt32BE(type, 12);
  head.writeUInt32BE(data.length, 16);
  return Buffer.concat([head, data]);
}

/** Answer to an option, and whether the transmission begins behind it. */
function answerOption(asked: number, size: number): { answer: Buffer; begins: boolean } {
  const about = Buffer.alloc(12); // NBD_INFO_EXPORT (0), size, flags
  about.writeBigUInt64BE(BigInt(size), 2);
  about.writeUInt16BE(exportFlags, 10);
  if (asked === option.exportName) return { answer: about.subarray(2), begins: true };
  if (asked === option.go) {
    const answer = Buffer.concat([
      optionReply(asked, replyType.info, about),
      optionReply(asked, replyType.ack),
    ]);
    return { answer, begins: true };
  }
  return {
    answer: optionReply(asked, asked === option.abort ? replyType.ack : replyType.unsupported),
    begins: false,
  };
}

/** Reads one client's bytes: negotiates by `send`, then hands each request on, in order. */
export class ClientReader {
  #pending: Buffer = Buffer.alloc(0);
  #stage: 'flags' | 'options' | 'requests' = 'flags';
  #size: number;
  #send: (bytes: Buffer) => void;
  #handle: (request: Request) => void;

  constructor(size: number, send: (bytes: Buffer) => void, handle: (request: Request) => void) {
    this.#size = size;
    this.#send = send;
    this.#handle = handle;
  }

  take(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (let used = this.#step(); used > 0; used = this.#step()) this.#pending = this.#pending.subarray(used);
  }

  /** Bytes that it understood; 0 where more must come first. */
  #step(): number {
    const pending = this.#pending;
    if (this.#stage === 'flags') {
      if (pending.length < 4) return 0;
      this.#stage = 'options';
      return 4;
    }
    if (this.#stage === 'options') {
      if (pending.length < 16) return 0;
      const used = 16 + pending.readUInt32BE(12);
      if (pending.length < used) return 0;
      const { answer, begins } = answerOption(pending.readUInt32BE(8), this.#size);
      this.#send(answer);
      if (begins) this.#stage = 'requests';
      return used;
    }
    if (pending.length < 28) return 0;
    const type = pending.readUInt16BE(6);
    const length = pending.readUInt32BE(24);
    const used = 28 + (type === command.write ? length : 0);
    if (pending.length < used) return 0;
    const offset = Number(pending.readBigUInt64BE(16));
    this.#handle({ type, offset, length, data: pending.subarray(28, used), cookie: pending.subarray(8, 16) });
    return used;
  }
}
