import { createVerifier, type Verifier } from '../../../lib/token';

interface Settings {
  readonly issuer: string;
  readonly audience: string;
  /** The provider's key set as it was at the last deployment, so that a cold start need not wait for it. */
  readonly keys: { readonly keys: readonly unknown[] };
}

let verifier: Verifier | undefined;

/** One call of the function. What is outside of it lives as long as the instance does. */
export async function handle(request: Request, settings: Settings): Promise<Response> {
  verifier ??= createVerifier(settings);
  const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const verdict = await verifier.verify(token);
  if (verdict.outcome === 'accepted') return Response.json({ hello: verdict.token.subject });
  if (verdict.outcome === 'refused') return new Response(verdict.refusal.because, { status: 401 });
  return new Response(null, { status: 503, headers: { 'retry-after': `${verdict.retryAfter}` } });
}
