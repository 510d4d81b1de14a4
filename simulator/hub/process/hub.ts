// The virtual hub: broker, enrolment server, three services and ledger, on real loopback endpoints.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { signConfiguration, type Waits } from '../../../agent/protocol/configuration.ts';
import { type Contract, contract as ours } from '../../../agent/protocol/contract.ts';
import type { Question } from '../../../agent/protocol/exchange.ts';
import { rootThumbprint } from '../../../agent/protocol/root.ts';
import { closeAll } from '../../interrupted.ts';
import { type Broker, startBroker } from '../broker.ts';
import { CardRegistry, cardsSchema } from '../card-authentication/card-registry.ts';
import { defaultConfiguration } from '../catalogue/configuration.ts';
import { Attempts } from '../enrolment/attempts.ts';
import { codesSchema, EnrolmentCodes } from '../enrolment/codes.ts';
import { decide, granted } from '../enrolment/decide-claim.ts';
import { startEnrolmentServer } from '../enrolment/server.ts';
import { defaultFontPath, loadCertificateFont } from '../issuing/paper/certificate-font.ts';
import { makeAuthority } from '../keys/authority.ts';
import { keySetOf, openHubKeys, rootOf, signedRootOf } from '../keys/hub-keys.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { LedgerReader } from '../ledger/reader.ts';
import { consentTo } from '../operator/consent.ts';
import { makeResidents, type Residents } from '../residents/residents.ts';
import { connectHub } from '../routing/hub-link.ts';
import { type HubBehaviours, type Services, startServices } from '../routing/services.ts';
import { type HubClock, systemHubClock } from '../service/hub-clock.ts';
import { openDatabase } from '../store/database.ts';
import { generationOf, generationSchema, raiseGeneration } from '../store/generation.ts';
import { Terminals, terminalsSchema } from '../store/terminals.ts';
import { Transactions, transactionsSchema } from '../store/transactions.ts';
import { Telemetry, telemetrySchema } from '../telemetry/telemetry.ts';

export interface HubOptions {
  /** A folder for this hub only. */
  dir: string;
  say(line: string): void;
  /** Certificates (DER) of the authorities whose cards are accepted. */
  cardAuthority: readonly { certificateDer: Buffer }[];
  /** Tried before the default behaviours, in order. */
  behaviours?: Partial<HubBehaviours>;
  /** Time limits for the enrolled terminals, in ms, where they differ from the default. */
  waits?: Partial<Waits>;
  clock?: HubClock;
  /** Receives each enrolment request and its answer, as they travelled. */
  onEnrolment?(request: Buffer, answer: Buffer): void;
  /** Path of the certificates' font. Default: Debian's path of IPAmj Mincho. */
  fontPath?: string;
  /** What is spoken with the terminals. Default: what this software speaks. */
  contract?: Contract;
  /** A broker that runs already, with a certificate of this hub's link authority. Default: the hub starts one. */
  broker?: Broker;
  /** Name or address that the enrolment server listens on and has a certificate for. Default 127.0.0.1. */
  host?: string;
}

