// Faults of a PIN pad, of its serial line, and of the person who types.
import { deaf, garbled, noisy, repeatsKsn } from '../pinpad/faulty-behaviours.ts';
import { closed, type Expected, end, type Fault, issued } from './fault.ts';
import { onPrompt } from './habits.ts';
import { takeAway } from './scene.ts';

const left = end('abandoned', 'pinpad/canceledOrTimeout');
/** The pad's time limit is a multiple of 30 s. A shorter time limit is the terminal's. */
const late: Expected = { ends: [...left.ends, ...end('abandoned', 'pin/timeout').ends] };

const silent = deaf();

export const pinpadFaults: readonly Fault[] = [
  {
    name: 'pinpad.cancel',
    summary: 'the resident presses the pad’s cancel key',
    expected: left,
    arrange: scene => scene.does(onPrompt('enterPin', () => scene.shop.terminal.devices.pinpad.cancel())),
  },
  {
    name: 'pinpad.too-few-digits',
    summary: 'the resident types two digits, presses ENTER, and does nothing more',
    expected: late,
    arrange: scene => scene.does(onPrompt('enterPin', ({ hands }) => hands.typePin('12'))),
  },
  {
    name: 'pinpad.silent-before',
    summary: 'the pad does not answer',
    expected: closed('pinpad/offline'),
    arrange: scene => void scene.put(scene.shop.terminal.devices.pinpad.behaviours, silent),
    mend: ({ shop }) => takeAway(shop.terminal.devices.pinpad.behaviours, silent),
  },
  {
    name: 'pinpad.silent',
    summary: 'the pad stops answering when the card is read',
    expected: end('refused', 'pinpad/offline'),
    arrange: scene =>
      scene.atState('card', () => void scene.put(scene.shop.terminal.devices.pinpad.behaviours, deaf())),
  },
  {
    name: 'pinpad.noise',
    summary: 'there is noise on the line before the pad’s answer',
    expected: issued,
    arrange: scene => void scene.put(scene.shop.terminal.devices.pinpad.behaviours, noisy('\x7f#\x02x\x02')),
  },
  {
    name: 'pinpad.garbled',
    summary: 'the pad sends its answer twice with a wrong check character, then with the right one',
    expected: issued,
    arrange: scene => void scene.put(scene.shop.terminal.devices.pinpad.behaviours, garbled(2)),
  },
  {
    name: 'pinpad.repeated-ksn',
    summary: 'the pad, or an attacker on its line, answers with a key serial number that was already used',
    expected: { ...end('refused', 'pinpad/fraudAttempt'), staysClosed: ['pinpad/tampered'] },
    arrange(scene) {
      scene.put(scene.shop.terminal.devices.pinpad.behaviours, repeatsKsn);
      // the first PIN is wrong: only the second answer can repeat the key serial number of the first
      let typed = 0;
      scene.does(onPrompt('enterPin', ({ hands, pin }) => hands.typePin(typed++ === 0 ? '0000' : pin)));
      scene.does(onPrompt('wrongPin', ({ hands, pin }) => hands.typePin(pin)));
    },
  },
  {
    name: 'pinpad.unplugged-before',
    summary: 'the pad’s cable is unplugged',
    expected: closed('pinpad/offline'),
    arrange: ({ shop }) => shop.terminal.devices.pinpad.pty.unplug(),
    mend: ({ shop }) => shop.terminal.devices.pinpad.pty.plug(),
  },
  {
    name: 'pinpad.unplugged',
    summary: 'the pad’s cable is pulled while the resident types',
    expected: end('refused', 'pinpad/offline'),
    arrange(scene) {
      const { pty } = scene.shop.terminal.devices.pinpad;
      scene.does(onPrompt('enterPin', () => void pty.unplug()));
      scene.undo(() => pty.plug());
    },
  },
];
