// The gate's commands for the agent, one entry each. Answers of devices are passed on; a certificate, a document and its key
// never leave the gate.

import { innerMs } from '../../drivers/base/deadline.ts';
import { isMadoguchiError } from '../../drivers/base/error.ts';
import { withTimeout } from '../../drivers/base/with-timeout.ts';
import type { PrintTicket } from '../../drivers/contract/page.ts';
import type { CallOptions } from '../../drivers/door/client.ts';
import type { CommandContext, CommandSet } from '../../drivers/door/types.ts';
import { offlineStatus } from '../../drivers/page/printer-status.ts';
import type { DeviceStatus } from '../commands/device-status.ts';
import type { CommandEvent, GateDoor } from '../commands/gate-door.ts';
import type { GateParts, Signer } from './gate-parts.ts';
import { GateRefusal } from './gate-refusal.ts';
import { evidenceFor, keepEvidence } from './print/kept-evidence.ts';
import type { LeftoverJobs } from './print/leftover-jobs.ts';
import { PrintRun, ticketOf } from './print/print-run.ts';
import { ResolvedPrints } from './print/resolved-prints.ts';
import { authenticate } from './transaction/authenticate.ts';
import { checkDocument } from './transaction/check-document.ts';
import { order } from './transaction/order.ts';
import type { Session } from './transaction/session.ts';
import type { Transaction } from './transaction/transaction.ts';

/** State of the native process's devices while that process is away. */
const away: Omit<DeviceStatus, 'page'> = {
  card: { online: false, present: false },
  pinpad: { online: false },
  receipt: { online: false, cover: 'unknown', paper: 'unknown', error: 'unknown' },
  native: false,
};

/**
 * A printer that does not answer within this time, in ms, or a quarter of the command's where that is more, counts as offline: it
 * must not delay the report of the others, or what follows.
 */
const statusWithinMs = 2_500;

