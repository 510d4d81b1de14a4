// The gate's code that is put to the test: imported once as it stands, and once more for each mutant.

export { startGate } from '../../../../drivers/gate/gate.ts';
export { gateCommands } from '../../../../drivers/gate/gate-commands.ts';
export { Session } from '../../../../drivers/gate/session.ts';
export { IppPagePrinter } from '../../../../drivers/page/ipp-page-printer.ts';
