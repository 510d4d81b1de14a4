// A PC/SC service made of objects, for events that are rare with a real pcscd.
import { EventEmitter } from 'node:events';
import type { PcscContext, PcscReader } from '../../../drivers/card/pcsc.ts';

export class FakeReader extends EventEmitter implements PcscReader {
  readonly name: string;
  connected = false;
  closed = false;
  /** PC/SC codes that the next calls fail with. Without one, every command is answered by 9000. */
  failure: string | undefined;
  disconnectFailure: string | undefined;

  constructor(name: string) {
    super();
    this.name = name;
  }
  #fail(code: string | undefined): Error | undefined {
    return code === undefined ? undefined : new Error(`SCardSomething error: in words.(0x${code})`);
  }
  connect(_options: object, done: (error: unknown, value: number) => void): void {
    const error = this.#fail(this.failure);
    this.connected = !error;
    done(error, 2);
  }
  disconnect(_disposition: number, done: (error: unknown, value: undefined) => void): void {
    const error = this.#fail(this.disconnectFailure);
    this.connected = !!error;
    done(error, undefined);
  }
  transmit(
    _apdu: Buffer,
    _max: number,
    _protocol: number,
    done: (error: unknown, value: Buffer) => void,
  ): void {
    done(this.#fail(this.failure), Buffer.of(0x90, 0));
  }
  close(): void {
    this.closed = true;
  }
}

export class FakeContext extends EventEmitter implements PcscContext {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

/** Opens contexts. With `down` it throws, as pcsclite does if pcscd does not run. */
export class FakePcsc extends EventEmitter {
  down = false;
  context = new FakeContext();
  open = (): FakeContext => {
    this.emit('open');
    if (this.down) throw new Error('SCardEstablishContext error: Service not available.(0x8010001d)');
    this.context = new FakeContext();
    return this.context;
  };
}
