// npm run check:imports: fails with file and line where a room's wall has a hole.
import { checkImports } from './check.ts';

const { files, violations } = checkImports(new URL('../..', import.meta.url).pathname);
for (const violation of violations) console.error(violation);
console.log(`imports: ${files} files, ${violations.length} violations`);
process.exitCode = violations.length > 0 || files === 0 ? 1 : 0;
