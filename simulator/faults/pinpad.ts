// What can be wrong with a PIN pad, its line, and whoever presses its keys.
import { deaf, garbled, noisy, repeatsKsn } from '../pinpad/faults.ts';
import { closed, type Expected, end, type Fault, issued } from './fault.ts';
import { onPrompt } from './habits.ts';
import { takeAway } from './scene.ts';

const left = end('abandoned', 'pinpad/canceledOrTimeout');
/** The pad counts in half minutes: a shorter patience is the terminal's. */
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
    summary: 'two digits, then ENTER, then nothing more',
    expected: late,
    arrange: scene => scene.does(onPrompt('enterPin', ({ hands }) => hands.typePin('12'))),
  },
  {
    name: 'pinpad.silent-before',
    summary: 'the pad answers nothing',
    expected: closed('pinpad/offline'),
    arrange: scene => void scene.put(scene.shop.terminal.devices.pinpad.behaviours, silent),
    mend: ({ shop }) => takeAway(shop.terminal.devices.pinpad.behaviours, silent),
  },
  {
    name: 'pinpad.silent',
    summary: 'the pad answers nothing from when the card is read',
    expected: end('refused', 'pinpad/offline'),
    arrange: scene =>
      scene.atState('card', () => void scene.put(scene.shop.terminal.devices.pinpad.behaviours, deaf())),
  },
  {
    name: 'pinpad.noise',
    summary: 'noise on the line before the pad’s answer',
    expected: issued,
    arrange: scene => void scene.put(scene.shop.terminal.devices.pinpad.behaviours, noisy('\x7f#\x02x\x02')),
  },
  {
    name: 'pinpad.garbled',
    summary: 'the pad’s answer comes twice with a wrong check character, then right',
    expected: issued,
    arrange: scene => void scene.put(scene.shop.terminal.devices.pinpad.behaviours, garbled(2)),
  },
  {
    name: 'pinpad.repeated-ksn',
    summary: 'the pad, or somebody on its line, answers with a key serial number that was used before',
    expected: { ...end('refused', 'pinpad/fraudAttempt'), staysClosed: ['pinpad/tampered'] },
    arrange(scene) {
      scene.put(scene.shop.terminal.devices.pinpad.behaviours, repeatsKsn);
      // the first PIN is wrong, so that there is a second answer to repeat the number of the first
      let typed = 0;
      scene.does(onPrompt('enterPin', ({ hands, pin }) => hands.typePin(typed++ === 0 ? '0000' : pin)));
      scene.does(onPrompt('wrongPin', ({ hands, pin }) => hands.typePin(pin)));
    },
  },
  {
    name: 'pinpad.unplugged-before',
    summary: 'the pad’s cable is out',
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
