// The kinds of certificate that can be rendered, by their names in the catalogue.
import { fuhyo } from './fuhyo.ts';
import { inkan } from './inkan.ts';
import { juminhyo } from './juminhyo.ts';
import { koseki } from './koseki.ts';
import type { PaperMaker } from './paper.ts';
import { zei } from './zei.ts';

export const papers: Readonly<Record<string, PaperMaker>> = { juminhyo, inkan, koseki, fuhyo, zei };
