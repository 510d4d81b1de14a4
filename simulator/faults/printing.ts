// Printing as it is brought into trouble: how many sides, and what happens when one is about to move.
import type { Behaviour } from '../page-printer/printer.ts';
import type { PagePrinterHandle } from '../page-printer/start.ts';
import type { Scene } from './scene.ts';

/** Two sides are ordered. */
export function twoSides(scene: Scene): void {
  const { wish } = scene;
  scene.wish = offer => {
    const choice = wish(offer);
    return choice && { ...choice, copies: 2 };
  };
}

/** Acts once, when `side` [1..] is about to leave the tray, and holds it there until something changes at the printer. */
export function atSide(scene: Scene, side: number, act: (printer: PagePrinterHandle) => void): void {
  const printer = scene.shop.terminal.devices.pagePrinter;
  let acted = false;
  const behaviour: Behaviour = {
    name: `atSide(${side})`,
    onPage(page) {
      if (acted || page.side !== side) return undefined;
      acted = true;
      setImmediate(() => act(printer)); // when the page is held
      return 'hold';
    },
  };
  scene.put(printer.behaviours, behaviour);
}
