// The pad's end of the wire, written from the packet family's manuals for the simulator alone.
// Uniform PP791 Programmer's Manual PM0103-U rev 06, p. 26-27 and 203.
import type { Duplex } from 'node:stream';

const STX = '\x02';
const ETX = '\x03';
const SO = '\x0e';
const SI = '\x0f';
export const EOT = '\x04';
export const ACK = '\x06';
export const NAK = '\x15';

/** A packet travels in STX … ETX, or, when it manages the pad, in SI … SO. */
export type Shell = 'stx' | 'si';

export interface WireListener {
  packet(shell: Shell, text: string): void;
  /** A packet whose check character is wrong. */
  broken(): void;
  control(character: typeof ACK | typeof NAK | typeof EOT): void;
}

export interface Wire {
  /** Puts characters on the wire as they are. */
  send(characters: string): void;
  end(): void;
}

/** The characters of one packet: shell, text, end, and the exclusive or of all that follows the start. */
export function packed(shell: Shell, text: string): string {
  const checked = text + (shell === 'stx' ? ETX : SO);
  return (shell === 'stx' ? STX : SI) + checked + checkCharacter(checked);
}

function checkCharacter(checked: string): string {
  let sum = 0;
  for (let at = 0; at < checked.length; at++) sum ^= checked.charCodeAt(at);
  return String.fromCharCode(sum);
}

/** Cuts what comes over `duplex` into packets and control characters; drops what is neither. */
export function attachWire(duplex: Duplex, listener: WireListener): Wire {
  let heard = '';
  duplex.on('data', (bytes: Buffer) => {
    heard += String.fromCharCode(...bytes.map(byte => byte & 0x7f));
    for (let used = cut(heard, listener); used > 0; used = cut(heard, listener)) heard = heard.slice(used);
  });
  return {
    send: characters => void duplex.write(Buffer.from(characters, 'latin1')),
    end: () => void duplex.destroy(),
  };
}

/** Serves the first thing in `heard`. Returns how many characters it took; 0 while it is not whole. */
function cut(heard: string, listener: WireListener): number {
  const first = heard[0];
  if (first === undefined) return 0;
  if (first === ACK || first === NAK || first === EOT) listener.control(first);
  if (first !== STX && first !== SI) return 1;
  const end = heard.indexOf(first === STX ? ETX : SO, 1);
  if (end < 0) return heard.length > 300 ? 1 : 0; // no packet is that long: its start was noise
  if (heard.length < end + 2) return 0;
  if (checkCharacter(heard.slice(1, end + 1)) === heard[end + 1]) {
    listener.packet(first === STX ? 'stx' : 'si', heard.slice(1, end));
  } else {
    listener.broken();
  }
  return end + 2;
}
