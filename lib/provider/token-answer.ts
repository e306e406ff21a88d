/** What a token endpoint grants (RFC 6749 §5.1). All but the access token is a hint, and absent where it cannot be read. */
export interface TokenGrant {
  readonly access_token: string;
  readonly token_type?: string | undefined;
  /** Seconds. */
  readonly expires_in?: number | undefined;
  readonly refresh_token?: string | undefined;
  readonly id_token?: string | undefined;
  /** Separated by spaces. */
  readonly scope?: string | undefined;
}

export type TokenAnswer =
  | { readonly outcome: 'granted'; readonly grant: TokenGrant }
  /** The provider said no (RFC 6749 §5.2). */
  | { readonly outcome: 'refused'; readonly error: string; readonly description: string | undefined }
  /** It could not answer, or not with sense: asking again may help. */
  | {
      readonly outcome: 'unavailable';
      readonly reason: string;
      /** True where only somebody who changes something can help: asking again will not. */
      readonly permanent?: boolean;
      /** A new refresh token that came without an access token: the one that was sent may be spent. */
      readonly refreshToken?: string | undefined;
    };

/** The scopes of a grant; undefined where it does not say, which means "as requested" (RFC 6749 §5.1). */
export function grantedScopes({ scope }: TokenGrant): string[] | undefined {
  return scope?.split(/\s+/).filter(Boolean);
}

/** Statuses that tell of the moment, whatever the body says: a time-out on the way, and too many requests. */
const passing = [408, 429];

/**
 * Reads what a token endpoint has answered. Nothing that is wrong with the rest of an answer loses a token: the provider
 * may have spent the old one for it. An OAuth error is a no, with whatever status below 500; a proxy's page or an empty
 * 400 is trouble on the way.
 */
export function readTokenAnswer(status: number, text: string): TokenAnswer {
  const members = membersOf(text);
  const isSuccess = status >= 200 && status < 300;
  // Logged and shown: not more of it than a code may be long.
  const error = textOf(members?.error)?.slice(0, 200);
  if (isSuccess && members && !(error !== undefined && isWithoutTokens(members)))
    return grantOf(status, members);
  const mayRefuse = isSuccess || (status >= 400 && status < 500 && !passing.includes(status));
  if (error !== undefined && mayRefuse) {
    return { outcome: 'refused', error, description: textOf(members?.error_description) };
  }
  const what = isSuccess ? ', but the body is missing or wrong' : '';
  const reason = `the token endpoint answered ${status}${what}`;
  return { outcome: 'unavailable', reason, ...(isSuccess && { permanent: true }) };
}

const isWithoutTokens = (members: Members) =>
  [members.access_token, members.refresh_token].every((token) => textOf(token) === undefined);

function grantOf(status: number, members: Members): TokenAnswer {
  const accessToken = textOf(members.access_token);
  const refreshToken = textOf(members.refresh_token);
  if (accessToken === undefined) {
    const reason = `the token endpoint answered ${status}, but access_token is missing or wrong`;
    return { outcome: 'unavailable', reason, permanent: true, refreshToken };
  }
  const grant = {
    access_token: accessToken,
    token_type: textOf(members.token_type),
    expires_in: secondsOf(members.expires_in),
    refresh_token: refreshToken,
    id_token: textOf(members.id_token),
    scope: scopeOf(members.scope),
  };
  return { outcome: 'granted', grant };
}

type Members = Readonly<Record<string, unknown>>;

/** The members of a JSON object, which may follow a byte order mark (RFC 8259 §8.1). */
function membersOf(text: string): Members | undefined {
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Members) : undefined;
  } catch {
    return undefined;
  }
}

/** Some providers write `null` or an empty text for nothing. */
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** A number, or digits in a text as some providers write it. */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}

/** A text, or a list of texts as some providers write it. */
function scopeOf(value: unknown): string | undefined {
  const names = Array.isArray(value) ? value.filter((name) => textOf(name) !== undefined) : [value];
  return textOf(names.every((name) => typeof name === 'string') ? names.join(' ') : undefined);
}

/**
 * A sign-in's or a program's token that only its holder's key makes usable (RFC 9449 `DPoP`, `mac`) is of no use here.
 * An answer that does not say is taken for Bearer.
 */
export function refusingOtherTypes(answer: TokenAnswer): TokenAnswer {
  if (answer.outcome !== 'granted') return answer;
  const { token_type: type = 'Bearer' } = answer.grant;
  if (type.toLowerCase() === 'bearer') return answer;
  const description = `token_type ${JSON.stringify(type.slice(0, 40))}`;
  return { outcome: 'refused', error: 'unsupported_token_type', description };
}

/** What a renewal asks for. */
export interface RefreshCall {
  readonly refreshToken: string;
  /** Of the session. */
  readonly scopes: readonly string[];
  /** Milliseconds, within which the call must have ended. */
  readonly timeLimit: number;
}
