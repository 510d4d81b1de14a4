// Writes docs/codes.md: node test/codes/write.ts
import { writeFile } from 'node:fs/promises';
import { page, render } from './render.ts';

await writeFile(page, render());
