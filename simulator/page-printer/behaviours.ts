// Faults of a page printer: several are put in one list, and the first that fits acts.
import type { Behaviour, VirtualPrinter } from './printer.ts';

/** Paper jams before side `side` [1..] of a job, once; clear `media-jam-error` to go on with that side. */
export function jamAtPage(side: number): Behaviour {
  let jammed = false;
  return {
    name: `jamAtPage(${side})`,
    onPage(page, printer) {
      if (jammed || page.side !== side) return undefined;
      jammed = true;
      printer.raise('media-jam-error');
      return 'hold';
    },
  };
}

/** The tray holds `sheets` sides and is then empty, from the start by default; clear `media-empty-error` to fill it up. */
export function paperOut(sheets = 0): Behaviour {
  let left = sheets;
  let refilled = false;
  const out = (printer: VirtualPrinter) => {
    refilled = true;
    printer.raise('media-empty-error');
  };
  return {
    name: `paperOut(${sheets})`,
    onStart(printer) {
      if (left === 0) out(printer);
    },
    onPage(_page, printer) {
      if (refilled || left-- > 0) return undefined;
      out(printer);
      return 'hold';
    },
  };
}
