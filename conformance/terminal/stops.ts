import type { TerminalCheck } from './scene.ts';

export const stops: readonly TerminalCheck[] = [];
