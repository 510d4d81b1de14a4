import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryFolder } from '../../simulator/temporary-folder.ts';
import { checkImports } from './check.ts';

/** Violations in a tree of these files. */
function violationsOf(tree: Record<string, string>): string[] {
  const root = temporaryFolder('imports');
  try {
    for (const [file, source] of Object.entries(tree)) {
      mkdirSync(join(root, dirname(file)), { recursive: true });
      writeFileSync(join(root, file), source);
    }
    return checkImports(root).violations;
  } finally {
    rmSync(root, { recursive: true });
  }
}

const allowed: [from: string, to: string][] = [
  ['agent/protocol/a.ts', 'agent/protocol/b.ts'],
  ['agent/link/a.ts', 'agent/protocol/b.ts'],
  ['agent/link/a.ts', 'agent/journal/b.ts'],
  ['agent/link/a.ts', 'drivers/contract/b.ts'],
  ['agent/link/a.ts', 'drivers/door/b.ts'],
  ['agent/link/a.ts', 'agent/commands/b.ts'],
  ['agent/gate/a.ts', 'agent/protocol/b.ts'],
  ['agent/gate/a.ts', 'agent/commands/b.ts'],
  ['agent/gate/a.ts', 'drivers/page/b.ts'],
  ['agent/commands/a.ts', 'agent/protocol/b.ts'],
  ['agent/commands/a.ts', 'drivers/contract/b.ts'],
  ['agent/commands/a.ts', 'drivers/base/b.ts'],
  ['drivers/door/a.ts', 'drivers/base/b.ts'],
  ['drivers/contract/a.ts', 'drivers/base/b.ts'],
  ['drivers/card/a.ts', 'drivers/contract/b.ts'],
  ['provisioning/a.ts', 'agent/config/b.ts'],
  ['provisioning/a.ts', 'drivers/contract/b.ts'],
  ['simulator/hub/a.ts', 'agent/protocol/b.ts'],
  ['test/e2e/a.ts', 'drivers/card/b.ts'],
  ['conformance/documents/a.ts', 'agent/gate/pdf/b.ts'],
  ['conformance/hub/a.ts', 'simulator/b.ts'],
];

const forbidden: [from: string, to: string][] = [
  ['agent/protocol/a.ts', 'agent/link/b.ts'],
  ['agent/protocol/a.ts', 'drivers/contract/b.ts'],
  ['agent/link/a.ts', 'drivers/page/b.ts'],
  ['agent/link/a.ts', 'agent/gate/b.ts'],
  ['agent/main.ts', 'agent/gate/b.ts'],
  ['agent/ledger/a.ts', 'agent/transaction/b.ts'],
  ['agent/commands/a.ts', 'agent/gate/b.ts'],
  ['agent/commands/a.ts', 'agent/link/b.ts'],
  ['agent/commands/a.ts', 'drivers/door/b.ts'],
  ['agent/commands/a.ts', 'drivers/page/b.ts'],
  ['drivers/base/a.ts', 'drivers/door/b.ts'],
  ['drivers/door/a.ts', 'drivers/page/b.ts'],
  ['drivers/door/a.ts', 'drivers/contract/b.ts'],
  ['drivers/door/a.ts', 'agent/commands/b.ts'],
  ['drivers/contract/a.ts', 'drivers/door/b.ts'],
  ['drivers/contract/a.ts', 'agent/commands/b.ts'],
  ['drivers/native/a.ts', 'agent/commands/b.ts'],
  ['agent/link/a.ts', 'simulator/b.ts'],
  ['agent/link/a.ts', 'provisioning/b.ts'],
  ['drivers/contract/a.ts', 'drivers/card/b.ts'],
  ['drivers/contract/a.ts', 'agent/protocol/b.ts'],
  ['agent/gate/a.ts', 'agent/link/b.ts'],
  ['drivers/card/a.ts', 'agent/protocol/b.ts'],
  ['drivers/card/a.ts', 'simulator/b.ts'],
  ['provisioning/a.ts', 'drivers/card/b.ts'],
  ['provisioning/a.ts', 'simulator/b.ts'],
  ['simulator/hub/a.ts', 'drivers/contract/b.ts'],
  ['simulator/hub/a.ts', 'agent/link/b.ts'],
  ['simulator/hub/a.ts', 'test/b.ts'],
  ['conformance/hub/a.ts', 'simulator/hub/b.ts'],
  ['agent/link/a.ts', 'test/b.ts'],
  ['conformance/a.ts', 'agent/gate/keys/b.ts'],
  ['conformance/a.ts', 'drivers/card/b.ts'],
  ['simulator/a.ts', 'conformance/b.ts'],
  ['provisioning/a.ts', 'conformance/b.ts'],
];

