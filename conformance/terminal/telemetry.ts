import type { TerminalCheck } from './scene.ts';

export const telemetry: readonly TerminalCheck[] = [];
