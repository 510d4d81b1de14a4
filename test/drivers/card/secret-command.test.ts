// Only the command that contains the PIN is overwritten in the smart card service (test/leaks searches its memory).
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { JpkiCard } from '../../../drivers/card/jpki-card.ts';
import { overwriteLastCommand } from '../../../drivers/card/pcsc-overwrite.ts';
import { makeCardAuthority } from '../../../simulator/card/authority.ts';
import { ManualClock } from '../../manual-clock.ts';
import { FakeReader } from './fake-pcsc.ts';

test('VERIFY is secret, right or wrong; nothing else is', async () => {
  const authority = await makeCardAuthority();
  const card = authority.issue({ pin: '4711' });
  const secrets: string[] = [];
  const transmit = async (apdu: Buffer, secret?: 'secret') => {
    if (secret) secrets.push(apdu.toString('latin1', 5));
    return (await card.transmit(Buffer.from(apdu))) as Buffer;
  };
  const jpki = await JpkiCard.open(transmit, { clock: new ManualClock() });
  await jpki.read();
  await jpki.verify(Buffer.from('0000')).catch(() => undefined); // intentionally wrong
  await jpki.verify(Buffer.from('4711'));
  await jpki.sign(Buffer.from('message'));
  assert.equal(secrets, ['0000', '4711']);
});

test('the overwriting bytes have the max. length of a short command, and a protocol that no card uses', async () => {
  const reader = new FakeReader('reader');
  const sent: [string, number][] = [];
  reader.transmit = (apdu, _max, protocol, done) => {
    sent.push([apdu.toString('hex'), protocol]);
    done(new Error('SCardTransmit error: Card protocol mismatch.(0x8010000f)'), Buffer.alloc(0));
  };
  await overwriteLastCommand(reader);
  assert.equal(sent, [['00'.repeat(261), 3]]);
});

test.run();
