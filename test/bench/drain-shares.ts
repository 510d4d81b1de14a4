// What the agent's time goes into while it drains, seen from outside: its journal and its link are watched.
import type { Journal } from '../../agent/journal/journal.ts';
import type { Link } from '../../agent/link/link-options.ts';

/** Milliseconds. `sign`: from what was read to what is sent; `move`: the cursor, with its flush where it has one. */
export interface AgentShares {
  read: number;
  sign: number;
  publish: number;
  move: number;
}

/** The same object, but for these methods; getters and private fields stay its own. */
const withMethods = <T extends object>(of: T, methods: Partial<T>): T =>
  new Proxy(of, {
    get(target, name) {
      const value = Reflect.get(name in methods ? methods : target, name);
      return typeof value === 'function' && !(name in methods) ? value.bind(target) : value;
    },
  });

export function watched(journal: Journal, link: Link): { journal: Journal; link: Link; shares: AgentShares } {
  const shares = { read: 0, sign: 0, publish: 0, move: 0 };
  let read = 0;
  return {
    shares,
    journal: withMethods(journal, {
      async read(after, options) {
        const begun = performance.now();
        const entries = await journal.read(after, options);
        read = performance.now();
        shares.read += read - begun;
        return entries;
      },
      async acknowledge(cursor) {
        const begun = performance.now();
        const found = await journal.acknowledge(cursor);
        shares.move += performance.now() - begun;
        return found;
      },
    }),
    link: withMethods(link, {
      async carry(leaf, make) {
        let made = 0;
        const carried = await link.carry(leaf, async (maxBytes, topic) => {
          const payload = await make(maxBytes, topic);
          made = performance.now();
          shares.sign += made - read;
          return payload;
        });
        shares.publish += performance.now() - made;
        return carried;
      },
    }),
  };
}
