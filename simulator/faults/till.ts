// What can be wrong with a till.
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
    summary: 'half of the fee is paid, and no more',
    expected: end('abandoned', 'pay/timeout'),
    arrange: scene => scene.does(onPrompt('pay', visit => insert(visit, 100))),
  },
  {
    name: 'till.news-lost',
    summary: 'the till takes the fee and says nothing, until it is asked',
    expected: issued,
    arrange: scene =>
      void scene.put(scene.shop.panel.till.behaviours, event =>
        event.is === 'paid' ? 'nothing' : undefined,
      ),
  },
  {
    name: 'till.refuses-void',
    summary: 'the resident presses 取消 when half is paid, and the till will not give it back',
    expected: end('refundDue', 'pay/declined'),
    arrange(scene) {
      scene.does(changesTheirMind);
      scene.put(scene.shop.panel.till.behaviours, refusesVoid);
    },
  },
  {
    name: 'till.slow-void',
    summary: 'the resident presses 取消 when half is paid, and the till gives it back at the third asking',
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
    summary: 'the till answers nothing',
    expected: end('abandoned', 'panel/timeout'),
    arrange(scene) {
      const { behaviours } = scene.shop.panel.till;
      const speak = scene.put(behaviours, () => 'nothing' as const);
      scene.atState('void', speak);
    },
  },
  {
    name: 'till.does-not-capture',
    summary: 'the fee is paid, and the till does not keep it',
    expected: end('abandoned', 'till/notCaptured'),
    arrange: scene =>
      void scene.put(scene.shop.panel.till.behaviours, asked('capture', { state: 'paid', paidYen: 200 })),
  },
];
