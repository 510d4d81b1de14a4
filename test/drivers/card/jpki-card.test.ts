// The driver's commands to a card, and each error. With the virtual card, without PC/SC between them.
import { verify, X509Certificate } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../../../drivers/base/clock.ts';
import { JpkiCard } from '../../../drivers/card/jpki-card.ts';
import { type CardAuthority, makeCardAuthority } from '../../../simulator/card/authority.ts';
import type { CardBehaviour, VirtualCard } from '../../../simulator/card/virtual-card.ts';
import { codeOf, refusalOf } from '../../refusal.ts';

const test = suite('JpkiCard');
const DAY_MS = 24 * 3600 * 1000;
const NOW = Date.UTC(2027, 3, 1);
const authority: CardAuthority = await makeCardAuthority();
/** One valid card for all tests that don't change it: creating its key takes a while. */
const good = authority.issue({ notBefore: new Date(NOW - DAY_MS), notAfter: new Date(NOW + DAY_MS) });

const at = (wall: number): Clock => ({
  now: () => assert.unreachable('no deadline here') as never,
  wall: () => wall,
  sleep: () => assert.unreachable('nothing to wait for') as never,
});

/** Opens `card` as the driver does. `sent`: the APDUs themselves (not copies). `log`: their text at the time of sending. */
async function open(card: VirtualCard, wall = NOW) {
  const [sent, log]: [Buffer[], string[]] = [[], []];
  const transmit = async (apdu: Buffer) => {
    sent.push(apdu);
    log.push(apdu.toString('hex'));
    const answer = await card.transmit(Buffer.from(apdu));
    if (answer === 'mute') throw new Error('no answer');
    return answer;
  };
  return { card: await JpkiCard.open(transmit, { clock: at(wall) }), sent, log };
}

const answers = (ins: number, hex: string, when: (data: Buffer) => boolean = () => true): CardBehaviour => {
  return command => (command.ins === ins && when(command.data) ? Buffer.from(hex, 'hex') : undefined);
};
/** The valid card with another PIN state, and with `faults` before its behaviours. */
function faulty(...faults: CardBehaviour[]): VirtualCard {
  const card = authority.issue();
  card.credential = purpose => good.credential(purpose);
  card.behaviours.unshift(...faults);
  return card;
}
const refusal = async (work: Promise<unknown>) => {
  const { code, detail } = await refusalOf(work);
  return { code, detail };
};
const verifies = (log: string[]) => log.filter(apdu => apdu.startsWith('00200080') && apdu.length > 8).length;

test('a valid card is read completely: the length in the certificate shows its end', async () => {
  const { card } = await open(good);
  const { certificate, profile, triesLeft } = await card.read();
  assert.equal(certificate, (await good.credential('auth')).certificate);
  assert.equal([profile, triesLeft], ['mynumber', 3]);
});

test('the label decides: 住基カード is supported, a smartphone or an unknown token is card/foreign', async () => {
  const labels = [
    'JPKIAPICCTOKEN',
    'JPKIAPGPSETOKEN',
    'JPKIAPIOSTOKEN',
    'JPKIAPICCTOKEN3',
    'constructor',
    '',
  ];
  const seen = [];
  for (const label of labels) {
    const issued = authority.issue({ label });
    issued.credential = purpose => good.credential(purpose);
    const { card } = await open(issued);
    seen.push(
      await card.read().then(
        ({ profile }) => profile,
        error => error.code,
      ),
    );
  }
  assert.equal(seen, ['juki', ...Array(5).fill('card/foreign')]);
});

test('card/noApplication for any error status word', async () => {
  for (const sw of ['6a82', '6d00', '6999'])
    assert.is((await refusal(open(faulty(answers(0xa4, sw))))).code, 'card/noApplication');
});

test('an expired certificate is refused, but not with a clock that is before the release of this software', async () => {
  const read = async (wall: number) => (await open(good, wall)).card.read();
  await read(NOW);
  assert.is(await codeOf(read(NOW + 2 * DAY_MS)), 'card/expired');
  const old = authority.issue({
    notBefore: new Date(Date.UTC(2015, 0)),
    notAfter: new Date(Date.UTC(2020, 0)),
  });
  assert.is((await refusal((await open(old, NOW)).card.read())).code, 'card/expired');
  await (await open(old, Date.UTC(2024, 0))).card.read(); // the hub checks it
  await (await open(old, 0)).card.read();
});

test('the card counts the tries, the resident sees them, and a locked card never gets a PIN', async () => {
  const issued = faulty();
  const { card, log } = await open(issued);
  assert.equal(await refusal(card.verify(Buffer.from('0000'))), {
    code: 'card/wrongPin',
    detail: { triesLeft: 2 },
  });
  assert.is((await card.read()).triesLeft, 2);
  assert.equal(await refusal(card.verify(Buffer.from('0000'))), {
    code: 'card/wrongPin',
    detail: { triesLeft: 1 },
  });
  assert.is((await refusal(card.verify(Buffer.from('0000')))).code, 'card/locked');
  assert.is(verifies(log), 3);
  assert.is((await refusal(card.verify(Buffer.from('1234')))).code, 'card/locked');
  assert.is((await refusal(card.read())).code, 'card/locked');
  assert.is(verifies(log), 3, 'nothing was sent to a locked card');
});

test('a card that reports "locked" by another status word is locked too', async () => {
  for (const sw of ['6983', '6984']) {
    const { card, log } = await open(faulty(answers(0x20, sw)));
    assert.is((await refusal(card.verify(Buffer.from('1234')))).code, 'card/locked');
    assert.is(verifies(log), 0);
  }
});

