// Node's HTTP module without what nobody here uses.

/**
 * `node:http`. An import of it as a module takes about 80 ms more: it evaluates every export, among them the lazy ones that load
 * Node's fetch client (measured with Node 24; `npm run bench -- start` shows the start of each program).
 */
export const http: typeof import('node:http') = process.getBuiltinModule('node:http');
