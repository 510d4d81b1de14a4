// Faults of a receipt printer.
import type { Behaviour } from '../receipt-printer/behaviour.ts';
import { noFenceAnswer } from '../receipt-printer/faulty-behaviours.ts';
import type { PrinterState } from '../receipt-printer/printer-state.ts';
import { closed, type Fault, withoutReceipt } from './fault.ts';
import type { Scene } from './scene.ts';

/** Number of printed lines after which a fault strikes: in the middle of the text of a slip. */
const someLines = 3;

/** A sensor reports a fault before the visit. Staff correct it. */
const before = (
  name: string,
  summary: string,
  code: string,
  bad: Partial<PrinterState>,
  good: Partial<PrinterState>,
): Fault => ({
  name: `receipt.${name}-before`,
  summary,
  expected: closed(code),
  arrange: ({ shop }) => shop.terminal.devices.receiptPrinter.change(bad),
  mend: ({ shop }) => shop.terminal.devices.receiptPrinter.change(good),
});

/** A sensor reports a fault in the middle of a slip. It is corrected after the visit. */
const during = (
  name: string,
  summary: string,
  bad: Partial<PrinterState>,
  good: Partial<PrinterState>,
): Fault => ({
  name: `receipt.${name}`,
  summary,
  expected: withoutReceipt,
  arrange(scene) {
    const { receiptPrinter } = scene.shop.terminal.devices;
    scene.put(receiptPrinter.behaviours, inTheMiddle(bad));
    scene.undo(() => receiptPrinter.change(good));
  },
});

function inTheMiddle(bad: Partial<PrinterState>): Behaviour {
  let from: number | undefined;
  let struck = false;
  return (came, state) => {
    if (came.is !== 'command' || struck) return undefined;
    from ??= state.lines;
    if (state.lines - from < someLines) return undefined;
    struck = true;
    Object.assign(state, bad);
    return undefined;
  };
}

const unplug = (scene: Scene) => scene.shop.terminal.devices.receiptPrinter.unplug();
const plug = (scene: Scene) => scene.shop.terminal.devices.receiptPrinter.plug();

const faults: readonly Fault[] = [
  before('paper-out', 'the roll is empty', 'receipt/paper', { paper: 'out' }, { paper: 'full' }),
  during('paper-out', 'the roll ends in the middle of a receipt', { paper: 'out' }, { paper: 'full' }),
  before('cover-open', 'the cover is open', 'receipt/cover', { cover: 'open' }, { cover: 'closed' }),
  during(
    'cover-open',
    'the cover is opened in the middle of a receipt',
    { cover: 'open' },
    { cover: 'closed' },
  ),
  before('cutter', 'the cutter is stuck', 'receipt/error', { error: 'cutter' }, { error: 'none' }),
  {
    name: 'receipt.no-fence-answer',
    summary: 'the printer prints, and never confirms it (no process ID response)',
    expected: withoutReceipt,
    arrange: scene => void scene.put(scene.shop.terminal.devices.receiptPrinter.behaviours, noFenceAnswer()),
  },
  {
    name: 'receipt.unplugged-before',
    summary: 'the receipt printer’s cable is unplugged',
    expected: closed('receipt/offline'),
    arrange: unplug,
    mend: plug,
  },
  {
    name: 'receipt.unplugged',
    summary: 'the receipt printer’s cable is pulled while the certificate is printed',
    expected: withoutReceipt,
    arrange(scene) {
      scene.atState('print', () => unplug(scene));
      scene.undo(() => plug(scene));
    },
  },
];

export const receiptFaults: readonly Fault[] = faults.map(fault => ({ ...fault, mayLoseSlip: true }));
