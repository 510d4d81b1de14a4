// Bodies with one field that the contract does not allow.
import type { Value } from '../../../agent/protocol/cbor.ts';
import { contextOf } from '../../../agent/protocol/context.ts';
import { type Topics, topicsOf } from '../../../agent/protocol/topics.ts';
import * as body from './bodies.ts';
import { fixed, type KeyName } from './keys.ts';
import { bytesOf } from './store.ts';

export interface WrongField {
  name: string;
  what: string;
  /** Of the wrong field, as a reader reports it. */
  path: string;
  /** Default protocol/schema. */
  code?: 'protocol/place';
  kind: string;
  body: Value;
  key: KeyName;
  external: string;
  topic?: string;
}

type Fields = { readonly [key: string]: Value | undefined };
type Row = [name: string, what: string, path: string, change: Fields, code?: 'protocol/place'];

const { terminal, transaction } = body;
const topics = topicsOf(terminal);
const onTopic = (leaf: keyof Topics, key: KeyName) => ({
  key,
  topic: topics[leaf],
  external: contextOf.topic(topics[leaf]),
});

/** `right` with each change, of which one field is wrong. */
const changed = (
  kind: string,
  place: Pick<WrongField, 'key' | 'external' | 'topic'>,
  right: Fields,
  rows: readonly Row[],
): WrongField[] =>
  rows.map(([name, what, path, change, code]) => ({
    ...{ name, what, path, kind, ...place, ...(code && { code }) },
    body: { ...right, ...change } as Value,
  }));

const id = fixed('id 01', 16);
const fetch = { ask: 'fetch', transaction, offset: 0 };

function offered(change: Fields): Fields {
  const token = bytesOf({ file: 'transaction/03-token.cbor' });
  const offer = { ...body.offer, ...change };
  return { answer: { answer: 'authenticate', token, offer, orderChallenge: body.orderChallenge } as Value };
}

const evidence: Fields = {
  transaction,
  terminal,
  manifestDigest: fixed('a', 32),
  pdfDigest: fixed('b', 32),
  result: 'printed',
  job: 1,
  jobState: 'completed',
  impressions: 1,
  expected: 1,
};

const ofPresence: Row[] = [
  ['field-more', 'A field that the contract does not name.', 'name', { name: 'x' }],
  ['field-missing', 'A field is left out.', 'software', { software: undefined }],
  ['field-null', 'Null for a field that may be absent.', 'stopped', { stopped: null }],
  ['not-boolean', 'An integer for a boolean.', 'online', { online: 1 }],
  ['terminal', 'A capital letter in a terminal id.', 'terminal', { terminal: 'Shop-0042' }],
  ['epoch-0', 'Epoch 0.', 'epoch', { epoch: 0 }],
  ['session-15', 'A session of 15 bytes.', 'session', { session: Buffer.alloc(15) }],
  [
    'place-terminal',
    'Signed for its topic, and names another terminal.',
    'terminal',
    { terminal: 'shop-0043' },
    'protocol/place',
  ],
  ['versions-fall', 'Versions that do not rise.', 'versions', { versions: [2, 1] }],
  ['software-41', 'A text of 41 characters.', 'software', { software: 'x'.repeat(41) }],
];

const sealedLong = { ask: 'authenticate', transaction, sealed: Buffer.alloc(16_385) };
const ofQuestion: Row[] = [
  ['ask', 'A question that there is not.', 'question.ask', { question: { ask: 'print' } }],
  ['waits-0', 'A question that waits for 0 ms.', 'waitsMs', { waitsMs: 0 }],
  ['offset', 'An offset beyond 16 MiB.', 'question.offset', { question: { ...fetch, offset: 16_777_217 } }],
  ['sealed-long', 'A sealed authentication of 16,385 bytes.', 'question.sealed', { question: sealedLong }],
];

