// docs/contract/walkthrough.md: the transaction of the vectors, each message with what its bytes say.
import { createHash } from 'node:crypto';
import { decrypt } from '../../agent/protocol/cose-encrypt.ts';
import { messages } from '../../agent/protocol/messages.ts';
import { explained, type Inside } from './annotate.ts';
import { type KeyName, keys } from './vectors/keys.ts';
import { bytesOf, readIndex, type Vector } from './vectors/store.ts';

const beginning = `# One issue, byte by byte

The messages of [vectors/transaction/](vectors/transaction), in the order in which they travel. Written by \`test/contract/write.ts\` from the
vectors: do not change it by hand. Left are the bytes in hex, right what they say. Of a string longer than 20 bytes only the first 16 are
shown. What lies in a byte string and is CBOR itself is explained inside; a message within a message is explained where it stands alone.

To check a signature of a message: take the bytes of its protected header (item 0) and of its payload (item 2) as they stand; make the CBOR
of \`["Signature1", protected, external data, payload]\`; verify the 64 bytes of item 3 (r ‖ s) over it with ES256. To open a sealed one: make
the shared secret of the ephemeral key (item 3, header −1) and your key; HKDF-SHA-256 without salt over the \`COSE_KDF_Context\` of protocol.md
gives 32 bytes; AES-256-GCM with the initial vector of item 1 and the additional data \`["Encrypt", protected, external data]\` gives the
plaintext. The keys are in [vectors/keys.json](vectors/keys.json).
`;

/** What is CBOR inside byte strings and is explained there. Messages in messages stand alone before. */
const inside: Inside = path =>
  /^\.0$|^\.2$|^\.3\.\d\.0$/.test(path) || /^\.2\.\.records\.\d+\.body(\.\.event)?$/.test(path);

const externalOf = ({ kind, topic = '', terminal = '', transaction = '' }: Vector): string | undefined =>
  messages
    .find(({ name }) => name === kind)
    ?.external?.replace('TOPIC', topic)
    .replace('TERMINAL', terminal)
    .replace('ID', transaction);

function section(vector: Vector): string {
  const bytes = bytesOf(vector);
  const message = messages.find(({ name }) => name === vector.kind)!;
  const external = externalOf(vector);
  const digest = createHash('sha256').update(bytes).digest('hex');
  const isSealed = message.form === 'sealed';
  const by = vector.key ? ` ${isSealed ? 'Sealed to' : 'Signed by'} \`${vector.key}\`.` : '';
  const lines = [
    `## ${vector.name.replace('transaction/', '')}`,
    '',
    `${vector.what} ${bytes.length} bytes, SHA-256 \`${digest}\`.${by}`,
    ...(external ? ['', `External data: \`${external}\``] : []),
    ...(vector.topic ? ['', `Topic: \`${vector.topic}\``] : []),
    '',
    '```',
    explained(bytes, path => !(isSealed && path === '.2') && inside(path)),
    '```',
  ];
  if (!isSealed) return lines.join('\n');
  const clear = decrypt(bytes, keys[vector.key as KeyName], external ?? '');
  return [...lines, '', 'The plaintext:', '', '```', explained(clear, () => false), '```'].join('\n');
}

export const render = (): string =>
  `${[
    beginning,
    ...readIndex()
      .filter(({ name }) => name.startsWith('transaction/'))
      .map(section),
  ].join('\n\n')}\n`;
