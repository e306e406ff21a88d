import type { Config } from './config';
import type { Fields } from './fields';

/** Reads `STEP_UP_MAX_AGE` and `STEP_UP_ACR_VALUES`: `action=value`, several separated by commas. */
export function readStepUp(fields: Fields): Config['stepUp'] {
  return {
    maxAge: readPairs(fields, 'STEP_UP_MAX_AGE', 'note:delete=300', (text) =>
      /^\d{1,9}$/.test(text) ? Number(text) : undefined,
    ),
    acrValues: readPairs(fields, 'STEP_UP_ACR_VALUES', 'note:delete=urn:example:strong', (text) => {
      const values = text.split(/\s+/).filter(Boolean);
      return values.length > 0 && values.every((value) => /^[\w.:/+-]{1,128}$/.test(value))
        ? values
        : undefined;
    }),
  };
}

function readPairs<T>(
  fields: Fields,
  variable: string,
  example: string,
  read: (text: string) => T | undefined,
): Record<string, T> {
  const pairs = fields.list(variable).flatMap((entry): [string, T][] => {
    const [, action, text] = /^([^=\s]+)\s*=\s*(.+)$/.exec(entry) ?? [];
    const value = text === undefined ? undefined : read(text);
    if (action !== undefined && value !== undefined) return [[action, value]];
    fields.complain(variable, `"${entry}" cannot be read`, `write it as ${example}`);
    return [];
  });
  return Object.fromEntries(pairs);
}
