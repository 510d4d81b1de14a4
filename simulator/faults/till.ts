// Faults of a till.
import type { TillBehaviour } from '../customer/till.ts';
import { end, type Fault, issued } from './fault.ts';
import { changesTheirMind, insert, onPrompt, refusesVoid } from './habits.ts';

const asked =
  (operation: string, answer: ReturnType<TillBehaviour>): TillBehaviour =>
  event =>
    event.is === 'asked' && event.operation === operation ? answer : undefined;

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
];
