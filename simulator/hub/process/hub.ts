// The virtual hub: broker, enrolment, the three services and the ledger, on real loopback endpoints.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { signConfiguration, type Waits } from '../../../agent/protocol/configuration.ts';
import type { Question } from '../../../agent/protocol/exchange.ts';
import { type Broker, startBroker } from '../broker.ts';
import { CardRegistry, cardsSchema } from '../card-authentication/card-registry.ts';
import { defaultConfiguration } from '../catalogue/configuration.ts';
import { Attempts } from '../enrolment/attempts.ts';
import { codesSchema, EnrolmentCodes } from '../enrolment/codes.ts';
import { decide } from '../enrolment/decide-claim.ts';
import { startEnrolmentServer } from '../enrolment/server.ts';
import { defaultFontPath, loadCertificateFont } from '../issuing/paper/certificate-font.ts';
import { makeAuthority } from '../keys/authority.ts';
import { keySetOf, openHubKeys } from '../keys/hub-keys.ts';
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
  /** A folder of the hub's own. */
  dir: string;
  say(line: string): void;
  /** Authorities whose cards are taken: DER. */
  cardAuthority: readonly { certificateDer: Buffer }[];
  /** Tried before the default behaviours, in order. */
  behaviours?: Partial<HubBehaviours>;
  /** Patience of the terminals that are enrolled, in ms, where it shall be another than the default. */
  waits?: Partial<Waits>;
  clock?: HubClock;
  /** The font of certificates; default: IPAmj Mincho where Debian puts it. */
  fontPath?: string;
  /** A broker that is there already, with a certificate of this hub's link authority; by default one is started. */
  broker?: Broker;
}

export interface RunningHub {
  /** Tried before the default ones, in order. Put a fault in front at any time: `behaviours.routing.unshift(fault)`. */
  readonly behaviours: HubBehaviours;
  /** mqtts://127.0.0.1:PORT, and https://127.0.0.1:PORT */
  brokerUrl: string;
  enrolmentUrl: string;
  /** Cuts every link, and lets it come back: nobody's connection outlives a broker that stops. */
  broker: Pick<Broker, 'stop' | 'start' | 'kill'>;
  /**
   * The hub's own process dies: its link and all that it has in memory are gone, what it committed stays. Killed with -9
   * where it is a process of its own (hub-process.ts), else played.
   */
  crash(): Promise<void>;
  /** And is started again. */
  recover(): Promise<void>;
  /** No question of this kind is answered until `over`; those that have come are answered then. */
  keepsBack(ask: Question['ask'], over: Promise<void>): void;
  /**
   * The ledger's database is lost: the hub goes on with what `ledger.backup` had written, as a new generation; `unsaid`: its
   * operator forgot that.
   */
  restore(backup: string, how?: { unsaid: boolean }): Promise<void>;
  /** Sends any bytes to any topic, as whoever owns the broker could. */
  forge(topic: string, message: Buffer): Promise<void>;
  /** For the installer's sheet: 64 hex digits. */
  rootThumbprint: string;
  /** A one-time code for `terminal`, good for `goodMs` (default one day). */
  createEnrolmentCode(wanted: { terminal: string; goodMs?: number }): string;
  residents: Residents;
  /** Registers a card's certificate (DER) as this resident's. */
  bindCard(residentId: string, certificateDer: Buffer): void;
  revokeCard(certificateDer: Buffer): void;
  ledger: {
    transactions: LedgerReader['transactions'];
    rows: LedgerReader['rows'];
    alarms: LedgerReader['alarms'];
    /** Of the terminal's last enrolment; 0: nothing yet. */
    cursor(terminal: string): number;
    /** Writes a copy of its database to `path`, where nothing may be yet. */
    backup(path: string): void;
  };
  /** An operator's consent that the terminal leaves its journal in quarantine and begins anew. Errors: HubError. */
  consentToRelease(terminal: string): Buffer;
  /** What a terminal told of itself, and how much of it was dropped before it came. */
  telemetry: Pick<Telemetry, 'records' | 'missing'>;
  /** Terminals that are connected. */
  present(): string[];
  /** Sealed documents that wait to be fetched. */
  documentsHeld(): number;
  /** Ends the broker too. Safe to call twice. */
  close(): Promise<void>;
}

const day = 86_400_000;
const sweepMs = 60_000;

/** Errors: HubError where a part is missing or does not start. */
export async function startHub(options: HubOptions): Promise<RunningHub> {
  const { dir, say, waits, clock = systemHubClock } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const font = loadCertificateFont(options.fontPath ?? defaultFontPath);
  const keys = openHubKeys(join(dir, 'keys'));
  const root = await makeAuthority('Madoguchi root', keys.root, clock.wall);
  const link = await makeAuthority('Madoguchi link', keys.link, clock.wall);
  const behaviours: HubBehaviours = {
    ...{ routing: [], acknowledgement: [], cardAuthentication: [], cardStandard: [], issuing: [] },
    ...options.behaviours,
  };

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
  const broker = options.broker ?? (await startBroker({ dir: join(dir, 'broker'), link }));
  const start = () =>
    startServices({
      ...{ keys, registry, font, behaviours, terminals, ledger, telemetry, clock, say },
      transactions: new Transactions(database),
      connect: take => connectHub({ url: broker.url, link, say, take }),
    });
  let services: Services | undefined = await start();

  const grantFor = (terminal: string, epoch: number) => ({
    broker: broker.url,
    rootKey: keys.root.coseKey,
    keySet: keySetOf(keys, 1),
    configuration: signConfiguration(
      defaultConfiguration(terminal, epoch, clock.wall(), waits),
      keys.configuration,
    ),
  });
  const enrolment = await startEnrolmentServer({
    identity: await root.server('Madoguchi enrolment'),
    root: root.certificate,
    attempts: new Attempts(10, 60_000, clock.now),
    say,
    decide: message => decide(message, { database, codes, terminals, link, grantFor }),
  });
  const sweep = setInterval(() => services?.issuing.sweep(), sweepMs);

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
    async restore(backup, { unsaid } = { unsaid: false }) {
      await services?.close();
      services = undefined;
      ledger.close();
      for (const more of ['-wal', '-shm']) rmSync(`${ledgerPath}${more}`, { force: true });
      if (!unsaid) raiseGeneration(database); // first: an old ledger in the same generation would be taken for one that lost nothing
      copyFileSync(backup, ledgerPath);
      ledger = openLedger();
      services = await start();
    },
    async forge(topic, message) {
      await services?.link.publish(topic, message);
    },
    rootThumbprint: keys.root.thumbprint.toString('hex'),
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
    async close() {
      clearInterval(sweep);
      await enrolment.close();
      await services?.close();
      await broker.close();
      ledger.close();
      if (database.isOpen) database.close();
    },
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
