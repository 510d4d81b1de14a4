// Mutants that forget what came before: the end of a transaction, the latches of a print, one order, one card.
import type { Mutant } from './mutant.ts';
import * as visits from './visits.ts';

const commands = 'drivers/gate/gate-commands.ts';
const printRun = 'drivers/gate/print-run.ts';
const session = 'drivers/gate/session.ts';
const transaction = 'drivers/gate/transaction.ts';

export const turnMutants: readonly Mutant[] = [
  {
    name: 'after half an hour a transaction is over',
    change: { file: session, find: '() => void this.abandon()', replace: '() => {}' },
    visit: visits.heldBack,
    code: 'gate/noTransaction',
  },
  {
    name: 'close ends it',
    change: {
      file: session,
      find: 'if (!transaction || (name !== undefined && transaction.name !== name)) return;',
      replace: 'if (transaction || name) return;',
    },
    visit: visits.printedAfterClose,
    code: 'gate/noTransaction',
  },
  {
    name: 'close ends it before it waits for the printer',
    change: { file: session, find: 'if (!transaction.print?.sending) transaction.end();', replace: '' },
    visit: visits.printedWhileClosing,
    code: 'gate/noTransaction',
  },
  {
    name: 'one that waits for its printer is not open',
    change: { file: session, find: '|| transaction.signal.aborted) throw', replace: ') throw' },
    visit: visits.printedWhileClosing,
    code: 'gate/noTransaction',
    backedBy: {
      file: transaction,
      find: 'this.document?.pdf.fill(0);',
      replace: '',
      because: 'its document is zeroed: nothing that a printer can read goes out',
    },
  },
  {
    name: 'a command is for the open transaction only',
    change: { file: session, find: 'transaction?.name !== name ||', replace: '!transaction ||' },
    visit: visits.namesAnother,
    code: 'gate/noTransaction',
  },
  {
    name: 'the document is sent once',
    change: { file: printRun, find: 'this.printing ??= this.run(', replace: 'this.printing = this.run(' },
    visit: visits.printedTwice,
  },
  {
    name: 'the job is made once',
    change: {
      file: commands,
      find: "if (t.print) throw new GateRefusal('gate/printedBefore');",
      replace: '',
    },
    visit: visits.jobMadeTwice,
    code: 'gate/printedBefore',
  },
  {
    name: 'what was sent is erased',
    change: { file: printRun, find: '    erase();\n', replace: '' },
    visit: visits.jobMadeAfterwards,
    code: 'gate/printedBefore',
    backedBy: {
      file: commands,
      find: "if (t.print) throw new GateRefusal('gate/printedBefore');",
      replace: '',
      because: 'no second job is made',
    },
  },
  {
    name: 'a late job is given up',
    change: {
      file: printRun,
      find: 'await this.giveBack();\n    return await this.watch(',
      replace: 'return await this.watch(',
    },
    visit: visits.paperFilledUpLater,
  },
  {
    name: 'only what was checked is printed',
    change: {
      file: commands,
      find: "if (!t.document) throw new GateRefusal('gate/notChecked');",
      replace: 't.document ??= checkDocument(t, parts.settings.terminal, parts.keySet, []);',
    },
    visit: visits.unchecked,
    code: 'gate/notChecked',
  },
  {
    name: 'after a refused document no other is taken',
    change: { file: 'drivers/gate/document-intake.ts', find: 'this.closed = true;', replace: '' },
    visit: visits.anotherAfterRefusal,
    code: 'gate/sequence',
  },
  {
    name: 'one order in a transaction',
    change: { file: 'drivers/gate/order.ts', find: 'transaction.forgetCard();', replace: '' },
    visit: visits.orderedTwice,
    code: 'gate/sequence',
  },
  {
    name: 'no card is read after the order',
    change: { file: commands, find: 'if (t.order) throw', replace: 'if (!t) throw' },
    visit: visits.anothersCardAfterOrder,
    code: 'gate/sequence',
  },
  {
    name: 'a card that is read anew authenticates anew',
    change: {
      file: transaction,
      find: 'this.certificate = this.authentication = undefined;',
      replace: 'this.certificate = undefined;',
    },
    visit: visits.anothersCardUnauthenticated,
    code: 'gate/sequence',
  },
  {
    name: 'a reading that failed leaves nothing of the card before',
    change: { file: commands, find: 't.forgetCard(); // first', replace: '// first' },
    visit: visits.anothersCardUnread,
    code: 'gate/sequence',
  },
];
