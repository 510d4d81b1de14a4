// Builds, once a run, the programs that hundreds of shops start, and has Node's compile cache filled: a process that is killed
// keeps nothing that it compiled. A start from a bundle costs half of one from source.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '../..');
/** What a terminal's programs are. */
export const terminalMains = [
  'agent/main',
  'agent/gate/main',
  'drivers/native/main',
  'provisioning/madoguchi',
];
const mains = [...terminalMains, 'simulator/hub/process/main'];
/** What reads files beside its own code, or is a folder of addons. */
const external = ['pcsclite', 'node-hid', 'serialport', '@serialport/*', 'pdfkit'];

/** Writes each of these programs as one file into `out`, at its path in the tree. `plugins` may change a source as it is read. */
export async function bundle(
  out: string,
  programs: readonly string[],
  plugins: Plugin[] = [],
): Promise<void> {
  await build({
    entryPoints: programs.map(main => `${main}.ts`),
    ...{ absWorkingDir: root, outdir: out, outbase: root, external, plugins },
    ...{ bundle: true, platform: 'node', target: 'node24', format: 'esm', logLevel: 'error' },
    // packages in CommonJS call it
    banner: {
      js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
    },
  });
  await symlink(join(root, 'node_modules'), join(out, 'node_modules'));
}

/** Writes each program as one file into `out`, at its path in the tree, and starts it once. `environment` names Node's compile cache. */
export async function compile(out: string, environment: NodeJS.ProcessEnv, stop: AbortSignal): Promise<void> {
  await bundle(out, mains);
  const env = { ...process.env, ...environment };
  await Promise.all(
    mains.map(async main => {
      const path = join(out, `${main}.js`);
      const child = spawn(process.execPath, [path, '--help'], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env,
      });
      stop.addEventListener('abort', () => child.kill());
      const [code] = await once(child, 'exit');
      if (code !== 0 && !stop.aborted) throw new Error(`${path}, which was built, does not start`);
    }),
  );
}
