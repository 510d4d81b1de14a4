// Finds real-time commands in the received bytes. They bypass the receive buffer: they work while the printer is offline.

export interface Realtime {
  /** `status` is DLE EOT n, `recover` is DLE ENQ n. */
  is: 'status' | 'recover';
  n: number;
}

/**
 * One scanner per connection, because a command may come in pieces. It finds commands inside image data too, like real
 * printers (Epson, DLE EOT, "Notes").
 */
export class RealtimeScanner {
  #held: number[] = [];

  scan(bytes: Buffer): Realtime[] {
    const found: Realtime[] = [];
    for (const byte of bytes) {
      if (byte === 0x10) this.#held = [byte];
      else if (this.#held.length === 1 && (byte === 4 || byte === 5)) this.#held.push(byte);
      else {
        if (this.#held.length === 2) found.push({ is: this.#held[1] === 4 ? 'status' : 'recover', n: byte });
        this.#held = [];
      }
    }
    return found;
  }
}
