// Turns what the counter sees into changes: conditions that went missing or came back, printers that begin or cease to warn.
import type { DeviceStatus } from '../commands/device-status.ts';
import { isWarning } from '../readiness/page-conditions.ts';
import { Differences } from './differences.ts';
import type { Fact } from './fact.ts';

export interface Seen {
  conditions: readonly { code: string }[];
  warnings: readonly { code: string }[];
  /** Undefined while the gate does not answer: nothing is known about the printers then. */
  devices: DeviceStatus | undefined;
}

/** A keyword as RFC 8011, 5.1.4 wants it: anything else could be free text, and so personal. */
const keyword = /^[a-z][a-z-]{0,39}$/;

export class LookWatch {
  readonly #conditions = new Differences();
  readonly #warnings = { receipt: new Differences(), page: new Differences() };

  take({ conditions, warnings, devices }: Seen): Fact[] {
    const { come, gone } = this.#conditions.against([...conditions, ...warnings].map(({ code }) => code));
    return [
      ...come.map(code => ({ type: 'condition', code, is: 'lost' }) as const),
      ...gone.map(code => ({ type: 'condition', code, is: 'back' }) as const),
      ...(devices ? this.#papers(devices) : []),
    ];
  }

  #papers({ receipt, page }: DeviceStatus): Fact[] {
    return [
      ...this.#paper('receipt', receipt.paper === 'low' ? ['paper-low'] : []),
      ...this.#paper(
        'page',
        page.reasons.filter(reason => isWarning(reason) && keyword.test(reason)),
      ),
    ];
  }

  #paper(printer: 'receipt' | 'page', warnings: readonly string[]): Fact[] {
    const { come, gone } = this.#warnings[printer].against(warnings);
    return [
      ...come.map(warning => ({ type: 'paper', printer, warning, is: 'on' }) as const),
      ...gone.map(warning => ({ type: 'paper', printer, warning, is: 'over' }) as const),
    ];
  }
}
