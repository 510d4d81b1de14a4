// Finds import circles: files, or rooms, of which none can be understood before the others.
import type { Import } from './read-imports.ts';

/** Folders that are divided into rooms themselves. */
const divided = ['agent/gate', 'simulator/hub'];

/** The room of a file: a folder in a first-level folder, or in a divided one. A file that lies loose there is its own room. */
export function roomOf(file: string): string {
  const deep = divided.some(folder => file.startsWith(`${folder}/`));
  return file
    .split('/')
    .slice(0, deep ? 3 : 2)
    .join('/');
}

/** The same imports, as from room to room. */
export const betweenRooms = (imports: readonly Import[]): Import[] =>
  imports
    .map(({ from, to, line }) => ({ from: roomOf(from), to: roomOf(to), line }))
    .filter(({ from, to }) => from !== to);

/** The import that closes each circle, with the way round: a depth-first walk's back edges. */
export function findCircles(imports: readonly Import[]): { closing: Import; way: string[] }[] {
  const outgoing = Map.groupBy(imports, one => one.from);
  const done = new Set<string>();
  const way: string[] = [];
  const circles: { closing: Import; way: string[] }[] = [];

  function walk(file: string): void {
    way.push(file);
    for (const one of outgoing.get(file) ?? []) {
      const start = way.indexOf(one.to);
      if (start >= 0) circles.push({ closing: one, way: [...way.slice(start), one.to] });
      else if (!done.has(one.to)) walk(one.to);
    }
    way.pop();
    done.add(file);
  }

  for (const file of outgoing.keys()) if (!done.has(file)) walk(file);
  return circles;
}
