// The card's side of the IFD handler's socket (ifd-handler.c): it sends presence, receives commands and sends answers.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { VirtualCard } from './virtual-card.ts';

export interface CardSlot {
  card: VirtualCard | undefined;
  /** Whether a pcscd is connected to the slot. */
  readonly attached: boolean;
  /** Inserts `card`, or removes the present one. Resolves when pcscd, if it is connected, has powered the card. */
  put(card: VirtualCard | undefined): Promise<void>;
  /** Resolves when a pcscd has connected. */
  connected(): Promise<void>;
  /** Closes pcscd's connections and refuses new ones, like a reader whose cable is unplugged; until `plug`. */
  unplug(): void;
  plug(): void;
  close(): Promise<void>;
}

const HEADER_BYTES = 3;

const frame = (kind: string, data: Buffer) =>
  Buffer.concat([Buffer.from(kind, 'ascii'), Buffer.of(data.length >> 8, data.length & 0xff), data]);

/** Listens on the Unix socket `path`. `onApdu` receives each command APDU before the card; it may hold a PIN. */
export async function openSlot(path: string, onApdu: (apdu: Buffer) => void): Promise<CardSlot> {
  const sockets = new Set<Socket>();
  let events: Socket | undefined;
  let plugged = true;
  let arrived = Promise.withResolvers<void>();
  /** Number of presence changes that pcscd has not confirmed yet. */
  let pending = 0;
  let powered = Promise.withResolvers<void>();

  async function obey(operation: string, data: Buffer): Promise<Buffer> {
    const card = slot.card;
    if (operation === 'D') card?.reset();
    if (operation === 'D') return frame('A', Buffer.alloc(0));
    if (!card) return frame('N', Buffer.alloc(0));
    if (operation === 'U') {
      card.reset();
      // pcscd powers each card when it is inserted (eventhandler.c). It has confirmed the change on the other socket before.
      // That byte has arrived already, and it is read within this turn of the event loop.
      await turnOfTheLoop();
      if (pending === 0) powered.resolve();
      return frame('A', card.atr);
    }
    onApdu(data);
    const answer = await card.transmit(data);
    data.fill(0); // a VERIFY holds a PIN
    // The card was removed while it computed: no answer arrives.
    return answer === 'mute' || slot.card !== card ? frame('N', Buffer.alloc(0)) : frame('A', answer);
  }

  async function serve(socket: Socket): Promise<void> {
    let received = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      while (received.length >= HEADER_BYTES && received.length >= HEADER_BYTES + received.readUInt16BE(1)) {
        const end = HEADER_BYTES + received.readUInt16BE(1);
        const answer = await obey(String.fromCharCode(received[0]!), received.subarray(HEADER_BYTES, end));
        received = received.subarray(end);
        socket.write(answer);
      }
    }
  }

  const server = createServer(socket => {
    if (!plugged) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      if (events === socket) {
        events = undefined;
        pending = 0;
        arrived = Promise.withResolvers();
        powered.resolve();
      }
    });
    socket.on('error', () => socket.destroy()); // pcscd was killed; `close` follows
    socket.once('readable', () => {
      const purpose: Buffer | null = socket.read(1);
      if (purpose?.toString('ascii') === 'C') return void serve(socket).catch(() => socket.destroy());
      if (purpose?.toString('ascii') !== 'E') return void socket.destroy();
      events = socket;
      socket.on('data', confirmed => {
        pending -= confirmed.length;
      });
      socket.write(slot.card ? '1' : '0');
      arrived.resolve();
    });
  });

  const slot: CardSlot = {
    card: undefined,
    get attached() {
      return events !== undefined;
    },
    async put(card) {
      if (slot.card === card) return;
      const changes = `${slot.card ? '0' : ''}${card ? '1' : ''}`;
      slot.card?.reset();
      slot.card = card;
      powered.resolve();
      if (!events) return;
      pending += changes.length;
      events.write(changes);
      if (!card) return;
      powered = Promise.withResolvers();
      await powered.promise;
    },
    connected: () => arrived.promise,
    unplug() {
      plugged = false;
      for (const socket of sockets) socket.destroy();
    },
    plug() {
      plugged = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise(resolve => server.close(resolve));
    },
  };
  server.listen(path);
  await once(server, 'listening');
  return slot;
}