test('a counter that cannot be read stops the PIN from being sent', async () => {
  const { card, log } = await open(faulty(answers(0x20, '6f00', data => data.length === 0)));
  assert.is((await refusal(card.verify(Buffer.from('1234')))).code, 'card/protocol');
  assert.is(verifies(log), 0);
});

test('VERIFY is sent once, with any result', async () => {
  const strange = [() => 'mute' as const, () => Buffer.from('6f00', 'hex'), () => Buffer.alloc(0)];
  for (const answer of strange) {
    const { card, log } = await open(
      faulty(({ ins, data }) => (ins === 0x20 && data.length ? answer() : undefined)),
    );
    await refusalOf(card.verify(Buffer.from('1234')), Error);
    assert.is(verifies(log), 1);
    assert.is((await refusal(card.sign(Buffer.from('x')))).code, 'card/notVerified');
  }
});

test('every buffer that contained the PIN is zeroed, also if the card is removed; the caller’s buffer is not changed', async () => {
  const given = (answer: 'mute' | Buffer | undefined): CardBehaviour => {
    return ({ ins, data }) => (ins === 0x20 && data.length > 0 ? answer : undefined);
  };
  for (const fault of [given(undefined), given(Buffer.from('63c2', 'hex')), given('mute')]) {
    const { card, sent } = await open(faulty(fault));
    const pin = Buffer.from('1234');
    await card.verify(pin).catch(() => {}); // the result is tested elsewhere
    assert.is(pin.toString(), '1234');
    assert.equal(
      sent.find(apdu => apdu.length === 9),
      Buffer.alloc(9),
    );
    assert.not.ok(sent.some(apdu => apdu.includes('1234')));
  }
});

test('bytes that are not a PIN are not sent', async () => {
  const { card, log } = await open(faulty());
  for (const pin of ['', '123', '12345', '12a4', '１２'])
    assert.is((await refusal(card.verify(Buffer.from(pin)))).code, 'card/protocol');
  assert.is(verifies(log), 0);
});

test('signs after the PIN, but not after the application was selected again', async () => {
  const { card, log } = await open(faulty());
  const message = Buffer.from('order');
  assert.is((await refusal(card.sign(message))).code, 'card/notVerified');
  await card.verify(Buffer.from('1234'));
  const { algorithm, signature } = await card.sign(message);
  assert.is(algorithm, -257);
  const { publicKey } = new X509Certificate((await good.credential('auth')).certificate);
  assert.ok(verify('sha256', message, publicKey, signature));
  assert.not.ok(verify('sha256', Buffer.from('0rder'), publicKey, signature));
  await card.read();
  assert.is((await refusal(card.sign(message))).code, 'card/notVerified');
  assert.is(
    log.filter(apdu => apdu.startsWith('802a')).length,
    1,
    'only the one that had its PIN was asked for',
  );
});

test('a card that lost its verified state gives card/notVerified', async () => {
  const { card } = await open(faulty(answers(0x2a, '6982')));
  await card.verify(Buffer.from('1234'));
  assert.is((await refusal(card.sign(Buffer.from('x')))).code, 'card/notVerified');
});

test('concurrent calls run one after another', async () => {
  const { card, log } = await open(faulty());
  await card.verify(Buffer.from('1234'));
  log.length = 0;
  await Promise.all([card.sign(Buffer.from('a')), card.sign(Buffer.from('b'))]);
  assert.equal(
    log.map(apdu => apdu.slice(0, 4)),
    ['00a4', '802a', '00a4', '802a'],
  );
});

test('invalid responses end in card/protocol, never in a wrong identity or an endless read', async () => {
  const { certificate } = await good.credential('auth');
  const at = (offset: number, bytes: Buffer): CardBehaviour => {
    return ({ ins, p1, p2 }, { file }) =>
      ins === 0xb0 && file === 0x0a && ((p1 << 8) | p2) === offset ? bytes : undefined;
  };
  const ok = Buffer.of(0x90, 0);
  const faults: [string, CardBehaviour][] = [
    ['not a certificate', at(0, Buffer.concat([Buffer.of(0, 0, 0, 0), ok]))],
    ['longer than any certificate', at(0, Buffer.concat([Buffer.of(0x30, 0x82, 0xff, 0xff), ok]))],
    ['a short head', at(0, Buffer.concat([Buffer.of(0x30, 0x82), ok]))],
    ['an empty part', at(260, ok)],
    ['more than was asked for', at(0, Buffer.concat([certificate.subarray(0, 5), ok]))],
    ['end of file too early', at(260, Buffer.from('6282', 'hex'))],
    ['bytes that do not parse', at(4, Buffer.concat([Buffer.alloc(256), ok]))],
    ['no status word', at(4, Buffer.of(0x90))],
    ['a short signature', answers(0x2a, '00009000')],
  ];
  for (const [name, fault] of faults) {
    const { card } = await open(faulty(fault));
    const whole = async () => {
      await card.read();
      await card.verify(Buffer.from('1234'));
      await card.sign(Buffer.from('x'));
    };
    assert.is((await refusal(whole())).code, 'card/protocol', name);
  }
});

test('no error contains the PIN', async () => {
  const { card } = await open(faulty());
  const error = await refusalOf(card.verify(Buffer.from('8642')));
  assert.not.match(JSON.stringify({ ...error, message: error.message, stack: error.stack }), '8642');
});

test.run();
