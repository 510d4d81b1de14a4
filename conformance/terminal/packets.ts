// MQTT 5 packets as they pass between terminal and broker: only what the kit judges.

export interface Connect {
  is: 'connect';
  version: number;
  clean: boolean;
  keepAliveS: number;
  clientId: string;
  userName: boolean;
  password: boolean;
  /** Properties of CONNECT (MQTT 5, 3.1.2.11). */
  maxPacketBytes: number | undefined;
  sessionExpiryS: number | undefined;
  will: { topic: string; payload: Buffer; qos: number; retain: boolean } | undefined;
}

export interface Publish {
  is: 'publish';
  topic: string;
  payload: Buffer;
  qos: number;
  retain: boolean;
  /** Bytes of properties. */
  propertyBytes: number;
}

/** `type`: MQTT 5, 2.1.2. */
export type Packet = Connect | Publish | { is: 'other'; type: number };

/** Cuts a stream into packets. A packet of more than `maxBytes` is an error, as are fields that end early. Errors: RangeError. */
export class PacketReader {
  readonly #maxBytes: number;
  #held: Buffer = Buffer.alloc(0);

  constructor(maxBytes = 4 << 20) {
    this.#maxBytes = maxBytes;
  }

  /** The packets that are whole now. */
  read(bytes: Buffer): Packet[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const packets: Packet[] = [];
    for (;;) {
      const size = this.#size();
      if (size === undefined || this.#held.length < size.head + size.body) return packets;
      const body = this.#held.subarray(size.head, size.head + size.body);
      packets.push(packetOf(this.#held[0]!, Buffer.from(body)));
      this.#held = this.#held.subarray(size.head + size.body);
    }
  }

  /** Undefined where the header is not whole. */
  #size(): { head: number; body: number } | undefined {
    let body = 0;
    for (let at = 1; at < this.#held.length && at < 5; at++) {
      const byte = this.#held[at]!;
      body += (byte & 0x7f) * 128 ** (at - 1);
      if (byte & 0x80) continue;
      if (body > this.#maxBytes) throw new RangeError(`a packet of ${body} bytes`);
      return { head: at + 1, body };
    }
    return undefined;
  }
}

function packetOf(first: number, body: Buffer): Packet {
  const type = first >> 4;
  const fields = new Fields(body);
  if (type === 1) return connectOf(fields);
  if (type !== 3) return { is: 'other', type };
  const qos = (first >> 1) & 3;
  const topic = fields.text();
  if (qos > 0) fields.uint(2);
  const propertyBytes = fields.properties().bytes;
  return { is: 'publish', topic, payload: fields.rest(), qos, retain: (first & 1) === 1, propertyBytes };
}

function connectOf(fields: Fields): Connect {
  fields.text(); // MQTT
  const version = fields.uint(1);
  const flags = fields.uint(1);
  const has = (bit: number) => (flags & bit) !== 0;
  const keepAliveS = fields.uint(2);
  const { numbers } = fields.properties();
  const clientId = fields.text();
  const willOf = () => {
    fields.properties();
    const topic = fields.text();
    return { topic, payload: fields.binary(), qos: (flags >> 3) & 3, retain: has(0x20) };
  };
  const will = has(0x04) ? willOf() : undefined;
  return {
    ...{ is: 'connect', version, clean: has(0x02), keepAliveS, clientId, will },
    ...{ userName: has(0x80), password: has(0x40) },
    maxPacketBytes: numbers.get(0x27),
    sessionExpiryS: numbers.get(0x11),
  };
}

/** Size of a property's value, by its identifier; text and binary data say theirs (MQTT 5, 2.2.2.2). */
const sizes: Readonly<Record<number, number>> = {
  ...{
    1: 1,
    2: 4,
    17: 4,
    19: 2,
    23: 1,
    24: 4,
    25: 1,
    33: 2,
    34: 2,
    35: 2,
    36: 1,
    37: 1,
    39: 4,
    40: 1,
    41: 1,
  },
  42: 1,
};
const userProperty = 38;

class Fields {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  uint(bytes: number): number {
    return this.#take(bytes).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  binary(): Buffer {
    return this.#take(this.uint(2));
  }

  text(): string {
    return this.binary().toString('utf8');
  }

  rest(): Buffer {
    return this.#take(this.#body.length - this.#at);
  }

  /** Their length, and the values of those that are numbers. */
  properties(): { bytes: number; numbers: Map<number, number> } {
    let bytes = 0;
    let byte = 0x80;
    for (let shift = 1; byte >= 0x80; shift *= 128) {
      byte = this.uint(1);
      bytes += (byte & 0x7f) * shift;
    }
    const numbers = new Map<number, number>();
    for (const end = this.#at + bytes; this.#at < end; ) {
      const id = this.uint(1);
      const size = sizes[id];
      if (size !== undefined) numbers.set(id, this.uint(size));
      else {
        this.binary();
        if (id === userProperty) this.binary();
      }
    }
    return { bytes, numbers };
  }

  #take(bytes: number): Buffer {
    if (this.#at + bytes > this.#body.length) throw new RangeError('a packet whose fields end early');
    this.#at += bytes;
    return this.#body.subarray(this.#at - bytes, this.#at);
  }
}
