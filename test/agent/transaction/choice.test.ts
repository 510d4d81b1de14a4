// From the hub's offer to a question, and from whatever a panel answers to an order that hub and catalogue both allow.
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import type { Configuration, Kind } from '../../../agent/protocol/configuration.ts';
import type { Offer } from '../../../agent/protocol/offer.ts';
import { order as orderSchema } from '../../../agent/protocol/order-choice.ts';
import { toAsk, toLines, toOrder } from '../../../agent/transaction/choice.ts';
import { waits } from './story.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const scope = {
  name: 'scope',
  title: '記載範囲',
  values: [
    { value: 'household', title: '世帯全員' },
    { value: 'members', title: '世帯の一部' },
  ],
};
const relation = {
  name: 'relation',
  title: '続柄',
  values: [
    { value: 'shown', title: '記載する' },
    { value: 'hidden', title: '記載しない' },
  ],
};
const plain = { media: 'iso_a4_210x297mm', sides: 'one-sided' } as const;
const kind = (more: Partial<Kind>): Kind => ({
  title: '住民票の写し',
  feeYen: 200,
  maxCopies: 3,
  ...plain,
  options: [],
  members: false,
  ...more,
});
const configuration: Configuration = {
  schema: 1,
  audience: 'test-1',
  seq: 1,
  waits,
  municipalities: {
    '132047': {
      name: '三鷹市',
      kinds: {
        juminhyo: kind({ options: [scope, relation], members: true }),
        inkan: kind({ title: '印鑑登録証明書', maxCopies: 5 }),
        koseki: kind({ title: '戸籍', feeYen: 100_000, maxCopies: 20 }),
        free: kind({ title: '無料', feeYen: 0, maxCopies: 20 }),
      },
    },
  },
};
const offer: Offer = {
  municipality: '132047',
  kinds: ['free', 'koseki', 'inkan', 'juminhyo', 'unknown'],
  members: [
    { number: 0, relation: 'head', nth: 1, self: true },
    { number: 1, relation: 'spouse', nth: 1, self: false },
    { number: 2, relation: 'child', nth: 1, self: false },
    { number: 3, relation: 'child', nth: 2, self: false },
  ],
};
const ask = toAsk(offer, configuration);
const take = (answer: unknown) => toOrder(answer, ask, offer.municipality, configuration);
const good = { kind: 'juminhyo', options: { scope: 'household', relation: 'shown' }, copies: 2 };
const members = (numbers: unknown) => ({
  ...good,
  options: { scope: 'members', relation: 'hidden', members: numbers },
});

test('what both hub and catalogue know is offered, each once, in the order of the hub’s offer, with the city’s name', () => {
  assert.is(ask.municipality, '三鷹市');
  assert.equal(
    ask.kinds.map(({ kind }) => kind),
    ['free', 'koseki', 'inkan', 'juminhyo'],
  );
  assert.equal(
    toAsk({ ...offer, kinds: ['inkan', 'juminhyo', 'inkan', 'toString'] }, configuration).kinds.map(
      ({ kind }) => kind,
    ),
    ['inkan', 'juminhyo'],
  );
  assert.equal(toAsk({ ...offer, kinds: ['inkan'] }, configuration).kinds.length, 1);
  assert.equal(toAsk({ ...offer, municipality: '999999' }, configuration).kinds, []);
});

test('the household is called by its places: numbered where there are several, and never by name', () => {
  assert.equal(
    ask.members.map(({ label }) => label),
    ['世帯主', '配偶者', '子 1', '子 2'],
  );
  const oneChild = toAsk({ ...offer, members: offer.members.slice(0, 3) }, configuration);
  assert.equal(
    oneChild.members.map(({ label, self }) => [label, self]),
    [
      ['世帯主', true],
      ['配偶者', false],
      ['子', false],
    ],
  );
});

test('an answer becomes an order; the fee is that of all copies', () => {
  assert.equal(take(good), { municipality: '132047', ...good, feeYen: 400, ...plain });
  assert.is(take({ kind: 'free', options: {}, copies: 20 }).feeYen, 0);
  assert.equal(take(members([3, 0])).options.members, [3, 0]);
});

const refusals: [name: string, answer: unknown, complaint: RegExp][] = [
  ['nothing', undefined, /field kind/],
  ['null', null, /field kind/],
  ['no kind', { ...good, kind: undefined }, /field kind/],
  ['a kind that is not offered', { ...good, kind: 'tax' }, /tax is not offered/],
  [
    'a kind that the hub offers and no catalogue knows',
    { ...good, kind: 'unknown' },
    /unknown is not offered/,
  ],
  ['an unknown field', { ...good, feeYen: 1 }, /field feeYen/],
  ['no copy', { ...good, copies: 0 }, /field copies/],
  ['half a copy', { ...good, copies: 1.5 }, /field copies/],
  ['copies in words', { ...good, copies: '1' }, /field copies/],
  ['more copies than allowed', { ...good, copies: 4 }, /At most 3 copies/],
  ['an option that is left out', { ...good, options: { scope: 'household' } }, /relation is missing/],
  [
    'a value that is not offered',
    { ...good, options: { scope: 'all', relation: 'shown' } },
    /scope is missing or wrong/,
  ],
  [
    'a list where a word belongs',
    { ...good, options: { scope: [1], relation: 'shown' } },
    /scope is missing or wrong/,
  ],
  [
    'an option that is not offered',
    { ...good, options: { ...good.options, colour: 'red' } },
    /colour is not offered/,
  ],
  ['members without their scope', { ...good, options: { ...good.options, members: [1] } }, /goes with scope/],
  ['a word for members', members('all'), /members must name/],
  [
    'a word for members where there are none',
    { kind: 'inkan', options: { members: 'all' }, copies: 1 },
    /goes with scope/,
  ],
  ['members left out', members(undefined), /field options\.members|goes with scope/],
  ['members that are none', members([]), /at least one/],
  ['a member twice', members([1, 1]), /each once/],
  ['a member of another household', members([1, 7]), /were offered/],
  ['a member that is no number', members([1, '2']), /field options\.members/],
  [
    'members of a kind that has none',
    { kind: 'inkan', options: { members: [1] }, copies: 1 },
    /goes with scope/,
  ],
];

