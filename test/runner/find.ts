// Finds test files and reads what each asks of the runner in its first lines.
import { glob, readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface TestFile {
  /** Absolute path. */
  path: string;
  /** As it is shown: path from the working directory. */
  name: string;
  /** How long it may run on a quiet machine: `// timeout: 180 s` near its top, else a minute. */
  timeoutMs: number;
  /** `// alone` near its top: nothing else runs meanwhile. */
  alone: boolean;
  /** `// waits` near its top: it mostly waits for devices and processes, so that it may run beside busy files. */
  waits: boolean;
}

export interface TestChoice {
  suffix?: string;
  named?: readonly string[];
  grep?: string | undefined;
}

/** Lines at the top of a file in which the runner looks for its marks. */
const top = 10;
const defaultTimeoutMs = 60_000;

/**
 * Test files below `folder`, by name: those whose names end with `suffix`. `named`: only those whose path contains one of these;
 * `grep`: only those whose text contains it.
 */
export async function findTests(
  folder: URL,
  { suffix = '.test.ts', named = [], grep }: TestChoice = {},
): Promise<TestFile[]> {
  const tests: TestFile[] = [];
  for await (const entry of glob(`**/*${suffix}`, { cwd: folder })) {
    const path = fileURLToPath(new URL(entry, folder));
    const name = relative(process.cwd(), path);
    if (named.length > 0 && !named.some(part => name.includes(part.replace(/^\.\//, '')))) continue;
    const source = await readFile(path, 'utf8');
    if (grep === undefined || source.includes(grep)) tests.push({ path, name, ...readMarks(source) });
  }
  return tests.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a file asks for in its first lines. */
export function readMarks(source: string): Pick<TestFile, 'timeoutMs' | 'alone' | 'waits'> {
  const head = source.split('\n').slice(0, top).join('\n');
  const seconds = /^\/\/ timeout: (\d+) s$/m.exec(head)?.[1];
  return {
    timeoutMs: seconds ? Number(seconds) * 1000 : defaultTimeoutMs,
    alone: /^\/\/ alone\b/m.test(head),
    waits: /^\/\/ waits\b/m.test(head),
  };
}
