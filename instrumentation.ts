/** Called by Next once per process, before the first request. Compiled for the edge too, hence the guard. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { start } = await import('./lib/server/start');
  await start();
}