const [self, other] = body.offer.members as unknown as [Fields, Fields];
const cousin = { ...self, relation: 'cousin' } as Value;
const ofAnswer = (): Row[] => [
  [
    'offer-nth',
    'The 32nd of a relation.',
    'answer.offer.members.1.nth',
    offered({ members: [self as Value, { ...other, nth: 32 } as Value] }),
  ],
  [
    'offer-relation',
    'No relation of ours.',
    'answer.offer.members.0.relation',
    offered({ members: [cousin] }),
  ],
  [
    'offer-check-digit',
    'A municipality whose check digit is wrong.',
    'answer.offer.municipality',
    offered({ municipality: '132040' }),
  ],
  [
    'offer-twice',
    'Two members with one number.',
    'answer.offer.members',
    offered({ members: [self, self] as never }),
  ],
  [
    'offer-municipality',
    'A municipality of 5 digits.',
    'answer.offer.municipality',
    offered({ municipality: '13204' }),
  ],
  [
    'refused-code',
    'A code without a room.',
    'answer.code',
    { answer: { answer: 'refused', service: 'issuing', code: 'moved' } },
  ],
  [
    'refused-path',
    'A path with a line feed.',
    'answer.path',
    { answer: { answer: 'refused', service: 'hub', code: 'hub/malformed', path: 'order\n' } },
  ],
  [
    'chunk-empty',
    'A piece without a byte.',
    'answer.chunk',
    { answer: { answer: 'fetch', offset: 0, chunk: Buffer.alloc(0) } },
  ],
];

const { waits } = body.configuration;
const long = { ...waits, payMs: 600_000, choiceMs: 600_000 };
const ofConfiguration: Row[] = [
  [
    'place-audience',
    'Signed for this terminal, and made out to another.',
    'audience',
    { audience: 'shop-0043' },
    'protocol/place',
  ],
  ['wait-short', 'A wait below its range.', 'waits.pinMs', { waits: { ...waits, pinMs: 4999 } }],
  ['visit-long', 'Waits that add up to more than 28 minutes.', 'waits', { waits: long }],
  [
    'shop-line',
    'A line feed in the name of the shop.',
    'shop.name',
    { shop: { name: 'a\nb', contact: '1' } },
  ],
];

export const wrongFields = (): WrongField[] => {
  const { session } = body;
  const log = { terminal, epoch: 1, session };
  const empty = { tag: session, body: Buffer.alloc(0) };
  return [
    ...changed('presence', onTopic('presence', 'agent'), { ...body.presence(true) } as Fields, ofPresence),
    ...changed('question', onTopic('request', 'agent'), { id, waitsMs: 1, question: fetch }, ofQuestion),
    ...changed('answer', onTopic('reply', 'hub'), { id }, ofAnswer()),
    ...changed('batch', onTopic('ledger', 'agent'), { ...log, from: 1, records: [] }, [
      ['from-0', 'A batch from record 0.', 'from', { from: 0 }],
      ['record-empty', 'A record without a byte.', 'records.0.body', { records: [empty] }],
    ]),
    ...changed(
      'acknowledgement',
      onTopic('acknowledgement', 'hub'),
      { ...log, upto: 0, tag: Buffer.alloc(16), generation: 1, refused: [] },
      [
        ['upto-negative', 'A cursor below 0.', 'upto', { upto: -1 }],
        ['generation-0', 'Generation 0.', 'generation', { generation: 0 }],
        [
          'refused-above',
          'A refused record above the cursor.',
          'refused',
          { refused: [{ seq: 1, code: 'ledger/schema' }] },
        ],
      ],
    ),
    ...changed('evidence', { key: 'gate', external: contextOf.evidence(transaction) }, evidence, [
      ['evidence-result', 'A result that there is not.', 'result', { result: 'maybe' }],
      [
        'place-transaction',
        'Signed for this transaction, and names another.',
        'transaction',
        { transaction: fixed('another transaction', 16) },
        'protocol/place',
      ],
      ['evidence-impressions', 'Impressions below -1.', 'impressions', { impressions: -2 }],
    ]),
    ...changed(
      'configuration',
      { key: 'configuration', external: contextOf.configuration(terminal) },
      body.configuration as unknown as Fields,
      ofConfiguration,
    ),
  ];
};
