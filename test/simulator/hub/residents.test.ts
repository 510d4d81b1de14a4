import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { catalogueOn } from '../../../simulator/hub/catalogue/catalogue.ts';
import { ageOn, era, inEra, plainDate } from '../../../simulator/hub/catalogue/japanese-date.ts';
import { newestTaxYear } from '../../../simulator/hub/catalogue/tax-year.ts';
import { refusalOf } from '../../../simulator/hub/residents/eligibility.ts';
import { makeResidents } from '../../../simulator/hub/residents/residents.ts';

const wall = Date.UTC(2026, 10, 23);
const residents = makeResidents(() => wall);
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
console.log(`SEED=${seed}`);

/** mulberry32 */
function random(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('41 residents with unique ids live in 15 households of three municipalities', () => {
  const all = residents.all();
  assert.is(all.length, 41);
  assert.is(new Set(all.map(({ resident }) => resident.id)).size, 41);
  assert.is(new Set(all.map(({ household }) => household.id)).size, 15);
  assert.equal(
    new Set(all.map(({ household }) => household.municipality)),
    new Set(['132047', '131130', '122033']),
  );
  assert.is(new Set(all.map(({ household }) => household.address)).size, 15);
});

test("each municipality's code ends with its check digit", () => {
  for (const code of Object.keys(catalogueOn(wall))) {
    const sum = [6, 5, 4, 3, 2].reduce((total, weight, i) => total + weight * Number(code[i]), 0);
    assert.is(Number(code[5]), (11 - (sum % 11)) % 10, code);
  }
});

test('each household has one head, who is listed first; dates of birth and residence are in order and in the past', () => {
  for (const { resident, household } of residents.all()) {
    assert.is(household.members[0]!.relation, '世帯主');
    assert.is(household.members.filter(({ relation }) => relation === '世帯主').length, 1);
    assert.ok(Date.parse(resident.birth) <= Date.parse(resident.since), resident.id);
    assert.ok(Date.parse(resident.since) < wall, resident.id);
    assert.ok((resident.honseki === undefined) === (resident.foreigner !== undefined), resident.id);
  }
});

test('the register has residents whose orders must be refused', () => {
  const code = (id: string) => refusalOf(residents.find(id)!.resident, '132047', 'juminhyo', wall);
  assert.is(code('m501'), 'issuing/protected');
  assert.is(code('m601'), 'issuing/moved');
  assert.is(code('m104'), 'issuing/minor');
  assert.is(code('m101'), undefined);
});

test('a drawn resident may have the drawn kind, for every kind and municipality', () => {
  const draw = random(seed);
  for (let i = 0; i < 300; i++) {
    const { resident, household, kind } = residents.drawResident(draw, {});
    assert.is(refusalOf(resident, household.municipality, kind, wall), undefined);
    assert.not.ok(resident.outsideFont);
  }
  for (const [municipality, { kinds }] of Object.entries(catalogueOn(wall)))
    for (const kind of Object.keys(kinds))
      assert.is(residents.drawResident(draw, { kind, municipality }).household.municipality, municipality);
  assert.throws(() => residents.drawResident(draw, { kind: 'fuhyo', municipality: '131130' }), /No resident/);
});

test('an era starts on its first day, a year of age on the birthday, a tax year in June', () => {
  assert.is(inEra(plainDate('1989-01-07')), '昭和64年1月7日');
  assert.is(inEra(plainDate('1989-01-08')), '平成元年1月8日');
  assert.is(inEra(plainDate('2019-05-01')), '令和元年5月1日');
  assert.is(era(plainDate('1926-12-25')).name, '昭和');
  assert.throws(() => era(plainDate('1912-07-29')), /No era/);
  assert.is(ageOn(plainDate('2011-11-24'), plainDate('2026-11-23')), 14);
  assert.is(ageOn(plainDate('2011-11-23'), plainDate('2026-11-23')), 15);
  assert.is(newestTaxYear(Date.parse('2026-05-31T14:59:59Z')), 2025);
  assert.is(newestTaxYear(Date.parse('2026-05-31T15:00:00Z')), 2026);
});

test.run();