export function gateCommands(
  parts: GateParts,
  session: Session,
  leftovers: Pick<LeftoverJobs, 'look'>,
): CommandSet<GateDoor> {
  const { native, printer, clock } = parts;
  const resolved = new ResolvedPrints(parts);
  const patienceMs = (deadlineMs: number) => Math.max(statusWithinMs, (deadlineMs - clock.now()) / 4);

  /** The native process gets the time that is left of the agent's timeout. */
  const options = (
    { signal, deadlineMs, emit }: CommandContext<CommandEvent>,
    end?: AbortSignal,
  ): CallOptions<CommandEvent> => ({
    timeoutMs: Math.max(0, deadlineMs - clock.now()),
    signal: end ? AbortSignal.any([signal, end]) : signal,
    onEvent: emit,
  });
  const signer =
    (transaction: Transaction, context: CommandContext<CommandEvent>): Signer =>
    message =>
      native.call('sign', { message }, options(context, transaction.signal));

  const devicesNow = async (context: CommandContext<CommandEvent>): Promise<Omit<DeviceStatus, 'page'>> => {
    try {
      return { ...(await native.call('status', {}, options(context))), native: true };
    } catch (error) {
      if (isMadoguchiError(error) && error.code === 'gate/nativeAway') return away;
      throw error;
    }
  };

  return {
    status: {
      async run(_params, context) {
        const page = withTimeout(
          clock,
          patienceMs(context.deadlineMs),
          printer.status(),
          offlineStatus('page/offline'),
        );
        const [devices, now] = await Promise.all([devicesNow(context), page]);
        // what keeps the printer from being ready may be a job of ours that nobody waits for
        if (now.online && !now.ready && !session.occupied) void leftovers.look();
        return { ...devices, page: now };
      },
    },
    open: {
      async run({ transaction }) {
        session.open(transaction);
        parts.keySet = parts.keySets.youngest(parts.keySet);
        return {};
      },
    },
    readCard: {
      run: ({ transaction }, context) =>
        session.run(transaction, async t => {
          if (t.order) throw new GateRefusal('gate/sequence', { detail: { reason: 'orderedBefore' } });
          t.forgetCard(); // first, because from now on native may be connected to another card
          const { profile, triesLeft, certificate } = await native.call(
            'readCard',
            {},
            options(context, t.signal),
          );
          t.signal.throwIfAborted();
          t.certificate = certificate;
          return { profile, triesLeft };
        }),
    },
    verifyPin: {
      run: ({ transaction, timeoutMs }, context) =>
        session.run(transaction, t => {
          t.need('certificate');
          return native.call('verifyPin', { timeoutMs }, options(context, t.signal));
        }),
    },
    authenticate: {
      run: ({ transaction, challenge }, context) =>
        session.run(transaction, async t => ({
          sealed: await authenticate(t, challenge, parts, signer(t, context)),
        })),
    },
    order: {
      run: ({ transaction, ...request }, context) =>
        session.run(transaction, async t => ({ sealed: await order(t, request, parts, signer(t, context)) })),
    },
    putDocument: {
      run: ({ transaction, offset, size, chunk }) =>
        session.run(transaction, t => {
          t.need('order');
          return { received: t.intake.put(offset, size, chunk) };
        }),
    },
    check: {
      run: ({ transaction }, { deadlineMs }) =>
        session.run(transaction, async t => {
          const checked = check(t, parts);
          // the agent's question for the printer's state follows within the same time
          const limitMs = Math.min(innerMs(clock, deadlineMs), patienceMs(deadlineMs));
          if (t.document) await insistOnOffer(parts, ticketOf(transaction, t.document), limitMs);
          return checked;
        }),
    },
    createJob: {
      run: ({ transaction }, { deadlineMs }) =>
        session.run(transaction, async t => {
          if (t.print) throw new GateRefusal('gate/printedBefore');
          if (!t.document) throw new GateRefusal('gate/notChecked');
          t.print = new PrintRun(parts, t.document); // the latch is set before anything is sent to the printer
          const making = t.print.createJob(transaction, innerMs(clock, deadlineMs));
          making.catch(() => leftovers.look()); // its answer may be lost, and the job made
          const { id, uri } = await making;
          return { job: { id, uri }, impressions: t.print.impressions };
        }),
    },
    print: {
      async run({ transaction, timeoutMs }, { emit }) {
        const cutOff = session.has(transaction) ? undefined : await parts.notes.find(transaction);
        if (cutOff) return await resolved.of(cutOff, timeoutMs, emit);
        const t = session.of(transaction);
        if (!t.print) throw new GateRefusal('gate/notChecked');
        return await t.print.print(timeoutMs, () => t.eraseDocument(), emit);
      },
    },
    printReceipt: {
      run: (params, context) => native.call('printReceipt', params, options(context)),
    },
    close: {
      async run({ transaction, evidenceReceived }) {
        const printed = await session.close(transaction);
        if (evidenceReceived) await parts.notes.forget(transaction);
        else await keepEvidence(parts.notes, transaction, printed);
        return {};
      },
    },
    takeKeySet: {
      async run({ keySet }) {
        await parts.keySets.take(keySet, parts.keySet);
        return {};
      },
    },
    lateEvidence: {
      async run(_params, { deadlineMs, emit }) {
        if (session.occupied) return { pending: true };
        const [note] = await parts.notes.list();
        if (!note) return { pending: false };
        const found = await evidenceFor(note, resolved, innerMs(clock, deadlineMs), emit);
        return { found, pending: true };
      },
    },
  };
}

/** Before anybody pays: the printer must offer what was ordered. Its state is not judged here: the agent asks for that. */
async function insistOnOffer({ printer }: GateParts, ticket: PrintTicket, limitMs: number): Promise<void> {
  await printer.validateJob(ticket, limitMs).catch(error => {
    if (!isMadoguchiError(error) || error.code === 'page/refused') throw error;
  });
}

/** A refused document is erased at once. No other document is taken in this transaction. */
function check(t: Transaction, { settings, keySet }: GateParts): { pages: number; copies: number } {
  if (!t.document) {
    t.intake.whole();
    try {
      t.document = checkDocument(t, settings.terminal, keySet);
    } finally {
      t.intake.erase();
    }
  }
  const { pages, order: ordered } = t.document.manifest;
  return { pages, copies: ordered.copies };
}
