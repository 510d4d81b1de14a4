// docs/example-screen.mjs, the example that docs/panel.md names, as a process at a real panel socket: it shows, answers, takes money,
// remembers it over its own death, and makes no mistake that the terminal would tell it of.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { beatMs } from '../../../agent/panel/heartbeat.ts';
import type { PaymentNews } from '../../../agent/panel/messages.ts';
import { promptOf } from '../../../agent/panel/prompts.ts';
import { temporaryFolder } from '../../../simulator/temporary-folder.ts';
import { type Rig, withRig } from './panel-rig.ts';

const source = new URL('../../../docs/example-screen.mjs', import.meta.url);
const transaction = '0123456789abcdef0123456789abcdef';

class Screen {
  said = '';
  errors = '';
  readonly #child: ChildProcess;
  #changed = Promise.withResolvers<void>();

  constructor(rig: Rig, tillFile: string) {
    this.#child = spawn(process.execPath, [fileURLToPath(source), rig.path, tillFile]);
    this.#child.stdout!.on('data', chunk => {
      this.said += chunk;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    });
    this.#child.stderr!.on('data', chunk => {
      this.errors += chunk;
    });
  }

  async shows(words: string): Promise<void> {
    while (!this.said.includes(words)) await this.#changed.promise;
  }

  types(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

const juminhyo = {
  ...{ kind: 'juminhyo', title: '住民票の写し', feeYen: 200, maxCopies: 10, members: false },
  options: [{ name: 'honseki', title: '本籍', values: [{ value: 'hidden', title: '記載しない' }] }],
};
const asked = <T>(rig: Rig, question: Parameters<Rig['panel']['ask']>[0]): Promise<T> =>
  rig.panel.ask(question, 60_000, value => value as T, new AbortController().signal);

test('the example screen serves a visit, and its till knows its money after a kill', () =>
  withRig(async rig => {
    const folder = temporaryFolder('example-screen');
    const tillFile = join(folder, 'till.json');
    const pay = async (operation: 'begin' | 'status' | 'capture' | 'void') => {
      const { state, paidYen } = await rig.panel.pay(operation, transaction, 200, 60_000);
      return [state, paidYen];
    };
    const come = async () => {
      const connected = rig.until('connected');
      const screen = new Screen(rig, tillFile);
      await connected;
      return screen;
    };
    rig.panel.show(promptOf('insertCard'));
    let screen = await come();
    try {
      await screen.shows('[insertCard] マイナンバーカードを置いてください。');
      const chosen = asked(rig, { kind: 'choose', municipality: '三鷹市', kinds: [juminhyo], members: [] });
      await screen.shows('1  住民票の写し  200円');
      screen.types('1');
      assert.equal(await chosen, { kind: 'juminhyo', options: { honseki: 'hidden' }, copies: 1 });
      const confirmed = asked(rig, { kind: 'confirm', lines: [['証明書', '住民票の写し']], feeYen: 200 });
      await screen.shows('y / n  200円');
      screen.types('y');
      assert.equal(await confirmed, { yes: true });

      assert.equal(await pay('begin'), ['pending', 0]);
      const news: PaymentNews[] = [];
      rig.panel.onEvent(event => event.is === 'payment' && news.push(event.news));
      const paid = rig.until('payment');
      screen.types('+100');
      await paid;
      assert.equal([news[0]?.state, news[0]?.paidYen], ['pending', 100]);
      await screen.kill();
      screen = await come();
      assert.equal(await pay('status'), ['pending', 100]);
      const full = rig.until('payment');
      screen.types('+500');
      await full;
      assert.equal([news.at(-1)?.state, news.at(-1)?.paidYen], ['paid', 200]);
      assert.equal(
        [await pay('capture'), await pay('capture')],
        [
          ['captured', 200],
          ['captured', 200],
        ],
      );
      await screen.kill();
      screen = await come();
      assert.equal(await pay('status'), ['captured', 200]);
      assert.equal(
        [await pay('void'), await pay('void')],
        [
          ['voided', 0],
          ['voided', 0],
        ],
      );

      for (let beat = 0; beat < 5; beat++) {
        rig.clock.advance(beatMs);
        await pay('status'); // its answer comes after that of the ping
      }
      assert.ok(rig.panel.connected, 'it answers the heartbeat');
      const canceled = rig.until('canceled');
      screen.types('x');
      await canceled;
      rig.panel.show({ ...promptOf('refundDue'), claim: '01234567', number: '123-456-7890' });
      await screen.shows('123-456-7890  01234567');
      assert.is(screen.errors, '');
    } finally {
      await screen.kill();
      await rm(folder, { recursive: true });
    }
  })());

test('it is short, stands alone, and the page names it', async () => {
  const text = await readFile(source, 'utf8');
  assert.ok(text.split('\n').length <= 90);
  const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name!);
  assert.ok(imports.every(name => name === 'ws' || name.startsWith('node:')));
  const page = await readFile(new URL('../../../docs/panel.md', import.meta.url), 'utf8');
  assert.ok(page.includes('(example-screen.mjs)'));
});

test.run();
