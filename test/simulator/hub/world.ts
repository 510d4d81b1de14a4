// Card authentication and issuing service for tests, and the steps of a resident up to the order.
import { randomBytes } from 'node:crypto';
import * as assert from 'uvu/assert';
import { newKeyPair } from '../../../agent/protocol/cose-key.ts';
import { CardRegistry, cardsSchema } from '../../../simulator/hub/card-authentication/card-registry.ts';
import { makeCardAuthentication } from '../../../simulator/hub/card-authentication/service.ts';
import {
  defaultFontPath,
  loadCertificateFont,
} from '../../../simulator/hub/issuing/paper/certificate-font.ts';
import { makeIssuing } from '../../../simulator/hub/issuing/service.ts';
import type { IssuingBehaviour } from '../../../simulator/hub/issuing/state.ts';
import { Refusal } from '../../../simulator/hub/service/refusal.ts';
import { openDatabase } from '../../../simulator/hub/store/database.ts';
import { refusalOf } from '../../refusal.ts';
import { makeTestCardAuthority, type TestCard } from './test-card.ts';
import { makeTestGate } from './test-gate.ts';

export const terminal = 'mitaka-1';
export const authority = await makeTestCardAuthority();
export const card = await authority.issue();
const font = loadCertificateFont(defaultFontPath);

export function start(behaviours: IssuingBehaviour[] = [], authorities = [authority]) {
  let ms = 0;
  const clock = { now: () => ms, wall: () => Date.now() };
  const keys = {
    ...{ sign: newKeyPair(), seal: newKeyPair(), issue: newKeyPair(), issueSeal: newKeyPair() },
    /** Another municipality's issuing service. */
    other: { signing: newKeyPair(), seal: newKeyPair() },
  };
  const commonKey = randomBytes(32);
  const cards = makeCardAuthentication({
    registry: new CardRegistry(
      authorities.map(({ certificateDer }) => certificateDer),
      openDatabase(':memory:', cardsSchema),
    ),
    signing: keys.sign,
    seal: keys.seal,
    commonKey,
    clock,
  });
  const issuing = makeIssuing({
    keys: { '132047': { signing: keys.issue, seal: keys.issueSeal }, '131130': keys.other },
    cardAuthentication: keys.sign.coseKey,
    commonKey,
    font,
    clock,
    keepMs: 1000,
    behaviours,
  });
  return { cards, issuing, keys, commonKey, pass: (more: number) => (ms += more) };
}

export type World = ReturnType<typeof start>;

export async function challengeOf({ cards }: World, transaction: Buffer, at = terminal): Promise<Buffer> {
  const answer = await cards.ask({ ask: 'challenge', terminal: at, transaction });
  assert.is(answer?.answer, 'challenge');
  return (answer as { challenge: Buffer }).challenge;
}

/** The steps up to the order: authenticates as `resident` and gets a challenge for the order. */
export async function authenticated(world: World, resident: string, by: TestCard = card, at = terminal) {
  const gate = makeTestGate(by, at);
  world.cards.registry.register(by.certificate, resident);
  const { transaction } = gate;
  const sealed = gate.authenticate(await challengeOf(world, transaction, at), world.keys.seal.coseKey);
  const answer = await world.cards.ask({ ask: 'authenticate', terminal: at, transaction, sealed });
  const { token, holder } = answer as { token: Buffer; holder: string };
  const given = await world.issuing.ask({ ask: 'orderChallenge', terminal: at, transaction, holder });
  const { challenge } = given as { challenge: Buffer };
  return { gate, token, holder, challenge, service: world.keys.issueSeal.coseKey };
}

export async function refusedWith(code: string, work: () => Promise<unknown>) {
  assert.is((await refusalOf(work, Refusal)).code, code);
}
