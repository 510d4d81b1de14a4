// Finds import circles: files of which none can be understood before the others.
import type { Import } from './read-imports.ts';

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
