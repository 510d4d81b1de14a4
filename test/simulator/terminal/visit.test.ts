// timeout: 120 s
// A visit at someone's hub, by its address, a code and the root key's thumbprint only: `npm run simulator -- terminal --hub`.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCardsFolder } from '../../../simulator/card/cards-folder.ts';
import { startHub } from '../../../simulator/hub/process/hub.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { part } from '../../../simulator/terminal/part.ts';

const presets = Object.fromEntries(
  Object.entries(part.options).map(([name, option]) => [name, option.default as string | undefined]),
);

test('a terminal enrols at a hub that knows its card, issues, and says what came of it', async () => {
  const dir = temporaryFolder('mdg-visit');
  const cards = join(dir, 'cards');
  const der = (path: string) => new X509Certificate(readFileSync(path)).raw;
  const { authority, card } = await makeCardsFolder(cards);
  const hub = await startHub({
    ...{ dir: join(dir, 'hub'), say: () => undefined },
    cardAuthority: [{ certificateDer: der(authority) }],
  });
  hub.bindCard('m101', der(card));
  const folder = join(dir, 't');
  await mkdir(folder);
  const said: string[] = [];
  const options = {
    ...{ hub: hub.enrolmentUrl, code: hub.createEnrolmentCode({ terminal: 'kiosk-7' }) },
    ...{ root: hub.rootThumbprint, cards, city: '132047', copies: '2', json: true },
  };
  try {
    const code = await part.once!({ ...presets, ...options })!({ dir: folder, say: line => said.push(line) });
    const { transaction, ...outcome } = JSON.parse(said.join(''));
    const [row] = hub.ledger.transactions();
    assert.equal([code, row?.outcome, row?.transaction], [0, 'issued', transaction]);
    const { sheets, ...rest } = outcome;
    assert.ok(sheets > 0 && sheets % 2 === 0, `${sheets} sheets of two copies`);
    assert.equal(rest, {
      ...{ terminal: 'kiosk-7', epoch: 1, broker: hub.brokerUrl, outcome: 'issued', code: 'issued/done' },
      ...{ insertedYen: 400, keptYen: 400, receipts: 1, unacknowledged: 0 },
    });
  } finally {
    await hub.close();
    await rm(dir, { recursive: true });
  }
});

test('--hub needs the rest of what the hub gives, and its options have bounds', () => {
  const all = { ...presets, hub: 'https://127.0.0.1:1', code: 'x', root: 'y', cards: 'z' };
  assert.is(part.once!(presets), undefined);
  for (const wrong of [
    { code: undefined },
    { root: undefined },
    { cards: undefined },
    { city: '13204' },
    { copies: '21' },
    { pin: '12' },
  ])
    assert.throws(() => part.once!({ ...all, ...wrong }), /--/);
});

test.run();
