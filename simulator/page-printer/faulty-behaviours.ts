// Faulty behaviours of a page printer. Several may be in one list: the first that has an answer acts.
import type { Behaviour, VirtualPrinter } from './printer.ts';

/** The paper jams once, before side `side` [1..] of a job. Clear `media-jam-error` to print that side. */
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

/** The tray holds `sheets` sides and is then empty (0: at the start). Clear `media-empty-error` to refill it. */
export function paperOut(sheets = 0): Behaviour {
  let left = sheets;
  let refilled = false;
  const becomeEmpty = (printer: VirtualPrinter) => {
    refilled = true;
    printer.raise('media-empty-error');
  };
  return {
    name: `paperOut(${sheets})`,
    onStart(printer) {
      if (left === 0) becomeEmpty(printer);
    },
    onPage(_page, printer) {
      if (refilled || left-- > 0) return undefined;
      becomeEmpty(printer);
      return 'hold';
    },
  };
}
