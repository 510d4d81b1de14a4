// Plays the kit at the virtual hub, and writes docs/contract/scorecard.md.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHub } from '../../simulator/hub/process/hub.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { makeCards, playAt } from './our-hub.ts';
import { scorecardPage } from './scorecard-page.ts';

const dir = temporaryFolder('scorecard');
try {
  const { card } = await playAt({
    startHub,
    dir: join(dir, 'hub'),
    cards: await makeCards(join(dir, 'cards')),
  });
  writeFileSync(new URL('../../docs/contract/scorecard.md', import.meta.url), scorecardPage(card));
} finally {
  rmSync(dir, { recursive: true });
}
