// timeout: 90 s
// waits
// An agent whose user may not read its folder, and then not write its journal: it stays up and says so, whichever it is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StatusReport } from '../../agent/counter/status-report.ts';
import { askStatus } from '../../provisioning/status/ask-status.ts';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { writeHome } from './config/home-folder.ts';

const main = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));
const nobody = 65_534;

function chownAll(path: string): void {
  for (const name of ['', ...readdirSync(path, { recursive: true })])
    chownSync(join(path, String(name)), nobody, nobody);
}

async function shown(panel: string, code: string): Promise<StatusReport['conditions']> {
  for (;;) {
    const conditions = existsSync(panel)
      ? await askStatus(panel, 5_000).then(
          ({ report }) => report.conditions,
          () => [],
        )
      : [];
    if (conditions[0]?.code === code) return conditions;
    await sleep(50);
  }
}

const denied =
  'a folder of another user, then a journal of another user: each is named on the screen, and nothing ends';
// only root can make files of two users
(process.getuid?.() === 0 ? test : test.skip)(denied, async () => {
  const dir = temporaryFolder('denied', 0); // in /tmp: another user must get there
  let child: ChildProcess | undefined;
  try {
    chmodSync(dir, 0o777);
    const [home, panel] = [join(dir, 'agent'), join(dir, 'panel.sock')];
    await writeHome(home);
    chmodSync(home, 0o700);
    const doors = ['--panel', panel, '--gate', join(dir, 'no-gate.sock')];
    const user = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
    child = spawn('setpriv', [...user, process.execPath, main, '--home', home, ...doors], {
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const [condition] = await shown(panel, 'agent/homeDenied');
    assert.match(condition?.hint ?? '', /chown.*agent\.json/);
    chownAll(home);
    mkdirSync(join(home, 'journal'), { mode: 0o700 });
    const [journal] = await shown(panel, 'journal/diskDenied');
    assert.match(journal?.hint ?? '', /journal\/denied/);
    child.kill('SIGTERM');
    assert.equal(await ended, [0, null]);
  } finally {
    child?.kill('SIGKILL');
    rmSync(dir, { recursive: true });
  }
});

test.run();
