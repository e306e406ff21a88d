import type { ExaminationInput } from '../../lib/token';
import { VerdictCache } from '../../lib/token/verdict-cache';

/** `examine` with a memory, to call in its place. */
export function rememberVerdicts(options: ConstructorParameters<typeof VerdictCache>[0]) {
  const cache = new VerdictCache(options);
  return Object.assign((input: ExaminationInput) => cache.examine(input), { held: () => cache.held() });
}
