// The virtual hub with one mistake each, and what the kit must find of it.
import type { Change } from '../mutate.ts';

/** The requirements that are judged together: a mutant breaks its own and leaves the others. */
export const families = {
  enrolment: ['020', '021', '022', '023', '024', '025', '026', '029'],
  broker: ['010', '011', '012', '013', '014'],
  questions: ['030', '031', '032', '033', '034', '035', '036', '003'],
  cards: ['040', '041', '042', '043'],
  orders: ['044', '049', '050'],
  documents: ['046', '047', '048', '051', '052', '053'],
  ledger: ['060', '061', '062', '063', '064', '066', '067', '068', '069', '071', '073', '080'],
  versions: ['090', '091', '092', '093', '002'],
} as const;

export interface HubMutant {
  /** What the hub does wrong. */
  name: string;
  change: Change;
  family: keyof typeof families;
  /** The requirements that fail, by the last three digits. */
  fails: readonly string[];
  /** What the kit must have seen of it: a check that ended for another reason has found nothing. */
  came: RegExp;
}

const hub = (file: string, find: string, replace: string): Change => ({
  ...{ file: `simulator/hub/${file}.ts`, find, replace },
});

export const hubMutants: readonly HubMutant[] = [
  {
    name: 'it spends a code on a claim whose certificate request is signed wrongly',
    change: hub('enrolment/decide-claim', 'if (await parsed.verify()) return', 'return'),
    ...{ family: 'enrolment', fails: ['025'], came: /came: a grant/ },
  },
  {
    name: 'its broker lets a terminal use the branch of another',
    change: hub('broker', "topicsOf('%u', '+')", "topicsOf('+', '+')"),
    ...{ family: 'broker', fails: ['012'], came: /came: the hub answered it/ },
  },
  {
    name: 'it answers another question under a known id with the first answer',
    change: hub('routing/answer-cache', 'earlier.digest.equals(digest)', 'true'),
    ...{ family: 'questions', fails: ['031'], came: /came: an answer challenge/ },
  },
  {
    name: 'it makes an order that comes again a second time',
    change: hub(
      'routing/router',
      "question.ask === 'fetch' ||",
      "question.ask === 'fetch' || question.ask === 'order' ||",
    ),
    ...{ family: 'questions', fails: ['030'], came: /came: refused issuing\/challenge/ },
  },
  {
    name: 'its challenges are good any number of times',
    change: hub('service/challenges', 'this.#given.delete(key);\n    return', 'return'),
    ...{
      family: 'cards',
      fails: ['040'],
      came: /after an attempt; expected: refused; came: an answer authenticate/,
    },
  },
  {
    name: 'it takes a certificate that has run out',
    change: hub('card-authentication/service', 'from <= today && today <= to', 'from <= today'),
    ...{ family: 'cards', fails: ['041'], came: /expired\.pem .* came: an answer authenticate/ },
  },
  {
    name: 'it does not verify the signature of the order',
    change: hub('issuing/card-signatures', '[request.statement, request.signature],', ''),
    ...{ family: 'orders', fails: ['044'], came: /signature of the order; .* came: an answer order/ },
  },
  {
    name: 'it takes any fee',
    change: hub('issuing/order-check', 'order.feeYen === kind.feeYen * order.copies', 'order.feeYen >= 0'),
    ...{ family: 'orders', fails: ['050'], came: /fee of .* came: an answer order/ },
  },
  {
    name: 'it takes an order that is sealed to another municipality',
    change: hub('issuing/card-signatures', 'statement.order.municipality === municipality', 'true'),
    ...{ family: 'orders', fails: ['049'], came: /sealed to .* came: an answer order/ },
  },
  {
    name: 'it signs a manifest with another nonce than the gate’s',
    change: hub(
      'issuing/make-document',
      'gateNonce: authentication.gateNonce',
      'gateNonce: authentication.challenge',
    ),
    ...{ family: 'documents', fails: ['046'], came: /gate\/manifestNonce/ },
  },
  {
    name: 'its certificates have a link',
    change: hub(
      'issuing/paper/render',
      'document.end();',
      "document.link(0, 0, 9, 9, 'https://example.org');\n  document.end();",
    ),
    ...{ family: 'documents', fails: ['052'], came: /rule action/ },
  },
  {
    name: 'it stores a batch after a gap',
    change: hub('ledger/ledger', 'if (from > upto + 1) {', 'if (false) {'),
    ...{ family: 'ledger', fails: ['062'], came: /one record after the next; .* came: upto/ },
  },
  {
    name: 'it verifies evidence of an earlier epoch with the present gate’s key',
    change: hub('ledger/inbox', 'enrolledThen?.gateKey ?? gateKey', 'gateKey'),
    ...{ family: 'ledger', fails: ['067'], came: /came: refused: \d+ ledger\/evidence$/ },
  },
  {
    name: 'it takes a second end of a transaction',
    change: hub('ledger/entries', 'return changes === 1;', 'return changes < 2;'),
    ...{ family: 'ledger', fails: ['069'], came: /came: refused: none/ },
  },
  {
    name: 'it names another digest in a version refusal',
    change: hub(
      'routing/router',
      'refused: digestOf(message)',
      'refused: digestOf(agentKey.get(-2) as Buffer)',
    ),
    ...{ family: 'versions', fails: ['090'], came: /came: one with another digest/ },
  },
  {
    name: 'it publishes a key set in a version that it does not speak',
    change: hub(
      'routing/router',
      'const { keySet } = topicsOf(terminal, version);',
      'const { keySet } = topicsOf(terminal, Math.max(...presence.versions));',
    ),
    ...{ family: 'versions', fails: ['093'], came: /came: one on madoguchi\/250\// },
  },
  {
    name: 'it answers an older terminal in the next version too',
    change: hub(
      'routing/router',
      'async #send(reply: string, id: Buffer, answer: Answer): Promise<void> {',
      "async #send(reply: string, id: Buffer, answer: Answer): Promise<void> {\n    await this.#options.publish(reply.replace('/1/', '/2/'), Buffer.alloc(9));",
    ),
    ...{ family: 'versions', fails: ['092'], came: /came: madoguchi\/2\// },
  },
];
