// Checks a value that passes a door against its schema.
import * as v from 'valibot';

export type Checked<T> = { ok: true; value: T } | { ok: false; field: string };

/** `field` is the path of the wrong field, for errors and logs. It never contains a value, which could be a secret. */
export function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Checked<T> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success
    ? { ok: true, value: result.output }
    : { ok: false, field: fieldOf(result.issues[0]) };
}

/** Form of the names in our schemas. Other names come from the peer, which may put anything into a name. */
const ourName = /^[a-z][a-zA-Z]{0,29}$/;

function fieldOf({ path, expected }: v.BaseIssue<unknown>): string {
  const names = (path ?? []).map(item => {
    if ('origin' in item && item.origin === 'key' && expected === 'never') return '(unknown)';
    const { key } = item;
    return typeof key === 'number' || ourName.test(String(key)) ? String(key) : '(name)';
  });
  return names.length > 0 ? names.join('.') : '(all)';
}
