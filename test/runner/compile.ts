// Compiles, once a run, what hundreds of processes of the suites start with: one that is killed keeps nothing that it compiled.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const mains = [
  ...['agent/main.ts', 'agent/gate/main.ts', 'drivers/native/main.ts'],
  ...['simulator/hub/process/main.ts', 'provisioning/madoguchi.ts'],
];

/** Starts each program without what it needs, so that it ends at once. `environment` names Node's compile cache. */
export async function compile(environment: NodeJS.ProcessEnv, stop: AbortSignal): Promise<void> {
  const env = { ...process.env, ...environment };
  await Promise.all(
    mains.map(main => {
      const path = fileURLToPath(new URL(`../../${main}`, import.meta.url));
      const child = spawn(process.execPath, [path, '--help'], { stdio: 'ignore', env });
      stop.addEventListener('abort', () => child.kill());
      return once(child, 'exit');
    }),
  );
}
