// The gate's code under test: imported once unchanged, and once more for each mutant.

export { startGate } from '../../../../agent/gate/gate.ts';
export { gateCommands } from '../../../../agent/gate/gate-commands.ts';
export { Session } from '../../../../agent/gate/transaction/session.ts';
export { IppPagePrinter } from '../../../../drivers/page/ipp-page-printer.ts';
