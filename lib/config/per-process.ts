type Values = Map<string, unknown>;

const registry = globalThis as typeof globalThis & { __claimcheck?: Values };
const ofCode = new WeakMap<object, Values>();

function valuesOf(code: object | undefined): Values {
  if (code && process.env.NODE_ENV === 'development') {
    const values = ofCode.get(code) ?? new Map();
    ofCode.set(code, values);
    return values;
  }
  registry.__claimcheck ??= new Map();
  return registry.__claimcheck;
}

/**
 * One value per process, made on first use.
 *
 * Next gives middleware, instrumentation, pages and route handlers separate bundles, so a module-level variable
 * exists once in each of them; `globalThis` is what they share. Caches and connections belong here.
 * @param code given where the value holds code that people edit: an object that its module makes when it is evaluated.
 *   `npm run dev` evaluates a module again once it or what it imports has changed, and then makes the value anew
 */
export function perProcess<T>(name: string, make: () => T, code?: object): T {
  const values = valuesOf(code);
  if (!values.has(name)) values.set(name, make());
  return values.get(name) as T;
}

/** Forgets a value made by {@link perProcess}; for a test that starts over. */
export function forgetPerProcess(name: string): void {
  registry.__claimcheck?.delete(name);
}
