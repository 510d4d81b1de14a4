// `--fault list`: every fault with what happens and the end to be expected, by the part that it is a fault of.
import { conditionOf, type Fault } from '../faults/fault.ts';
import { wrap } from './columns.ts';
import { expectedOf } from './expected-end.ts';

const columns = 80;

/** By the first part of a fault's name. */
const titles: Readonly<Record<string, string>> = {
  card: 'Card and card reader',
  pinpad: 'PIN pad',
  receipt: 'Receipt printer',
  page: 'Page printer',
  hub: 'Hub, network and documents',
  till: 'Till',
  panel: 'Screen',
  customer: 'Resident',
  agent: 'Agent',
  gate: 'Gate',
  native: 'Native process',
  broker: 'Broker',
};

const titleOf = (fault: Fault): string => titles[conditionOf(fault)] ?? conditionOf(fault);

/** The list, or what of it has `word` in name, title, summary or end; undefined where nothing has. */
export function faultList(faults: readonly Fault[], word = ''): string | undefined {
  const fits = faults.filter(fault =>
    [fault.name, titleOf(fault), fault.summary, expectedOf([fault])]
      .join('\n')
      .toLowerCase()
      .includes(word.toLowerCase()),
  );
  if (fits.length === 0) return undefined;
  const groups = [...Map.groupBy(fits, titleOf)];
  return [
    ...groups.map(groupText),
    `Play one, or several at once: npm run demo -- --fault ${fits[0]!.name}\n`,
  ].join('\n');
}

const groupText = ([title, faults]: [string, Fault[]]): string =>
  [`${title} (${faults.length})`, '', ...faults.flatMap(faultLines), ''].join('\n');

const faultLines = (fault: Fault): string[] => [
  `  ${fault.name}`,
  ...indented(fault.summary, '      '),
  ...indented(`→ ${expectedOf([fault])}`, '      '),
];

const indented = (text: string, indent: string): string[] =>
  wrap(text, columns - indent.length).map(line => indent + line);
