// Helpers for faults of printing: the number of sides, and an action before a chosen side is printed.
import type { Behaviour } from '../page-printer/printer.ts';
import type { PagePrinterHandle } from '../page-printer/start.ts';
import type { Scene } from './scene.ts';

/** The resident orders two copies: two sides are printed. */
export function twoSides(scene: Scene): void {
  const { wish } = scene;
  scene.wish = offer => {
    const choice = wish(offer);
    return choice && { ...choice, copies: 2 };
  };
}

/** Acts once, before `side` [1..] leaves the tray. The printer holds the side until its state changes. */
export function atSide(scene: Scene, side: number, act: (printer: PagePrinterHandle) => void): void {
  const printer = scene.shop.terminal.devices.pagePrinter;
  let acted = false;
  const behaviour: Behaviour = {
    name: `atSide(${side})`,
    onPage(page) {
      if (acted || page.side !== side) return undefined;
      acted = true;
      setImmediate(() => act(printer)); // after the printer has stopped the page
      return 'hold';
    },
  };
  scene.put(printer.behaviours, behaviour);
}
