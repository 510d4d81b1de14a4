// The desk in front of the services: passes each question to the service that it is for, and puts their answers together.
import type { Answer, Question } from '../../../agent/protocol/exchange.ts';
import type { CardAnswer, CardAuthentication, CardQuestion } from '../card-authentication/service.ts';
import type { CardStandard } from '../card-standard/service.ts';
import type { Issuing } from '../issuing/service.ts';
import type { IssuingAnswer, IssuingQuestion } from '../issuing/state.ts';
import { Refusal, type RefusalCode, unless } from '../service/refusal.ts';
import type { Transactions } from '../store/transactions.ts';

export interface DeskServices {
  transactions: Transactions;
  cardAuthentication: CardAuthentication;
  cardStandard: CardStandard;
  issuing: Issuing;
  say(line: string): void;
}

/** The answer to a terminal's question; a refusal is an answer. Never throws: what fails is refused as hub/internal. */
export async function answerAtDesk(
  terminal: string,
  question: Question,
  services: DeskServices,
): Promise<Answer> {
  try {
    return await ask(terminal, question, services);
  } catch (error) {
    if (error instanceof Refusal) return { answer: 'refused', leg: error.leg, code: error.code };
    services.say(
      `hub: ${question.ask} failed: ${error instanceof Error ? error.message : 'for no known reason'}`,
    );
    return { answer: 'refused', leg: 'hub', code: 'hub/internal' };
  }
}

async function ask(terminal: string, question: Question, services: DeskServices): Promise<Answer> {
  const { transactions, say } = services;
  const { transaction } = question;
  const cardAuthentication = {
    ask: (asked: CardQuestion) => working('card/unavailable', services.cardAuthentication.ask(asked), say),
  };
  const issuing = {
    ask: (asked: IssuingQuestion) => working('issuing/unavailable', services.issuing.ask(asked), say),
  };
  if (question.ask === 'challenge') {
    unless(transactions.begin(transaction, terminal), 'hub/transactionTaken');
    return answered(await cardAuthentication.ask({ ...question, terminal }), 'challenge');
  }
  unless(transactions.isOf(transaction, terminal), 'hub/transactionUnknown');
  if (question.ask !== 'authenticate')
    return answered(await issuing.ask({ ...question, terminal }), question.ask);
  const { token, holder } = answered(await cardAuthentication.ask({ ...question, terminal }), 'authenticate');
  const offer = await working('standard/unavailable', services.cardStandard.offerFor(holder), say);
  unless(offer !== undefined, 'hub/internal');
  const order = await issuing.ask({ ask: 'orderChallenge', terminal, transaction, holder });
  const { challenge: orderChallenge } = answered(order, 'orderChallenge');
  return { answer: 'authenticate', token, offer, orderChallenge };
}

/** A service that fails otherwise than by a refusal does not work: said with the leg, so that one knows whom to call. */
async function working<T>(code: RefusalCode, work: Promise<T>, say: (line: string) => void): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    say(`hub: ${code}: ${cause instanceof Error ? cause.message : 'for no known reason'}`);
    throw new Refusal(code, { cause });
  }
}

type Any = CardAnswer | IssuingAnswer;

/** The answer, where it is of the kind that was asked for. */
function answered<K extends Any['answer']>(answer: Any | undefined, kind: K): Extract<Any, { answer: K }> {
  unless(answer?.answer === kind, 'hub/internal');
  return answer as Extract<Any, { answer: K }>;
}
