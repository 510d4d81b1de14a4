// The driver in its own process, as in production: pcsclite blocks the event loop while a card works, so it must not share
// a process with the virtual card. Executes the messages of reader-client.ts.
import pcsclite from 'pcsclite';
import { systemClock } from '../../../drivers/base/clock.ts';
import { isCardError } from '../../../drivers/card/error.ts';
import { PcscCardReader } from '../../../drivers/card/pcsc-card-reader.ts';
import type { IdCard } from '../../../drivers/contract/card.ts';

export interface Call {
  id: number;
  method: 'open' | 'read' | 'verify' | 'sign' | 'state' | 'close';
  argument?: Uint8Array;
}

const reader = new PcscCardReader({ openPcsc: pcsclite, clock: systemClock });
reader.start();
let card: IdCard | undefined;

async function obey({ method, argument }: Call): Promise<unknown> {
  const bytes = Buffer.from(argument ?? []);
  switch (method) {
    case 'open':
      card = await reader.open();
      return undefined;
    case 'read':
      return card?.read();
    case 'verify':
      return card?.verify(bytes);
    case 'sign':
      return (await card?.sign(bytes))?.signature;
    case 'state':
      return { online: reader.online, present: reader.present };
    case 'close':
      await reader.close();
      return process.disconnect(); // after that nothing must keep this process running
  }
}

reader.onEvent(event => process.send?.({ event }));
process.on('message', (call: Call) => {
  obey(call).then(
    value => process.connected && process.send?.({ id: call.id, value }),
    error => {
      if (!isCardError(error)) throw error;
      process.send?.({ id: call.id, refusal: { code: error.code, detail: error.detail } });
    },
  );
});
