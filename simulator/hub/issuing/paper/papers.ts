// The kinds that can be rendered, by the catalogue's word.
import { fuhyo } from './fuhyo.ts';
import { inkan } from './inkan.ts';
import { juminhyo } from './juminhyo.ts';
import { koseki } from './koseki.ts';
import type { PaperMaker } from './paper.ts';
import { zei } from './zei.ts';

export const papers: Readonly<Record<string, PaperMaker>> = { juminhyo, inkan, koseki, fuhyo, zei };
