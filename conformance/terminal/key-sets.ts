import type { TerminalCheck } from './scene.ts';

export const keySets: readonly TerminalCheck[] = [];