for (const [name, answer, complaint] of refusals)
  test(`refused: ${name}`, () => {
    assert.throws(() => take(answer), complaint);
  });

test('copies are offered only as far as their fee may be asked for', () => {
  const koseki = ask.kinds.find(({ kind }) => kind === 'koseki');
  assert.is(koseki?.maxCopies, 10);
  assert.is(take({ kind: 'koseki', options: {}, copies: 10 }).feeYen, 1_000_000);
  assert.throws(() => take({ kind: 'koseki', options: {}, copies: 11 }), /At most 10/);
});

test('what is confirmed and printed: city, certificate, each option in its own words, copies', () => {
  assert.equal(toLines(take(good), configuration, offer), [
    ['市区町村', '三鷹市'],
    ['証明書', '住民票の写し'],
    ['記載範囲', '世帯全員'],
    ['続柄', '記載する'],
    ['部数', '2部'],
  ]);
});

test('where single members are chosen, the lines say whose certificate it is, by places in the household', () => {
  const lines = toLines(take(members([3, 0])), configuration, offer);
  assert.equal(
    lines.filter(([label]) => label === '対象の方'),
    [['対象の方', '世帯主（ご本人）、子 2']],
  );
  const restarted = toLines(take(members([3, 0])), configuration, undefined);
  assert.equal(
    restarted.filter(([label]) => label === '対象の方'),
    [['対象の方', '2名']],
  );
});

test('the largest household that the contract allows fits the lines of a receipt', () => {
  const all = Array.from({ length: 32 }, (_, number) => number);
  const large: Offer = {
    ...offer,
    members: all.map(number => ({
      number,
      relation: 'other',
      nth: Math.min(31, number + 1),
      self: number === 0,
    })),
  };
  const options = { scope: 'members', relation: 'hidden', members: all };
  const order = { municipality: '132047', ...good, options, feeYen: 400, ...plain };
  const lines = toLines(order, configuration, large).filter(([label]) => label === '対象の方');
  assert.equal(lines.flatMap(([, value]) => value.split('、')).length, 32);
  assert.ok(lines.every(line => line.every(text => text.length <= 200)));
});

const word = fc.constantFrom(
  ...['juminhyo', 'inkan', 'koseki', 'free', 'unknown', 'scope', 'relation', 'members', 'household', 'shown'],
  ...['hidden', 'constructor', '__proto__', 'toString', ''],
);
const often = { maxDepth: 2 } as const;
const nearlyGood = fc.record(
  {
    kind: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('juminhyo', 'inkan', 'koseki', 'free') },
      { weight: 3, arbitrary: word },
      fc.anything(often),
    ),
    options: fc.oneof(
      fc.constantFrom({}, good.options, { ...good.options, scope: 'members' }),
      fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 4 }).map(numbers => members(numbers).options),
      fc.dictionary(word, fc.oneof(word, fc.anything(often))),
    ),
    copies: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -1, max: 21 }) }, fc.anything(often)),
  },
  { noNullPrototype: true },
);

test(`whatever a panel answers is refused in words, or is an order that hub and catalogue allow (seed ${seed})`, () => {
  let taken = 0;
  const holds = (answer: unknown) => {
    let order: ReturnType<typeof take>;
    try {
      order = take(answer);
    } catch (error) {
      assert.is(Object.getPrototypeOf(error), Error.prototype);
      return;
    }
    taken++;
    assert.ok(v.is(orderSchema, order), JSON.stringify(order));
    const entry = configuration.municipalities['132047']?.kinds[order.kind];
    assert.ok(entry && offer.kinds.includes(order.kind));
    assert.is(order.feeYen, entry.feeYen * order.copies);
    assert.ok(order.copies <= entry.maxCopies);
    const { members: picked, ...words } = order.options;
    assert.equal(Object.keys(words).sort(), entry.options.map(({ name }) => name).sort());
    for (const { name, values } of entry.options)
      assert.ok(values.some(({ value }) => value === words[name]));
    assert.is(picked !== undefined, entry.members && words.scope === 'members');
    assert.ok(toLines(order, configuration, offer).every(([, value]) => value !== ''));
  };
  fc.assert(fc.property(nearlyGood, holds), { seed, numRuns: 3000 });
  fc.assert(fc.property(fc.jsonValue(), holds), { seed, numRuns: 500 });
  assert.ok(taken > 50, `only ${taken} orders were taken`);
});

test.run();
