// Plays the kit at a terminal of ours, and writes docs/contract/scorecard-terminal.md. It takes ten minutes or so.
import { writeFileSync } from 'node:fs';
import type { Scorecard } from '../../conformance/scorecard.ts';
import { form } from '../../conformance/terminal/form.ts';
import { scorecardPage } from './scorecard-page.ts';

const lines: string[] = [];
process.exitCode = await form.run(['--ours', '--json'], line => lines.push(line));
const card = JSON.parse(lines.join('')) as Scorecard;
const page = new URL('../../docs/contract/scorecard-terminal.md', import.meta.url);
writeFileSync(page, scorecardPage(card, 'terminal'));
