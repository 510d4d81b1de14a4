// Writes what docs/contract has from the code: node test/contract/write.ts
import { writeFile } from 'node:fs/promises';
import { pages } from './pages.ts';

for (const { page, render } of pages) await writeFile(page, render());
