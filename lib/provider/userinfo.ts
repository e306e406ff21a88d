import { attempt, discard, type Fetch, RemoteError, readCapped } from '../remote';

/** The largest answer that is read, in bytes. */
const maxBytes = 64 * 1024;
/** Time for the whole exchange, in milliseconds: somebody waits to be signed in. */
const timeout = 3_000;

export interface UserinfoRequest {
  readonly fetch: Fetch;
  /** Of the endpoint, as the provider's metadata names it. */
  readonly url: string;
  readonly accessToken: string;
  /** `sub` of the verified ID token. */
  readonly subject: string;
}

/**
 * What the UserInfo endpoint says of a person (OpenID Connect Core §5.3): within 3 s and 64 KiB, as JSON, without
 * redirects. A signed answer (`application/jwt`) is not read.
 * @throws {RemoteError} where it cannot be had, or is about somebody else (§5.3.2)
 */
export async function askUserinfo(request: UserinfoRequest): Promise<Record<string, unknown>> {
  const { url, subject } = request;
  const claims = await attempt(url, () => exchange(request), timeout);
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) throw notJson(url);
  const answer = claims as Record<string, unknown>;
  if (answer.sub !== subject) {
    throw new RemoteError(
      'malformed',
      `${url} names another person than the ID token does`,
      'its answer is not used; ask the provider why "sub" differs',
    );
  }
  return answer;
}

async function exchange({ fetch, url, accessToken }: UserinfoRequest): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
    cache: 'no-store',
    // The token is for this address and no other.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
  });
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (response.status !== 200 || type !== 'application/json') {
    discard(response);
    if (response.status === 200) throw notJson(url);
    throw new RemoteError(
      'status',
      `${url} answered ${response.status}`,
      'check that the access token opens the UserInfo endpoint, or have a name put into the ID token',
    );
  }
  return parse(await readCapped(response, url, maxBytes), url);
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson(url);
  }
}

const notJson = (url: string) =>
  new RemoteError('not_json', `${url} did not answer a JSON object`, 'check that it answers plain JSON');
