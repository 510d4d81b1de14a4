// All checks of a hub in the order in which they are played, and what no check from outside can show.
import type { NotVisible } from '../scorecard.ts';
import { bodyChecks, formCheck } from './bodies.ts';
import { brokerChecks } from './broker.ts';
import { cardChecks } from './cards.ts';
import { documentChecks } from './documents.ts';
import { enrolmentChecks, waitingCheck } from './enrolment.ts';
import { keySetChecks } from './key-sets.ts';
import { ledgerChecks } from './ledger.ts';
import { orderChecks } from './orders.ts';
import { questionChecks } from './questions.ts';
import type { HubCheck } from './rig.ts';
import { telemetryChecks } from './telemetry.ts';
import { versionChecks } from './versions.ts';

export const hubChecks: readonly HubCheck[] = [
  ...enrolmentChecks,
  ...brokerChecks,
  ...keySetChecks,
  ...questionChecks,
  ...cardChecks,
  ...orderChecks,
  ...documentChecks,
  ...ledgerChecks,
  ...telemetryChecks,
  ...versionChecks,
  ...bodyChecks,
  formCheck,
  waitingCheck,
];

export const notVisible: NotVisible = {
  'MDG-H-004': 'is inside the hub: let your own tests read docs/contract/vectors',
  'MDG-H-015': 'needs a broker that refuses the hub, which a terminal cannot cause',
  'MDG-H-027': 'is inside the hub: what it stores of a code',
  'MDG-H-045': 'is inside the hub: two services that compute one pseudonym',
  'MDG-H-054': 'is inside the hub: between the renderer and the signer',
  'MDG-H-070': 'is seen by the hub’s operator only: an alarm',
  'MDG-H-072': 'is seen by the hub’s operator only: an alarm',
  'MDG-H-081': 'is seen by the hub’s operator only: which terminals are there',
  'MDG-H-082': 'is seen by the hub’s operator only: a journal that was set aside, and its release',
  'MDG-H-083': 'is inside the hub: what it keeps, and for how long',
  'MDG-H-094': 'needs a second version of the contract, and there is only one yet',
};
