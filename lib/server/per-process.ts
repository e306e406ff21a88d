const registry = globalThis as typeof globalThis & { __claimcheck?: Map<string, unknown> };

/**
 * One value per process, made on first use.
 *
 * Next gives middleware, instrumentation, pages and route handlers separate bundles, so a module-level variable
 * exists once in each of them; `globalThis` is what they share. Caches and connections belong here.
 */
export function perProcess<T>(name: string, make: () => T): T {
  registry.__claimcheck ??= new Map();
  if (!registry.__claimcheck.has(name)) registry.__claimcheck.set(name, make());
  return registry.__claimcheck.get(name) as T;
}

/** Forgets a value made by {@link perProcess}; for a test that starts over. */
export function forgetPerProcess(name: string): void {
  registry.__claimcheck?.delete(name);
}
