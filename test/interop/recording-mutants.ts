// Holds recorded messages, and mutants of them, against the second reader.
import { newKeyPair } from '../../agent/protocol/cose-key.ts';
import { hexOf, type Recorded, readAgain, scalarOf } from './second-reader.ts';

/** Messages that the second reader refuses, with why. */
export function wronglyRefused(messages: readonly Recorded[]): string[] {
  return readAgain(messages).flatMap(({ refused }, at) =>
    refused ? [`${messages[at]!.kind}: ${refused}`] : [],
  );
}

const other = newKeyPair();
const topicOf = ({ topic }: Recorded) => topic?.replace('/shop-1/', '/shop-2/');

/** Each makes one message wrong; undefined where it does not concern the kind. */
const mutants: Record<string, (message: Recorded) => Partial<Recorded> | undefined> = {
  'a byte after the end': ({ message }) => ({ message: `${message}00` }),
  'a missing last byte': ({ message }) => ({ message: message.slice(0, -2) }),
  'a first byte of another type': ({ message }) => ({ message: `82${message.slice(2)}` }),
  'a flipped bit in the body': ({ message, key }) => (key ? { message: flipped(message) } : undefined),
  'another key': ({ key }) => (key ? { key: hexOf(other.coseKey), private: scalarOf(other) } : undefined),
  'another place': message => {
    if (message.topic) return { topic: topicOf(message)! };
    if (!message.key || !(message.terminal || message.transaction)) return undefined;
    return { terminal: 'shop-2', ...(message.transaction && { transaction: '00'.repeat(16) }) };
  },
  'another kind': ({ kind, key }) => {
    const [first, second] = key ? ['presence', 'batch'] : ['grant', 'stamp'];
    return { kind: kind === first ? second! : first!, topic: 'madoguchi/1/shop-1/presence' };
  },
};

/** Of each kind and size of body so many are changed. */
const ofEachKind = 3;

/** Mutants that the second reader takes. */
export function wronglyRead(messages: readonly Recorded[]): string[] {
  const chosen = messages.filter(
    ({ kind }, at) => messages.slice(0, at).filter(before => before.kind === kind).length < ofEachKind,
  );
  const made = chosen.flatMap(message =>
    Object.entries(mutants).flatMap(([what, mutate]) => {
      const change = mutate(message);
      return change ? [{ what: `${message.kind}: ${what}`, recorded: { ...message, ...change } }] : [];
    }),
  );
  const readings = readAgain(made.map(({ recorded }) => recorded));
  return made.filter((_, at) => readings[at]?.refused === undefined).map(({ what }) => what);
}

/** Not in the last signature: of a root document as many others as its threshold are enough. */
function flipped(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes[Math.floor(bytes.length / 3)]! ^= 1;
  return bytes.toString('hex');
}
