// As much of a broker as says what a test wants it to say: a real one answers always, and lets nobody choose its limits.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** MQTT 5 packet types, as far as they are used here. */
export const packets = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  subscribe: 8,
  suback: 9,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
} as const;

export interface Packet {
  type: number;
  body: Buffer;
  /** Of PUBLISH at QoS 1, SUBSCRIBE. */
  id: number;
  topic: string;
  /** Of PUBLISH at QoS 1 without properties. */
  payload: Buffer;
}

export const frame = (type: number, body: readonly number[] = [], flags = 0): Buffer => {
  if (body.length >= 1 << 14) throw new RangeError('two bytes of length are enough here');
  const length = body.length < 128 ? [body.length] : [128 | (body.length & 127), body.length >> 7];
  return Buffer.from([(type << 4) | flags, ...length, ...body]);
};
/** A message at QoS 0 from the broker. */
export const publish = (topic: string, payload: Buffer): Buffer =>
  frame(packets.publish, [topic.length >> 8, topic.length & 255, ...Buffer.from(topic), 0, ...payload]);
export const connack = (reason = 0, properties: readonly number[] = []): Buffer =>
  frame(packets.connack, [0, reason, properties.length, ...properties]);
const answerTo = ({ type, id }: Packet): Buffer | undefined => {
  const idBytes = [id >> 8, id & 255];
  if (type === packets.connect) return connack();
  if (type === packets.subscribe) return frame(packets.suback, [...idBytes, 0, 1]);
  if (type === packets.publish) return frame(packets.puback, idBytes);
  if (type === packets.pingreq) return frame(packets.pingresp);
  return undefined;
};

export interface StubBroker {
  url: string;
  /** Connections so far. */
  connects: number;
  close(): Promise<void>;
}

/** `says`: instead of the usual answer; undefined: the usual one; null: nothing. */
export async function stubBroker(
  says: (packet: Packet, socket: Socket) => Buffer | null | undefined,
): Promise<StubBroker> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    broker.connects++;
    sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', bytes => {
      held = Buffer.concat([held, bytes]);
      for (;;) {
        const parsed = firstPacket(held);
        if (!parsed) return;
        held = held.subarray(parsed.bytes);
        const answer = says(parsed.packet, socket);
        const said = answer === undefined ? answerTo(parsed.packet) : answer;
        if (said) socket.write(said);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const broker: StubBroker = {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connects: 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return broker;
}

function firstPacket(held: Buffer): { packet: Packet; bytes: number } | undefined {
  let [length, at] = [0, 1];
  for (; ; at++) {
    if (at >= held.length) return undefined;
    length += (held[at]! & 0x7f) * 2 ** (7 * (at - 1));
    if (held[at]! < 0x80) break;
  }
  const bytes = at + 1 + length;
  if (held.length < bytes) return undefined;
  const body = held.subarray(at + 1, bytes);
  const type = held[0]! >> 4;
  const topicBytes = type === packets.publish ? body.readUInt16BE(0) : 0;
  const topic = body.toString('utf8', 2, 2 + topicBytes);
  const idAt = type === packets.publish ? 2 + topicBytes : 0;
  const id = body.length >= idAt + 2 ? body.readUInt16BE(idAt) : 0;
  return { packet: { type, body, topic, id, payload: body.subarray(idAt + 3) }, bytes };
}