const plant = (from: string, to: string, statement: (path: string) => string) => {
  const path = `${'../'.repeat(from.split('/').length - 1)}${to}`;
  return violationsOf({ [from]: `// planted\n\n${statement(path)}\n`, [to]: 'export const b = 1;\n' });
};

test('what the table allows passes', () => {
  for (const [from, to] of allowed)
    assert.equal(
      plant(from, to, path => `import { b } from '${path}';`),
      [],
      `${from} > ${to}`,
    );
});

test('each forbidden import is named with its file and line', () => {
  for (const [from, to] of forbidden) {
    const [violation = ''] = plant(from, to, path => `import { b } from '${path}';`);
    assert.match(violation, `${from}:3: must not import ${to}`);
  }
});

const forms: [form: string, statement: (path: string) => string][] = [
  ['a type-only import', path => `import type { b } from '${path}';`],
  ['an import over several lines', path => `import {\n  b,\n} from '${path}';`],
  ['an import for its effects', path => `import '${path}';`],
  ['a re-export', path => `export { b } from '${path}';`],
  ['a re-export of everything', path => `export * from '${path}';`],
  ['a dynamic import', path => `const c = await import('${path}');`],
];
for (const [form, statement] of forms)
  test(`${form} is seen`, () => {
    assert.is(plant('simulator/a.ts', 'drivers/card/b.ts', statement).length, 1);
  });

test('a circle is named with the way round, be it by types only', () => {
  const violations = violationsOf({
    'agent/link/a.ts': "import { b } from './b.ts';\n",
    'agent/link/b.ts': "import { c } from '../journal/c.ts';\n",
    'agent/journal/c.ts': "\nimport type { a } from '../link/a.ts';\n",
  });
  assert.equal(violations.slice(0, 1), [
    'agent/link/b.ts:1: closes a circle: agent/journal/c.ts > agent/link/a.ts > agent/link/b.ts > agent/journal/c.ts',
  ]);
});

test('two rooms that import each other are named, even where no file closes a circle', () => {
  const violations = violationsOf({
    'agent/link/a.ts': "import '../journal/b.ts';\n",
    'agent/journal/b.ts': '\n',
    'agent/journal/c.ts': "import '../link/d.ts';\n",
    'agent/link/d.ts': '\n',
    'simulator/hub/ledger/a.ts': "import '../store/b.ts';\n",
    'simulator/hub/store/b.ts': '\n',
    'simulator/hub/store/c.ts': "import '../ledger/d.ts';\n",
    'simulator/hub/ledger/d.ts': '\n',
  });
  assert.equal(violations, [
    'rooms import each other: agent/journal > agent/link > agent/journal',
    'rooms import each other: simulator/hub/ledger > simulator/hub/store > simulator/hub/ledger',
  ]);
});

test('a loose file is a room of its own: helpers below, a program above', () => {
  const violations = violationsOf({
    'agent/main.ts': "import './link/a.ts';\n",
    'agent/link/a.ts': "import '../parts.ts';\n",
    'agent/parts.ts': '\n',
  });
  assert.equal(violations, []);
});

test('a file that two others import is no circle', () => {
  const violations = violationsOf({
    'agent/a.ts': "import './b.ts';\nimport './c.ts';\n",
    'agent/b.ts': "import './d.ts';\n",
    'agent/c.ts': "import './d.ts';\n",
    'agent/d.ts': '\n',
  });
  assert.equal(violations, []);
});

test.run();
