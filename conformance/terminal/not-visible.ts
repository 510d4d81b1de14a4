// What the kit cannot see of a terminal from outside, and why.
import type { NotVisible } from '../scorecard.ts';

export const notVisible: NotVisible = {
  'MDG-T-002':
    'the vectors are for the readers inside the terminal: docs/contract/vectors is played by its own tests',
  'MDG-T-023': 'a terminal has one face: which of its parts has verified the key set is not seen',
  'MDG-T-036': 'the kit sees no receipt and no claim slip, and nothing else is dated by the clock',
  'MDG-T-046': 'who asks for a print is a matter inside the terminal; a hub asks for none',
  'MDG-T-048': 'it needs a printer or a gate that hangs longer than the agent waits',
  'MDG-T-049': 'whether a file was parsed before it was refused is not seen',
  'MDG-T-056': 'it needs an enrolment that carries a former journal along, while its hub lacks records',
  'MDG-T-057': 'it needs an older disk under the terminal: what it starts with lies on its disk',
  'MDG-T-065': 'the kit sees no paper; its catalogue has one medium',
  'MDG-T-074':
    'the kit cannot read batches of a version that it does not speak; npm run test:versions plays both sides',
};
