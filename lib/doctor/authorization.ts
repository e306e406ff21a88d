import { randomBytes } from 'node:crypto';
import type { AuthorizeParams } from '../config';
import { type Symptom, symptomOf, symptomOnPage } from '../provider/symptoms';
import { readTokenAnswer } from '../provider/token-answer';
import { attempt, discard, type Fetch, isRemoteError, type RemoteError } from '../remote';

/** What a sign-in of this app would ask the authorization endpoint for. */
export interface AuthorizationRequest {
  readonly endpoint: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** As the preset and the settings add them. */
  readonly parameters: AuthorizeParams;
}

/** What the provider thinks of such a request while nobody is signed in. */
export type AuthorizationVerdict =
  | { readonly verdict: 'accepted'; readonly said: string }
  | {
      readonly verdict: 'refused';
      /** In the provider's words. */
      readonly said: string;
      readonly symptom: Symptom | undefined;
      /** Whether it sent the refusal to our redirect URI, which it does to registered ones only (RFC 6749 §4.1.2.1). */
      readonly atCallback: boolean;
    }
  | { readonly verdict: 'untold'; readonly said: string };

/** Time for the answer, and the part of a page that is read. */
const timeout = 5_000;
const maxBytes = 256 * 1024;

/** Nobody is signed in, and `prompt=none` forbids to ask: the request itself was all right (OpenID Connect Core §3.1.2.6). */
const silent = ['login_required', 'interaction_required', 'consent_required', 'account_selection_required'];

/** Whether an error is about there being no person. A provider without `prompt=none` may say so in words of its own. */
const isOfSilence = (error: string, description: string) =>
  silent.includes(error) || (error === 'invalid_request' && /\bprompt\b/i.test(description));

/**
 * Asks the authorization endpoint as a browser would, without a person (`prompt=none`), and reads what that says of the
 * registration. PKCE challenge, state and nonce are thrown away: nothing can be redeemed.
 */
export async function askAuthorization(
  fetch: Fetch,
  request: AuthorizationRequest,
): Promise<AuthorizationVerdict> {
  const url = authorizationUrl(request);
  const address = url.origin + url.pathname;
  try {
    return await attempt(address, async () => {
      const response = await fetch(url.href, {
        cache: 'no-store',
        redirect: 'manual',
        headers: { accept: 'text/html, application/json;q=0.9' },
        signal: AbortSignal.timeout(timeout),
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return readPage(response);
      discard(response);
      return readRedirect(location, url, request.redirectUri);
    });
  } catch (error) {
    return {
      verdict: 'untold',
      said: isRemoteError(error) ? (error as RemoteError).message : 'no answer',
    };
  }
}

function authorizationUrl({
  endpoint,
  clientId,
  redirectUri,
  scopes,
  parameters,
}: AuthorizationRequest): URL {
  const url = new URL(endpoint);
  const random = () => randomBytes(32).toString('base64url');
  const own = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state: random(),
    nonce: random(),
    code_challenge: random(),
    code_challenge_method: 'S256',
    prompt: 'none',
  };
  const all = { ...parameters, ...own };
  for (const [name, values] of Object.entries(all)) {
    for (const value of [values].flat()) url.searchParams.append(name, value);
  }
  return url;
}

function readRedirect(location: string, asked: URL, redirectUri: string): AuthorizationVerdict {
  const target = URL.canParse(location, asked) ? new URL(location, asked) : undefined;
  if (!target) return { verdict: 'untold', said: 'it redirects to something that is no address' };
  const place = target.origin + target.pathname;
  const atCallback = place === redirectUri;
  // Some providers put errors into the fragment.
  const query = target.searchParams.has('error')
    ? target.searchParams
    : new URLSearchParams(target.hash.slice(1));
  const error = query.get('error');
  const description = query.get('error_description') ?? '';
  if (error !== null && !(atCallback && isOfSilence(error, description))) {
    return {
      verdict: 'refused',
      said: words(error, description),
      symptom: symptomOf(error, description),
      atCallback,
    };
  }
  if (atCallback) return { verdict: 'accepted', said: error ?? 'a code, at once' };
  // Cognito's hosted page, where `prompt` is not understood: it checks redirect URI and scopes before it shows it.
  if (/\.amazoncognito\.com$/.test(asked.hostname) && target.pathname === '/login') {
    return { verdict: 'accepted', said: 'its sign-in page' };
  }
  return { verdict: 'untold', said: `it leads to ${place}` };
}

/** An OAuth error as JSON has the form that it has at the token endpoint (RFC 6749 §5.2); anything else is for people. */
async function readPage(response: Response): Promise<AuthorizationVerdict> {
  const text = await readStart(response);
  const { status } = response;
  const answer = readTokenAnswer(status, text);
  if (status >= 400 && answer.outcome === 'refused') {
    const { error, description = '' } = answer;
    return {
      verdict: 'refused',
      said: words(error, description),
      symptom: symptomOf(error, description),
      atCallback: false,
    };
  }
  const symptom = symptomOnPage(text);
  if (symptom) {
    return { verdict: 'refused', said: `a page (${status}) that says so`, symptom, atCallback: false };
  }
  const title = /<title[^>]*>([^<]{1,80})/i.exec(text)?.[1]?.trim();
  return { verdict: 'untold', said: `it answers ${status} with a page${title ? ` called “${title}”` : ''}` };
}

/** A page may be long; what is wrong stands near its beginning or not at all. */
async function readStart({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

const words = (error: string, description: string) => (description ? `${error}: ${description}` : error);
