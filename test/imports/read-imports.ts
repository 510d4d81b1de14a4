// Reads which of our files a file imports: static, type-only, side-effect and dynamic imports, and re-exports.
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export interface Import {
  /** Importing and imported file, as paths from the root. */
  from: string;
  to: string;
  /** Line of the module's name in `from`, from 1. */
  line: number;
}

/**
 * `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`. Biome keeps our code in one shape; where a
 * comment or a text looks like an import, the check errs on the strict side.
 */
const imports =
  /^\s*(?:import|export)\b[^;'"]*?\bfrom\s*(['"])(.+?)\1|^\s*import\s*(['"])(.+?)\3|\bimport\(\s*(['"`])(.+?)\5/gm;

/** Imports of other files of ours (relative ones) in `file`, a path from `root`. */
export function readImports(root: string, file: string): Import[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(imports)].flatMap(match => {
    const name = match[2] ?? match[4] ?? match[6] ?? '';
    if (!name.startsWith('.')) return [];
    const line = source.slice(0, match.index + match[0].length).split('\n').length;
    return [{ from: file, to: relative(root, join(root, dirname(file), name)), line }];
  });
}
