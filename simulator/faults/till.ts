// Faults of a till.
import type { TillAnswer, TillBehaviour } from '../customer/till.ts';
import { end, type Fault, issued } from './fault.ts';
import { changesTheirMind, insert, onPrompt, refusesVoid } from './habits.ts';
import type { Scene } from './scene.ts';

const asked =
  (operation: string, answer: ReturnType<TillBehaviour>): TillBehaviour =>
  event =>
    event.is === 'asked' && event.operation === operation ? answer : undefined;

/** The till reports a wrong amount. The terminal must tell the till’s developer which field is wrong. */
function reportsWrongly(name: string, summary: string, behaviour: TillBehaviour): Fault {
  const reported = new WeakSet<Scene>();
  return {
    name: `till.${name}`,
    summary,
    expected: end('abandoned', 'panel/wrongAmount'),
    arrange: scene =>
      void scene.put(scene.shop.panel.till.behaviours, (event, till) => {
        const answer = behaviour(event, till);
        if (answer) reported.add(scene);
        return answer;
      }),
    after(scene) {
      const { complaints } = scene.shop.panel;
      const others = complaints.filter(message => !/^The field paidYen must be/.test(message));
      const wasReported = others.length < complaints.length;
      complaints.splice(0, Infinity, ...others);
      return wasReported || !reported.has(scene) ? [] : ['no error message named paidYen to the till'];
    },
  };
}

/** The resident pays half, presses 取消, and the till keeps the money and answers `void` so. */
const keepsCoins = (name: string, summary: string, answer: TillAnswer): Fault => ({
  name: `till.${name}`,
  summary,
  expected: end('refundDue', 'pay/declined'),
  arrange(scene) {
    scene.does(changesTheirMind);
    scene.put(scene.shop.panel.till.behaviours, (event, till) => {
      if (event.is !== 'asked' || event.operation !== 'void') return undefined;
      till.refuse(event.transaction);
      return answer;
    });
  },
});

export const tillFaults: readonly Fault[] = [
  {
    name: 'till.never-paid',
    summary: 'nobody pays',
    expected: end('abandoned', 'pay/timeout'),
    arrange: scene => scene.does(onPrompt('pay')),
  },
  {
    name: 'till.half-paid',
    summary: 'the resident pays half of the fee and no more',
    expected: end('abandoned', 'pay/timeout'),
    arrange: scene => scene.does(onPrompt('pay', visit => insert(visit, 100))),
  },
  {
    name: 'till.news-lost',
    summary: 'the till takes the fee and does not report it until it is asked',
    expected: issued,
    arrange: scene =>
      void scene.put(scene.shop.panel.till.behaviours, event =>
        event.is === 'paid' ? 'nothing' : undefined,
      ),
  },
  {
    name: 'till.refuses-void',
    summary: 'the resident pays half, presses 取消, and the till refuses to return the money',
    expected: end('refundDue', 'pay/declined'),
    arrange(scene) {
      scene.does(changesTheirMind);
      scene.put(scene.shop.panel.till.behaviours, refusesVoid);
    },
  },
  {
    name: 'till.slow-void',
    summary: 'the resident pays half, presses 取消, and the till returns the money at the third request',
    expected: end('abandoned', 'pay/declined'),
    arrange(scene) {
      scene.does(changesTheirMind);
      let left = 2;
      scene.put(scene.shop.panel.till.behaviours, event =>
        event.is === 'asked' && event.operation === 'void' && left-- > 0
          ? { state: 'pending', paidYen: 100 }
          : undefined,
      );
    },
  },
  {
    name: 'till.mute',
    summary: 'the till does not answer',
    expected: end('abandoned', 'panel/timeout'),
    arrange(scene) {
      const { behaviours } = scene.shop.panel.till;
      const speak = scene.put(behaviours, () => 'nothing' as const);
      scene.atState('void', speak);
    },
  },
  {
    name: 'till.does-not-capture',
    summary: 'the fee is paid, and the till does not capture it',
    expected: end('abandoned', 'till/notCaptured'),
    arrange: scene =>
      void scene.put(scene.shop.panel.till.behaviours, asked('capture', { state: 'paid', paidYen: 200 })),
  },
  reportsWrongly('reports-too-much', 'the till says that 500 yen are paid for a fee of 200', event =>
    event.is === 'paid' ? { state: 'paid', paidYen: 500 } : undefined,
  ),
  reportsWrongly(
    'captures-nothing',
    'the till says that it captured 0 yen',
    asked('capture', { state: 'captured', paidYen: 0 }),
  ),
  keepsCoins(
    'refuses-void-with-0',
    'the resident pays half, presses 取消, and the till refuses to return the money and says that it has none',
    { state: 'refused', paidYen: 0 },
  ),
  keepsCoins(
    'forgets-coins',
    'the resident pays half, presses 取消, and the till does not know the payment any more',
    { state: 'none', paidYen: 0 },
  ),
];
