// Checks every import below a root against the table of rooms, and for circles of files and of rooms.
import { globSync } from 'node:fs';
import { betweenRooms, findCircles } from './circles.ts';
import { readImports } from './read-imports.ts';
import { broken, roots } from './rules.ts';

/** One line for each violation: `file:line: what is wrong`. Empty when all is well. */
export function checkImports(root: string): { files: number; violations: string[] } {
  const files = globSync(`{${roots.join(',')}}/**/*.ts`, {
    cwd: root,
    exclude: ['**/node_modules/**'],
  }).sort();
  const imports = files.flatMap(file => readImports(root, file));
  const walls = imports.flatMap(({ from, to, line }) => {
    const may = broken(from, to);
    return may ? [`${from}:${line}: must not import ${to}; it may import ${may.join(', ')}`] : [];
  });
  const circles = findCircles(imports).map(
    ({ closing, way }) => `${closing.from}:${closing.line}: closes a circle: ${way.join(' > ')}`,
  );
  // tests import what they like
  const rooms = betweenRooms(imports.filter(({ from }) => !from.startsWith('test/')));
  const backAndForth = findCircles(rooms).map(({ way }) => `rooms import each other: ${way.join(' > ')}`);
  return { files: files.length, violations: [...walls, ...circles, ...backAndForth] };
}
