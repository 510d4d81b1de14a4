import type { TerminalCheck } from './scene.ts';

export const acknowledgements: readonly TerminalCheck[] = [];