export interface RunningHub {
  /** Tried before the default ones, in order. Put a fault in front at any time: `behaviours.routing.unshift(fault)`. */
  readonly behaviours: HubBehaviours;
  /** mqtts://127.0.0.1:PORT, and https://127.0.0.1:PORT */
  brokerUrl: string;
  enrolmentUrl: string;
  /** Stops, kills or starts the broker. Stopping it closes every connection. */
  broker: Pick<Broker, 'stop' | 'start' | 'kill'>;
  /**
   * Crashes the hub: its link and its memory are lost, committed data stay. A hub in its own process (hub-process.ts) is
   * killed with -9; otherwise the crash is simulated.
   */
  crash(): Promise<void>;
  /** Starts the hub again after a crash. */
  recover(): Promise<void>;
  /** Withholds the answers to questions of this kind until `over` resolves. Then they are answered. */
  keepsBack(ask: Question['ask'], over: Promise<void>): void;
  /**
   * Replaces the ledger's database with a file of `ledger.backup`, and raises the ledger's generation. `sameGeneration`:
   * does not raise it, like an operator who forgets to.
   */
  restore(backup: string, how?: { sameGeneration: boolean }): Promise<void>;
  /** Publishes any bytes on any topic, like an attacker who controls the broker. */
  forge(topic: string, message: Buffer): Promise<void>;
  /** Thumbprint of the root document for the installer's sheet: 64 hex digits. */
  rootThumbprint: string;
  /** A one-time code for `terminal`, valid for `goodMs` (default one day). */
  createEnrolmentCode(wanted: { terminal: string; goodMs?: number }): string;
  residents: Residents;
  /** Registers a card's certificate (DER) for this resident. */
  bindCard(residentId: string, certificateDer: Buffer): void;
  revokeCard(certificateDer: Buffer): void;
  ledger: {
    transactions: LedgerReader['transactions'];
    rows: LedgerReader['rows'];
    alarms: LedgerReader['alarms'];
    /** Number of the last stored record of the terminal's present enrolment; 0: none. */
    cursor(terminal: string): number;
    /** Writes a copy of the database to `path`. No file may exist there. */
    backup(path: string): void;
  };
  /** An operator's signed consent that the terminal gives up its journal in quarantine. Errors: HubError. */
  consentToRelease(terminal: string): Buffer;
  /** A terminal's telemetry records, and the number that it dropped before it could send them. */
  telemetry: Pick<Telemetry, 'records' | 'missing'>;
  /** The terminals that are connected. */
  present(): string[];
  /** Number of sealed documents that wait to be fetched. */
  documentsHeld(): number;
  /** Ends the hub and its broker. Safe to call twice. */
  close(): Promise<void>;
}

const day = 86_400_000;
const sweepMs = 60_000;

