// A message is for one place: a terminal, a transaction, an enrolment. What its body says of that must be the same.
import { ProtocolError } from './error.ts';
import { readTopic } from './topics.ts';

/** `body`, whose `field` names `place`. Errors: protocol/place, with the field as its path. */
export function boundTo<K extends string, B extends Readonly<Record<K, string | number | Buffer>>>(
  body: B,
  field: K,
  place: NoInfer<B[K]>,
): B {
  const named = body[field];
  const isSame = Buffer.isBuffer(named) ? Buffer.compare(named, place as Buffer) === 0 : named === place;
  if (!isSame) throw elsewhere(field);
  return body;
}

/** The error of a message whose `field` names another place than the message is for. */
export const elsewhere = (field: string): ProtocolError =>
  new ProtocolError('protocol/place', `The field ${field} names another place than the message is for.`, {
    path: field,
  });

/** `body`, which names the terminal of the topic that it is signed for. Errors: protocol/place. */
export const boundToTopic = <B extends { readonly terminal: string }>(body: B, topic: string): B =>
  boundTo(body, 'terminal', readTopic(topic)?.terminal ?? '');
