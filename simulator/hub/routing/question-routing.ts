// Passes each question of a terminal to its service, and combines the answers of several services into one.
import { setTimeout as sleep } from 'node:timers/promises';
import { wrongField } from '../../../agent/protocol/error.ts';
import type { Answer, Question } from '../../../agent/protocol/exchange.ts';
import type { CardAnswer, CardAuthentication, CardQuestion } from '../card-authentication/service.ts';
import type { CardStandard, CardStandardAnswer } from '../card-standard/service.ts';
import type { Issuing } from '../issuing/service.ts';
import type { IssuingAnswer, IssuingQuestion } from '../issuing/state.ts';
import type { HubClock } from '../service/hub-clock.ts';
import { Refusal, type RefusalCode, unless } from '../service/refusal.ts';
import type { Transactions } from '../store/transactions.ts';

export interface QuestionServices {
  transactions: Transactions;
  cardAuthentication: CardAuthentication;
  cardStandard: CardStandard;
  issuing: Issuing;
  clock: Pick<HubClock, 'wall'>;
  say(line: string): void;
}

/** The answer to question `id` of a terminal; a refusal is an answer. It never throws: other errors become hub/internal. */
export async function answerQuestion(
  terminal: string,
  id: Buffer,
  question: Question,
  services: QuestionServices,
): Promise<Answer> {
  try {
    return question.ask === 'probe' ? await probed(services) : await ask(terminal, id, question, services);
  } catch (error) {
    if (error instanceof Refusal)
      return { answer: 'refused', service: error.service, code: error.code, ...wrongField(error.cause) };
    services.say(`hub: ${question.ask} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    return { answer: 'refused', service: 'hub', code: 'hub/internal' };
  }
}

/** Max wait for a service's answer to a probe, in ms. */
const probeMs = 2_000;

async function probed({
  cardAuthentication,
  cardStandard,
  issuing,
  clock,
}: QuestionServices): Promise<Answer> {
  const isThere = async ({
    ask,
  }: {
    ask(question: { ask: 'probe' }): Promise<unknown>;
  }): Promise<boolean> => {
    const late = new AbortController();
    const answered = ask({ ask: 'probe' }).then(
      () => true,
      () => false,
    );
    const silent = sleep(probeMs, false, { signal: late.signal, ref: false }).catch(() => false);
    return Promise.race([answered, silent]).finally(() => late.abort());
  };
  const [first, second, third] = await Promise.all([cardAuthentication, cardStandard, issuing].map(isThere));
  const services = {
    cardAuthentication: first === true,
    cardStandard: second === true,
    issuing: third === true,
  };
  return { answer: 'probe', wall: clock.wall(), services };
}

async function ask(
  terminal: string,
  id: Buffer,
  question: Exclude<Question, { ask: 'probe' }>,
  services: QuestionServices,
): Promise<Answer> {
  const { transactions, say } = services;
  const { transaction } = question;
  const cardAuthentication = {
    ask: (asked: CardQuestion) => working('card/unavailable', services.cardAuthentication.ask(asked), say),
  };
  const issuing = {
    ask: (asked: IssuingQuestion) => working('issuing/unavailable', services.issuing.ask(asked), say),
  };
  if (question.ask === 'challenge') {
    unless(transactions.begin(transaction, terminal, id), 'hub/transactionTaken');
    return answered(await cardAuthentication.ask({ ...question, terminal }), 'challenge');
  }
  unless(transactions.isOf(transaction, terminal), 'hub/transactionUnknown');
  if (question.ask !== 'authenticate')
    return answered(await issuing.ask({ ...question, terminal }), question.ask);
  const { token, holder } = answered(await cardAuthentication.ask({ ...question, terminal }), 'authenticate');
  const standard = { ask: 'offer', holder } as const;
  const { offer } = answered(
    await working('standard/unavailable', services.cardStandard.ask(standard), say),
    'offer',
  );
  const order = await issuing.ask({ ask: 'orderChallenge', terminal, transaction, holder });
  const { challenge: orderChallenge } = answered(order, 'orderChallenge');
  return { answer: 'authenticate', token, offer, orderChallenge };
}

/** Refuses with `code` if the service throws another error than a Refusal. The code names the service that does not work. */
async function working<T>(code: RefusalCode, work: Promise<T>, say: (line: string) => void): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    say(`hub: ${code}: ${cause instanceof Error ? cause.message : 'unknown error'}`);
    throw new Refusal(code, { cause });
  }
}

type Any = CardAnswer | CardStandardAnswer | IssuingAnswer;

/** The answer, if it is of kind `kind`. Errors: Refusal hub/internal. */
function answered<K extends Any['answer']>(answer: Any | undefined, kind: K): Extract<Any, { answer: K }> {
  unless(answer?.answer === kind, 'hub/internal');
  return answer as Extract<Any, { answer: K }>;
}
