// The virtual hub: broker, enrolment, the three services and the ledger, on real loopback endpoints.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { signConfiguration } from '../../agent/protocol/configuration.ts';
import { makeAuthority } from './authority.ts';
import { type Broker, startBroker } from './broker.ts';
import { type CardBehaviour, makeCardAuthentication } from './card-authentication/service.ts';
import { type CardStandardBehaviour, makeCardStandard } from './card-standard/service.ts';
import { defaultConfiguration } from './configuration.ts';
import { openDatabase } from './database.ts';
import { answerAtDesk } from './desk.ts';
import { Attempts } from './enrolment/attempts.ts';
import { codesSchema, EnrolmentCodes } from './enrolment/codes.ts';
import { decide } from './enrolment/desk.ts';
import { startEnrolmentServer } from './enrolment/server.ts';
import { type HubClock, systemHubClock } from './hub-clock.ts';
import { keySetOf, openHubKeys } from './hub-keys.ts';
import { connectHub, type HubLink } from './hub-link.ts';
import { defaultFontPath, loadCertificateFont } from './issuing/paper/certificate-font.ts';
import { makeIssuing } from './issuing/service.ts';
import type { IssuingBehaviour } from './issuing/state.ts';
import { Ledger } from './ledger/ledger.ts';
import type { LedgerReader } from './ledger/reader.ts';
import { makeResidents, type Residents } from './residents.ts';
import { type DoorBehaviour, Router } from './router.ts';
import { Terminals, terminalsSchema } from './terminals.ts';
import { Transactions, transactionsSchema } from './transactions.ts';

export interface HubOptions {
  /** A folder of the hub's own. */
  dir: string;
  say(line: string): void;
  /** Authorities whose cards are taken: DER. */
  cardAuthority: readonly { certificateDer: Buffer }[];
  /** Tried before the default behaviours, in order. */
  behaviours?: {
    door?: readonly DoorBehaviour[];
    cardAuthentication?: readonly CardBehaviour[];
    cardStandard?: readonly CardStandardBehaviour[];
    issuing?: readonly IssuingBehaviour[];
  };
  clock?: HubClock;
  /** The font of certificates; default: IPAmj Mincho where Debian puts it. */
  fontPath?: string;
}

export interface RunningHub {
  /** mqtts://127.0.0.1:PORT, and https://127.0.0.1:PORT */
  brokerUrl: string;
  enrolmentUrl: string;
  /** Cuts every link, and lets it come back: nobody's connection outlives a broker that stops. */
  broker: Pick<Broker, 'stop' | 'start'>;
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
  };
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
  const { dir, say, behaviours = {}, clock = systemHubClock } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const font = loadCertificateFont(options.fontPath ?? defaultFontPath);
  const keys = openHubKeys(join(dir, 'keys'));
  const root = await makeAuthority('Madoguchi root', keys.root, clock.wall);
  const link = await makeAuthority('Madoguchi link', keys.link, clock.wall);

  const database = openDatabase(
    join(dir, 'hub.db'),
    [terminalsSchema, codesSchema, transactionsSchema].join(';'),
  );
  const terminals = new Terminals(database);
  const codes = new EnrolmentCodes(database, clock.wall);
  const cardAuthentication = makeCardAuthentication({
    authorities: options.cardAuthority.map(({ certificateDer }) => certificateDer),
    signing: keys.cardAuthentication,
    seal: keys.cardAuthenticationSeal,
    commonKey: keys.common,
    clock,
    behaviours: behaviours.cardAuthentication,
  });
  const cardStandard = makeCardStandard(clock, behaviours.cardStandard);
  const issuing = makeIssuing({
    signing: keys.issuing,
    seal: keys.issuingSeal,
    cardAuthentication: keys.cardAuthentication.coseKey,
    commonKey: keys.common,
    font,
    clock,
    behaviours: behaviours.issuing,
  });
  const ledger = new Ledger({ path: join(dir, 'ledger.db'), wall: clock.wall, ended: issuing.forget });
  const services = {
    transactions: new Transactions(database),
    cardAuthentication,
    cardStandard,
    issuing,
    say,
  };

  const broker = await startBroker({ dir: join(dir, 'broker'), link });
  let hubLink: HubLink | undefined;
  const router = new Router({
    terminals,
    ledger,
    hubKey: keys.hub,
    clock,
    say,
    answer: (terminal, question) => answerAtDesk(terminal, question, services),
    publish: async (topic, message) => hubLink?.publish(topic, message),
    behaviours: behaviours.door,
  });
  hubLink = await connectHub({
    url: broker.url,
    link,
    say,
    take: (topic, message) => router.take(topic, message),
  });

  const grantFor = (terminal: string, epoch: number) => ({
    broker: broker.url,
    rootKey: keys.root.coseKey,
    keySet: keySetOf(keys, 1),
    configuration: signConfiguration(defaultConfiguration(terminal, epoch, clock.wall()), keys.configuration),
  });
  const enrolment = await startEnrolmentServer({
    identity: await root.server('Madoguchi enrolment'),
    root: root.certificate,
    attempts: new Attempts(10, 60_000, clock.now),
    say,
    decide: message => decide(message, { database, codes, terminals, link, grantFor }),
  });
  const sweep = setInterval(() => issuing.sweep(), sweepMs);

  return {
    brokerUrl: broker.url,
    enrolmentUrl: enrolment.url,
    broker,
    rootThumbprint: keys.root.thumbprint.toString('hex'),
    createEnrolmentCode: ({ terminal, goodMs = day }) => codes.create(terminal, goodMs),
    residents: makeResidents(clock.wall),
    bindCard: (residentId, certificate) => cardAuthentication.registry.register(certificate, residentId),
    revokeCard: certificate => cardAuthentication.registry.revoke(certificate),
    ledger: {
      transactions: () => ledger.reader.transactions(),
      rows: () => ledger.reader.rows(),
      alarms: () => ledger.reader.alarms(),
      cursor: terminal => ledger.reader.cursor(terminal, terminals.find(terminal)?.epoch ?? 0)?.upto ?? 0,
    },
    present: () => router.present(),
    documentsHeld: () => issuing.held,
    async close() {
      clearInterval(sweep);
      await enrolment.close();
      await hubLink?.close();
      await broker.close();
      ledger.close();
      if (database.isOpen) database.close();
    },
  };
}
