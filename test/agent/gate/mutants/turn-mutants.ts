// Mutants that forget what came before: the end of a transaction, the latches of a print, one order, one card.
import type { Mutant } from './mutant.ts';
import * as orders from './order-visits.ts';
import * as prints from './print-visits.ts';

const commands = 'agent/gate/gate-commands.ts';
const printRun = 'agent/gate/print/print-run.ts';
const session = 'agent/gate/transaction/session.ts';
const transaction = 'agent/gate/transaction/transaction.ts';

export const turnMutants: readonly Mutant[] = [
  {
    name: 'after half an hour a transaction is over',
    change: { file: session, find: '() => void this.abandon()', replace: '() => {}' },
    visit: prints.heldBack,
    code: 'gate/noTransaction',
  },
  {
    name: 'when half an hour is over, a job that was made is not printed',
    change: { file: session, find: 'transaction.print.withdraw();', replace: '' },
    visit: prints.heldBackWithJob,
    backedBy: {
      file: session,
      find: 'transaction.eraseDocument();',
      replace: '',
      because: 'its document is zeroed: nothing that a printer can read goes out',
    },
  },
  {
    name: 'with its agent a transaction is over',
    change: { file: 'agent/gate/gate.ts', find: 'await session.abandon();', replace: '' },
    visit: prints.agentGone,
    code: 'gate/noTransaction',
  },
  {
    name: 'close ends it',
    change: {
      file: session,
      find: 'if (!transaction || (name !== undefined && transaction.name !== name)) return undefined;',
      replace: 'if (transaction || name) return;',
    },
    visit: prints.printedAfterClose,
    code: 'gate/noTransaction',
  },
  {
    name: 'close ends it before it waits for the printer',
    change: { file: session, find: 'if (!transaction.print?.sending) transaction.end();', replace: '' },
    visit: prints.printedWhileClosing,
    code: 'gate/noTransaction',
  },
  {
    name: 'one that waits for its printer is not open',
    change: { file: session, find: '|| transaction.signal.aborted) throw', replace: ') throw' },
    visit: prints.printedWhileClosing,
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
    visit: prints.namesAnother,
    code: 'gate/noTransaction',
    backedBy: {
      file: 'agent/gate/gate-commands.ts',
      find: 'if (cutOff) return',
      replace: 'if (cutOff && !cutOff) return',
      because:
        'a job under another name than the open transaction’s is one of a gate that died: it is only asked about',
    },
  },
  {
    name: 'the document is sent once',
    change: { file: printRun, find: 'this.#printing ??= this.#run(', replace: 'this.#printing = this.#run(' },
    visit: prints.printedTwice,
  },
  {
    name: 'the job is made once',
    change: {
      file: commands,
      find: "if (t.print) throw new GateRefusal('gate/printedBefore');",
      replace: '',
    },
    visit: prints.jobMadeTwice,
    code: 'gate/printedBefore',
  },
  {
    name: 'what was sent is erased',
    change: { file: printRun, find: '    erase();\n', replace: '' },
    visit: prints.jobMadeAfterwards,
    code: 'gate/printedBefore',
    backedBy: {
      file: commands,
      find: "if (t.print) throw new GateRefusal('gate/printedBefore');",
      replace: '',
      because: 'no second job is made',
    },
  },
  {
    name: 'a late job is cancelled',
    change: {
      file: 'agent/gate/print/job-end.ts',
      find: 'await this.cancel(Math.max(minCallMs, leftMs() / 2));\n    return this.#withEvidence(',
      replace: 'return this.#withEvidence(',
    },
    visit: prints.paperFilledUpLater,
  },
  {
    name: 'a job is its number, its name and its uuid',
    change: {
      file: 'drivers/page/job-identity.ts',
      find: 'return name === job.name && (job.uuid === undefined || uuid === undefined || uuid === job.uuid);',
      replace: 'return true;',
    },
    visit: prints.numberReused,
  },
  {
    name: 'only what was checked is printed',
    change: {
      file: commands,
      find: "if (!t.document) throw new GateRefusal('gate/notChecked');",
      replace:
        't.document ??= checkDocument(t, parts.settings.terminal, parts.keySet, { manifest: [], pages: [] });',
    },
    visit: orders.unchecked,
    code: 'gate/notChecked',
  },
  {
    name: 'after a refused document no other is taken',
    change: { file: 'agent/gate/transaction/document-intake.ts', find: 'this.#closed = true;', replace: '' },
    visit: orders.anotherAfterRefusal,
    code: 'gate/sequence',
  },
  {
    name: 'one order in a transaction',
    change: { file: 'agent/gate/transaction/order.ts', find: 'transaction.forgetCard();', replace: '' },
    visit: orders.orderedTwice,
    code: 'gate/sequence',
  },
  {
    name: 'one command at a time',
    change: { file: session, find: "if (transaction.busy) throw new GateRefusal('gate/busy');", replace: '' },
    visit: orders.orderedAtOnce,
    code: 'gate/busy',
  },
  {
    name: 'no card is read after the order',
    change: { file: commands, find: 'if (t.order) throw', replace: 'if (!t) throw' },
    visit: orders.anothersCardAfterOrder,
    code: 'gate/sequence',
  },
  {
    name: 'a card that is read anew authenticates anew',
    change: {
      file: transaction,
      find: 'this.certificate = this.authentication = undefined;',
      replace: 'this.certificate = undefined;',
    },
    visit: orders.anothersCardUnauthenticated,
    code: 'gate/sequence',
  },
  {
    name: 'a reading that failed leaves nothing of the card before',
    change: { file: commands, find: 't.forgetCard(); // first', replace: '// first' },
    visit: orders.anothersCardUnread,
    code: 'gate/sequence',
  },
];
