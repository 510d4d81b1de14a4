// The driver end to end: in its own process, with libpcsclite, a real pcscd and the virtual card.
import { verify, X509Certificate } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CardAuthority, makeCardAuthority } from '../../../simulator/card/authority.ts';
import { startCardReader, type VirtualCardReader } from '../../../simulator/card/reader.ts';
import type { CardBehaviour } from '../../../simulator/card/virtual-card.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { refusalOf } from '../../refusal.ts';
import { startReaderProcess } from './reader-client.ts';

const test = suite('PcscCardReader');
let dir: string;
let slot: VirtualCardReader;
let authority: CardAuthority;
let reader: ReturnType<typeof startReaderProcess>;

test.before(async () => {
  dir = temporaryFolder('madoguchi-card');
  authority = await makeCardAuthority();
  slot = await startCardReader({ dir });
});
test.before.each(async () => {
  reader = startReaderProcess(slot.socketName);
  await reader.until('online');
});
test.after.each(async () => {
  slot.remove();
  assert.is(await reader.close(), 0);
});
test.after(async () => {
  await slot.close();
  await rm(dir, { recursive: true });
});

const insert = async (card = authority.issue()) => {
  await slot.insert(card);
  await reader.until('inserted');
  return card;
};
const isVerify: (ins: number, data: Buffer) => boolean = (ins, data) => ins === 0x20 && data.length > 0;

test('an empty slot is online, and open() is refused', async () => {
  assert.equal(await reader.state(), { online: true, present: false });
  assert.is((await refusalOf(reader.open())).code, 'card/absent');
});

test('a card is inserted, is read, accepts its PIN, signs and is removed', async () => {
  const card = await insert();
  await reader.open();
  const { profile, certificate, triesLeft } = await reader.read();
  assert.equal([profile, triesLeft], ['mynumber', 3]);
  assert.equal(certificate, (await card.credential('auth')).certificate);
  const message = Buffer.from('transaction 7');
  assert.is((await refusalOf(reader.sign(message))).code, 'card/notVerified');
  const { code, detail } = await refusalOf(reader.verify('9999'));
  assert.equal([code, detail], ['card/wrongPin', { triesLeft: 2 }]);
  await reader.verify('1234');
  const key = new X509Certificate(certificate).publicKey;
  assert.ok(verify('sha256', message, key, await reader.sign(message)));
  assert.ok(verify('sha256', Buffer.from('order'), key, await reader.sign(Buffer.from('order'))));
  slot.remove();
  await reader.until('removed');
  assert.is((await refusalOf(reader.sign(message))).code, 'card/removed');
  assert.is((await refusalOf(reader.open())).code, 'card/absent');
});

test('a second open() resets the card, so that no PIN stays verified', async () => {
  const card = await insert();
  await reader.open();
  await reader.verify('1234');
  assert.ok(card.pins.auth.verified);
  await reader.open();
  assert.not.ok(card.pins.auth.verified);
  assert.is((await refusalOf(reader.sign(Buffer.from('x')))).code, 'card/notVerified');
});

test('close() resets the card: the card in the slot is no longer verified', async () => {
  const card = await insert();
  await reader.open();
  await reader.verify('1234');
  assert.is(await reader.close(), 0);
  assert.not.ok(card.pins.auth.verified);
  reader = startReaderProcess(slot.socketName);
  await reader.until('inserted');
});

test('a card that replaces another is never taken for the previous one', async () => {
  await insert();
  await reader.open();
  const other = authority.issue({ serial: 'ANOTHER' });
  await other.credential('auth');
  slot.remove();
  await slot.insert(other);
  await reader.until('removed');
  await reader.until('inserted');
  assert.is((await refusalOf(reader.read())).code, 'card/removed');
  await reader.open();
  assert.match(new X509Certificate((await reader.read()).certificate).subject, 'CN=ANOTHER');
});

test('a card removed during VERIFY loses no more tries than the card itself counted, and the next card works', async () => {
  const card = authority.issue();
  let sent = 0;
  const tear: CardBehaviour = ({ ins, data }) => {
    if (!isVerify(ins, data)) return undefined;
    sent++;
    slot.remove();
    return 'mute';
  };
  card.behaviours.unshift(tear);
  for (let round = 0; round < 5; round++) {
    await insert(card);
    await reader.open();
    await reader.read();
    assert.is((await refusalOf(reader.verify('1234'))).code, 'card/removed');
    assert.is(sent, round + 1);
    await reader.until('removed');
  }
  await insert();
  await reader.open();
  await reader.verify('1234');
});

test('a card that never answers VERIFY gets it once, and is closed until it is opened again', async () => {
  let sent = 0;
  const card = authority.issue();
  card.behaviours.unshift(({ ins, data }) => {
    if (!isVerify(ins, data)) return undefined;
    sent++;
    return 'mute';
  });
  await insert(card);
  await reader.open();
  assert.is((await refusalOf(reader.verify('1234'))).code, 'card/removed');
  assert.is((await refusalOf(reader.verify('1234'))).code, 'card/removed');
  assert.is(sent, 1);
});

test('a card without the application is refused at once', async () => {
  const card = authority.issue();
  card.behaviours.length = 0;
  await insert(card);
  assert.is((await refusalOf(reader.open())).code, 'card/noApplication');
});

test('pcscd is killed and restarted: offline, then online with the card that is still in the slot', async () => {
  await insert();
  await reader.open();
  await slot.crash();
  await reader.until('removed');
  await reader.until('offline');
  assert.is((await refusalOf(reader.read())).code, 'card/removed');
  assert.is((await refusalOf(reader.open())).code, 'card/readerOffline');
  await slot.recover();
  await reader.until('online');
  await reader.until('inserted');
  await reader.open();
  assert.is((await reader.read()).triesLeft, 3);
});

test('pcscd is killed during VERIFY: the PIN is not sent again', async () => {
  const card = authority.issue();
  let sent = 0;
  card.behaviours.unshift(async ({ ins, data }) => {
    if (!isVerify(ins, data)) return undefined;
    sent++;
    await slot.crash();
    return 'mute';
  });
  await insert(card);
  await reader.open();
  assert.match((await refusalOf(reader.verify('1234'))).code, /^card\/(removed|readerOffline)$/);
  await reader.until('offline');
  await slot.recover();
  await reader.until('inserted');
  assert.is(sent, 1);
});

test.run();
