// The parts of the hub that are in memory only: its services, the router, and their link. A crash loses them.
import type { Contract } from '../../../agent/protocol/contract.ts';
import type { CardRegistry } from '../card-authentication/card-registry.ts';
import { type CardBehaviour, makeCardAuthentication } from '../card-authentication/service.ts';
import { type CardStandardBehaviour, makeCardStandard } from '../card-standard/service.ts';
import type { EnrolmentBehaviour } from '../enrolment/decide-claim.ts';
import type { CertificateFont } from '../issuing/paper/certificate-font.ts';
import { type Issuing, makeIssuing } from '../issuing/service.ts';
import type { IssuingBehaviour } from '../issuing/state.ts';
import { type HubKeys, keySetOf } from '../keys/hub-keys.ts';
import type { AcknowledgementBehaviour } from '../ledger/inbox.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { HubClock } from '../service/hub-clock.ts';
import type { Terminals } from '../store/terminals.ts';
import type { Transactions } from '../store/transactions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { HubLink } from './hub-link.ts';
import { answerQuestion } from './question-routing.ts';
import { Router, type RoutingBehaviour } from './router.ts';

/** Behaviours, by part of the hub. The lists are read for each question: a fault may be added and removed at any time. */
export interface HubBehaviours {
  enrolment: EnrolmentBehaviour[];
  routing: RoutingBehaviour[];
  acknowledgement: AcknowledgementBehaviour[];
  cardAuthentication: CardBehaviour[];
  cardStandard: CardStandardBehaviour[];
  issuing: IssuingBehaviour[];
}

export interface ServicesOptions {
  keys: HubKeys;
  registry: CardRegistry;
  font: CertificateFont;
  behaviours: HubBehaviours;
  terminals: Terminals;
  transactions: Transactions;
  ledger: Ledger;
  telemetry: Telemetry;
  contract: Contract;
  clock: HubClock;
  say(line: string): void;
  connect(take: (topic: string, message: Buffer) => Promise<void>): Promise<HubLink>;
}

export interface Services {
  issuing: Issuing;
  router: Router;
  link: HubLink;
  close(): Promise<void>;
}

export async function startServices(options: ServicesOptions): Promise<Services> {
  const { keys, registry, font, behaviours, terminals, transactions, ledger, clock, say, connect } = options;
  const cardAuthentication = makeCardAuthentication({
    registry,
    signing: keys.cardAuthentication,
    seal: keys.cardAuthenticationSeal,
    commonKey: keys.common,
    clock,
    behaviours: behaviours.cardAuthentication,
  });
  const cardStandard = makeCardStandard(clock, behaviours.cardStandard);
  const issuing = makeIssuing({
    keys: keys.issuing,
    cardAuthentication: keys.cardAuthentication.coseKey,
    commonKey: keys.common,
    font,
    clock,
    behaviours: behaviours.issuing,
  });
  const services = { transactions, cardAuthentication, cardStandard, issuing, clock, say };
  let link: HubLink | undefined;
  const router = new Router({
    terminals,
    ledger,
    telemetry: options.telemetry,
    hubKey: keys.hub,
    contract: options.contract,
    clock,
    say,
    answer: (terminal, id, question) => answerQuestion(terminal, id, question, services),
    publish: async (topic, message, options) => link?.publish(topic, message, options),
    keySet: keySetOf(keys, 1),
    behaviours,
  });
  link = await connect((topic, message) => router.take(topic, message));
  const connected = link;
  return {
    issuing,
    router,
    link,
    async close() {
      link = undefined; // answers that come later are not sent
      await connected.close();
    },
  };
}
