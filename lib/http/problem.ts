/**
 * Everything an answer can say went wrong: a closed set. `title` is for people, `hint` for whoever operates or calls
 * the API. The codes are stable; the words may change.
 */
const problems = {
  unauthenticated: {
    status: 401,
    title: 'You are not signed in.',
    hint: 'Send an access token as "Authorization: Bearer …", or sign in.',
  },
  invalid_request: {
    status: 400,
    title: 'The request is malformed.',
    hint: 'Send exactly one Authorization header with exactly one token: "Authorization: Bearer …".',
  },
  invalid_token: {
    status: 401,
    title: 'The access token was refused.',
    hint: 'The member "check" names the rule that failed. Get a new token; in a browser, sign in again. The page /token shows every rule for the token of the session that opens it.',
  },
  invalid_parameters: {
    status: 400,
    title: 'The address has parameters that cannot be read.',
    hint: 'See the details.',
  },
  insufficient_user_authentication: {
    status: 401,
    title: 'This needs a more recent or a stronger sign-in.',
    hint: 'Sign in again with the "max_age" or "acr_values" of the challenge. Operators: docs/step-up.md.',
  },
  insufficient_scope: {
    status: 403,
    title: 'The access token does not carry the scope that this needs.',
    hint: 'Ask for the scope in "scope" at sign-in and have it granted.',
  },
  keys_unavailable: {
    status: 503,
    title: 'The sign-in provider cannot be reached, so the token could not be checked.',
    hint: 'Try again after "Retry-After" seconds. Operators: /api/health shows the last error.',
  },
  refresh_unavailable: {
    status: 503,
    title: 'The sign-in provider gave no answer that can be used, so your session could not be renewed.',
    hint: 'Try again after "Retry-After" seconds; you are still signed in. Operators: the log says what it answered.',
  },
  store_unavailable: {
    status: 503,
    title: 'The database cannot be reached.',
    hint: 'Try again after "Retry-After" seconds. Operators: check DATABASE_URL.',
  },
  cross_site: {
    status: 403,
    title: 'This request came from another site.',
    hint: "A browser's session may only change things from this app's own pages.",
  },
  reveal_disabled: {
    status: 403,
    title: 'The raw access token is not shown here.',
    hint: 'Set TOKEN_REVEAL=on to allow it.',
  },
  not_renewable: {
    status: 409,
    title: 'Your session cannot be renewed: the sign-in provider gave no refresh token for it.',
    hint: 'Sign in again for a new token. Operators: have the provider issue refresh tokens to this client.',
  },
  not_found: { status: 404, title: 'There is nothing here.', hint: 'Check the address.' },
  method_not_allowed: {
    status: 405,
    title: 'This method is not available here.',
    hint: 'The header "Allow" lists the methods that are.',
  },
  version_mismatch: {
    status: 412,
    title: 'The note has changed since you read it.',
    hint: 'Read it again and send its new ETag in "If-Match".',
  },
  quota: {
    status: 409,
    title: 'You have as many notes as one person may keep.',
    hint: 'Delete some that you no longer need.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests.',
    hint: 'Wait for the seconds of "Retry-After". Operators: docs/limits.md.',
  },
  too_large: { status: 413, title: 'The request is too large.', hint: 'Send at most 64 KiB.' },
  unsupported_media_type: {
    status: 415,
    title: 'The request body has a type that is not read here.',
    hint: 'Use the content type named in the details.',
  },
  malformed_body: { status: 400, title: 'The request body cannot be read.', hint: 'See the details.' },
  invalid_fields: {
    status: 422,
    title: 'Some fields are not valid.',
    hint: 'The member "errors" names each field and what is wrong with it.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side.',
    hint: "Try again. Operators: the log has the cause under this answer's time.",
  },
} as const satisfies Record<string, { status: number; title: string; hint: string }>;

export type ProblemCode = keyof typeof problems;

/** Problems of our own or the provider's that pass. */
export const unavailableCodes = [
  'keys_unavailable',
  'refresh_unavailable',
  'store_unavailable',
] as const satisfies readonly ProblemCode[];
export type UnavailableCode = (typeof unavailableCodes)[number];

export interface ProblemOptions {
  /** In place of the usual title and hint, where the cause is known better. */
  readonly title?: string;
  readonly hint?: string;
  /** What is particular to this occurrence, in a sentence. */
  readonly detail?: string;
  /** Further members of the body (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is known of the cause of a problem. */
export type ProblemWords = Pick<ProblemOptions, 'title' | 'detail' | 'hint'>;

/** The body of a problem answer (RFC 9457 §3). */
export interface ProblemBody {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly hint: string;
  readonly [member: string]: unknown;
}

export function problemBody(code: ProblemCode, options: ProblemOptions = {}): ProblemBody {
  const { status, ...usual } = problems[code];
  const { title = usual.title, hint = usual.hint, detail, members } = options;
  return {
    type: 'about:blank',
    title,
    status,
    code,
    ...(detail !== undefined && { detail }),
    hint,
    ...members,
  };
}

/** An `application/problem+json` answer (RFC 9457); never stored by caches. */
export function problem(code: ProblemCode, options: ProblemOptions = {}): Response {
  return Response.json(problemBody(code, options), {
    status: problems[code].status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...options.headers,
    },
  });
}

/**
 * An answer that asking again may change: 503 with `Retry-After` (RFC 9110 §10.2.3).
 * @param seconds until asking again may help
 * @param words what is known of the cause
 */
export function unavailable(code: UnavailableCode, seconds: number, words: ProblemWords = {}): Response {
  return problem(code, { ...words, headers: { 'retry-after': String(seconds) } });
}
