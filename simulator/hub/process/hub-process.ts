// The virtual hub in a process of its own, which can be killed with -9. The broker is another process. The operator's work
// (codes, cards, reading the ledger) is done from this process, in the hub's databases.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootThumbprint } from '../../../agent/protocol/root.ts';
import { type Child, startChild } from '../../child.ts';
import { closeAll } from '../../interrupted.ts';
import { program } from '../../programs.ts';
import { startBroker } from '../broker.ts';
import { CardRegistry, cardsSchema } from '../card-authentication/card-registry.ts';
import { codesSchema, EnrolmentCodes } from '../enrolment/codes.ts';
import { makeAuthority } from '../keys/authority.ts';
import { openHubKeys, rootOf } from '../keys/hub-keys.ts';
import { openLedgerReader } from '../ledger/ledger.ts';
import { consentTo } from '../operator/consent.ts';
import { makeResidents } from '../residents/residents.ts';
import { systemHubClock } from '../service/hub-clock.ts';
import { HubError } from '../service/hub-error.ts';
import { openDatabase } from '../store/database.ts';
import { Terminals, terminalsSchema } from '../store/terminals.ts';
import type { HubOptions, RunningHub } from './hub.ts';
import type { FromHub, ToHub } from './main.ts';

export type HubProcessOptions = Pick<HubOptions, 'dir' | 'say' | 'waits'> & {
  /** Certificate (DER) of the authority whose cards are accepted. */
  cardAuthority: readonly [{ certificateDer: Buffer }];
};

const main = program('simulator/hub/process/main');
const day = 86_400_000;

/**
 * Errors: HubError if a part is missing or does not start. Of the returned hub, `behaviours`, `restore`, `telemetry`,
 * `forge`, `present`, `documentsHeld` and `ledger.backup` throw HubError: they need the memory of the other process.
 */
export async function startHubProcess(options: HubProcessOptions): Promise<RunningHub> {
  const { dir, say, waits = {}, cardAuthority } = options;
  const { wall } = systemHubClock;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const authority = join(dir, 'card-authority.der');
  await writeFile(authority, cardAuthority[0].certificateDer);
  const keys = openHubKeys(join(dir, 'keys'));
  const link = await makeAuthority('Madoguchi link', keys.link, wall);
  const broker = await startBroker({ dir: join(dir, 'broker'), link, stores: true });

  let child: Child | undefined;
  let enrolmentUrl = '';
  const start = async () => {
    const lastLines: string[] = [];
    const started = startChild(
      [
        ...[process.execPath, main, '--dir', dir, '--broker', broker.url],
        ...['--card-authority', authority, '--waits', JSON.stringify(waits)],
      ],
      line => {
        lastLines.splice(0, lastLines.length - 20);
        lastLines.push(line);
        say(line);
      },
      undefined,
      { talks: true },
    );
    child = started;
    const serves = new Promise<FromHub>(resolve => started.process.once('message', resolve as never));
    const first = await Promise.race([serves, started.ended]);
    if (!('enrolmentUrl' in first))
      throw new HubError(`the hub ended (${first.signal ?? first.code}): ${lastLines.join(' ')}`);
    enrolmentUrl = first.enrolmentUrl;
  };
  const isGone = () => !child || child.process.exitCode !== null || child.process.signalCode !== null;
  const send = (message: ToHub) => {
    if (!isGone() && child?.process.connected) child.process.send(message, () => undefined); // the hub may end meanwhile
  };
  try {
    await start();
  } catch (error) {
    await broker.close();
    throw error;
  }

  const database = openDatabase(join(dir, 'hub.db'), [codesSchema, cardsSchema, terminalsSchema].join(';'));
  const registry = new CardRegistry([], database);
  const codes = new EnrolmentCodes(database, wall);
  const terminals = new Terminals(database);
  const ledger = openLedgerReader(join(dir, 'ledger.db'));
  const elsewhere = (): never => {
    throw new HubError('this hub is a process of its own: open the shop with the hub inside');
  };
  return {
    brokerUrl: broker.url,
    get enrolmentUrl() {
      return enrolmentUrl;
    },
    broker,
    async crash() {
      child?.process.kill('SIGKILL');
      await child?.ended;
    },
    async recover() {
      if (isGone()) await start();
    },
    keepsBack(ask, over) {
      send({ keepsBack: ask });
      void over.then(() => send({}));
    },
    rootThumbprint: rootThumbprint(rootOf(keys)).toString('hex'),
    createEnrolmentCode: ({ terminal, goodMs = day }) => codes.create(terminal, goodMs),
    residents: makeResidents(wall),
    bindCard: (residentId, certificate) => registry.register(certificate, residentId),
    revokeCard: certificate => registry.revoke(certificate),
    ledger: {
      transactions: ledger.transactions,
      rows: ledger.rows,
      alarms: ledger.alarms,
      backup: elsewhere,
      cursor: terminal => ledger.cursor(terminal, terminals.find(terminal)?.epoch ?? 0)?.upto ?? 0,
    },
    consentToRelease: terminal => consentTo(terminal, { terminals, reader: ledger, hubKey: keys.hub }),
    get behaviours() {
      return elsewhere();
    },
    restore: elsewhere,
    get telemetry() {
      return elsewhere();
    },
    forge: elsewhere,
    present: elsewhere,
    documentsHeld: elsewhere,
    close: () =>
      closeAll([
        () => child?.stop(),
        () => broker.close(),
        () => ledger.close(),
        () => database.isOpen && database.close(),
      ]),
  };
}