/** If a part fails, those that were started are ended. Errors: HubError if a part is missing or does not start. */
export async function startHub(options: HubOptions): Promise<RunningHub> {
  const { dir, say, waits, host, contract = ours, clock = systemHubClock } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const font = loadCertificateFont(options.fontPath ?? defaultFontPath);
  const keys = openHubKeys(join(dir, 'keys'));
  const root = await makeAuthority('Madoguchi root', keys['root-1'], clock.wall);
  const link = await makeAuthority('Madoguchi link', keys.link, clock.wall);
  const behaviours: HubBehaviours = {
    ...{
      enrolment: [],
      routing: [],
      acknowledgement: [],
      cardAuthentication: [],
      cardStandard: [],
      issuing: [],
    },
    ...options.behaviours,
  };

  const stoppers: (() => unknown)[] = [];
  const close = () => closeAll(stoppers.splice(0).reverse());
  const database = openDatabase(
    join(dir, 'hub.db'),
    [terminalsSchema, codesSchema, transactionsSchema, cardsSchema, generationSchema, telemetrySchema].join(
      ';',
    ),
  );
  const terminals = new Terminals(database);
  const telemetry = new Telemetry(database);
  const codes = new EnrolmentCodes(database, clock.wall);
  const registry = new CardRegistry(
    options.cardAuthority.map(({ certificateDer }) => certificateDer),
    database,
  );
  const ledgerPath = join(dir, 'ledger.db');
  const openLedger = () =>
    new Ledger({
      path: ledgerPath,
      generation: generationOf(database),
      wall: clock.wall,
      ended: (transaction, terminal) => services?.issuing.forget(transaction, terminal),
      alarmed: ({ terminal, epoch, code }) => say(`hub: ALARM of ${terminal}, epoch ${epoch}: ${code}`),
    });
  let ledger = openLedger();
  stoppers.push(
    () => database.isOpen && database.close(),
    () => ledger.close(),
  );
  const whole = async <T>(starting: Promise<T>): Promise<T> => {
    try {
      return await starting;
    } catch (error) {
      await close();
      throw error;
    }
  };
  const broker = options.broker ?? (await whole(startBroker({ dir: join(dir, 'broker'), link })));
  stoppers.push(() => broker.close());
  const start = () =>
    startServices({
      ...{ keys, registry, font, behaviours, terminals, ledger, telemetry, contract, clock, say },
      transactions: new Transactions(database),
      connect: take => connectHub({ url: broker.url, link, versions: contract.versions, say, take }),
    });
  let services: Services | undefined = await whole(start());
  stoppers.push(() => services?.close());

  const grantFor = (terminal: string, epoch: number) => ({
    broker: broker.url,
    keySet: keySetOf(keys, 1),
    configuration: signConfiguration(
      defaultConfiguration(terminal, epoch, clock.wall(), waits),
      keys.configuration,
    ),
  });
  const grant = (message: Buffer) => decide(message, { database, codes, terminals, link, grantFor });
  const enrolment = await whole(
    startEnrolmentServer({
      identity: await root.server('Madoguchi enrolment', host),
      ...(host !== undefined && { host }),
      root: root.certificate,
      document: signedRootOf(keys),
      attempts: new Attempts(10, 60_000, clock.now),
      say,
      decide: message => granted(message, behaviours.enrolment, grant),
      onAnswer: options.onEnrolment ?? (() => {}),
    }),
  );
  stoppers.push(() => enrolment.close());
  const sweep = setInterval(() => services?.issuing.sweep(), sweepMs);
  stoppers.push(() => clearInterval(sweep));

  return {
    behaviours,
    brokerUrl: broker.url,
    enrolmentUrl: enrolment.url,
    broker,
    async crash() {
      await services?.close();
      services = undefined;
    },
    async recover() {
      services ??= await start();
    },
    keepsBack: (ask, over) => keepBack(behaviours.routing, ask, over),
    async restore(backup, { sameGeneration } = { sameGeneration: false }) {
      await services?.close();
      services = undefined;
      ledger.close();
      for (const more of ['-wal', '-shm']) rmSync(`${ledgerPath}${more}`, { force: true });
      // before the copy: an old ledger with the same generation would look like one that lost nothing
      if (!sameGeneration) raiseGeneration(database);
      copyFileSync(backup, ledgerPath);
      ledger = openLedger();
      services = await start();
    },
    async forge(topic, message) {
      await services?.link.publish(topic, message);
    },
    rootThumbprint: rootThumbprint(rootOf(keys)).toString('hex'),
    createEnrolmentCode: ({ terminal, goodMs = day }) => codes.create(terminal, goodMs),
    residents: makeResidents(clock.wall),
    bindCard: (residentId, certificate) => registry.register(certificate, residentId),
    revokeCard: certificate => registry.revoke(certificate),
    ledger: {
      transactions: () => ledger.reader.transactions(),
      rows: () => ledger.reader.rows(),
      alarms: () => ledger.reader.alarms(),
      cursor: terminal => ledger.reader.cursor(terminal, terminals.find(terminal)?.epoch ?? 0)?.upto ?? 0,
      backup: path => ledger.backup(path),
    },
    consentToRelease: terminal => consentTo(terminal, { terminals, reader: ledger.reader, hubKey: keys.hub }),
    telemetry,
    present: () => services?.router.present() ?? [],
    documentsHeld: () => services?.issuing.held ?? 0,
    close,
  };
}

function keepBack(routing: HubBehaviours['routing'], kept: Question['ask'], over: Promise<void>): void {
  const keeps: HubBehaviours['routing'][number] = async ({ question }) => {
    if (question.ask === kept) await over;
    return undefined;
  };
  routing.unshift(keeps);
  void over.then(() => routing.splice(routing.indexOf(keeps), 1));
}
