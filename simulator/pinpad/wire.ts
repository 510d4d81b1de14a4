// The pad's end of the wire. It is written from the manuals for the simulator only, and shares no code with the driver.
// Uniform PP791 Programmer's Manual PM0103-U rev 06, p. 26-27 and 203.
import type { Duplex } from 'node:stream';

const STX = '\x02';
const ETX = '\x03';
const SO = '\x0e';
const SI = '\x0f';
export const EOT = '\x04';
export const ACK = '\x06';
export const NAK = '\x15';

/** The framing of a packet: STX … ETX, or SI … SO for a packet that manages the pad. */
export type Shell = 'stx' | 'si';

export interface WireListener {
  packet(shell: Shell, text: string): void;
  /** A packet whose check character is wrong. */
  broken(): void;
  control(character: typeof ACK | typeof NAK | typeof EOT): void;
}

export interface Wire {
  /** Sends characters unchanged. */
  send(characters: string): void;
  end(): void;
}

/** The characters of one packet: start, text, end, and the exclusive or of everything after the start. */
export function packed(shell: Shell, text: string): string {
  const checked = text + (shell === 'stx' ? ETX : SO);
  return (shell === 'stx' ? STX : SI) + checked + checkCharacter(checked);
}

function checkCharacter(checked: string): string {
  let sum = 0;
  for (let at = 0; at < checked.length; at++) sum ^= checked.charCodeAt(at);
  return String.fromCharCode(sum);
}

/** Splits the bytes from `duplex` into packets and control characters, and drops all other bytes. */
export function attachWire(duplex: Duplex, listener: WireListener): Wire {
  let received = '';
  duplex.on('data', (bytes: Buffer) => {
    received += String.fromCharCode(...bytes.map(byte => byte & 0x7f));
    for (let used = cut(received, listener); used > 0; used = cut(received, listener))
      received = received.slice(used);
  });
  return {
    send: characters => void duplex.write(Buffer.from(characters, 'latin1')),
    end: () => void duplex.destroy(),
  };
}

/** Handles the first item in `received`. Returns its number of characters; 0 while it is incomplete. */
function cut(received: string, listener: WireListener): number {
  const first = received[0];
  if (first === undefined) return 0;
  if (first === ACK || first === NAK || first === EOT) listener.control(first);
  if (first !== STX && first !== SI) return 1;
  const end = received.indexOf(first === STX ? ETX : SO, 1);
  if (end < 0) return received.length > 300 ? 1 : 0; // no packet is that long: the start character was noise
  if (received.length < end + 2) return 0;
  if (checkCharacter(received.slice(1, end + 1)) === received[end + 1]) {
    listener.packet(first === STX ? 'stx' : 'si', received.slice(1, end));
  } else {
    listener.broken();
  }
  return end + 2;
}
