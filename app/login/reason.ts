const reasons: Readonly<Record<string, string>> = {
  ended: 'Your session has ended. Sign in again to go on.',
  refused: 'Your access token is not accepted here any more. Sign in again for a new one.',
  expired: 'Your session has expired. Sign in again to go on.',
};

/** Why someone was sent here, in a sentence; an unknown reason says nothing. */
export function reasonText(reason: unknown): string | undefined {
  return typeof reason === 'string' && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
}
