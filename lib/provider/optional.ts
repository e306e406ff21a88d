import { z } from 'zod';

/** A member that may be missing. Some providers write `null` or an empty text for that; it says no more. */
export function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional());
}
