export * from './checks';
export * from './id-token';
export * from './logout-token';
export * from './unverified';
