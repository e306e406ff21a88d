import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { CompactSign, generateKeyPair } from 'jose';
import { z } from 'zod';
import { parseJson, readText } from './body';
import { idTokenLifetime } from './configuration';
import { type ProviderKeys, rotateKeys } from './keys';
import type { Context, Middleware } from './library';
import type { IdentityProviderOptions } from './options';
import { people } from './people';
import type { Signer } from './personalities/token-facts';
import type { PersonalityTraits } from './personalities/traits';
import { signerWith } from './signer';

const mint = z.strictObject({
  kind: z.enum(['access_token', 'id_token']).default('access_token'),
  /** By username; left out: a token of the client itself. */
  person: z.string().optional(),
  client: z.string().default('test-client'),
  scopes: z.array(z.string()).default([]),
  /** Seconds from now; negative: it has expired. */
  expiresIn: z.int().min(-1e9).max(1e9).default(300),
  /** In place of what the personality says, or beside it; `null` takes a claim away. */
  claims: z.record(z.string(), z.json()).default({}),
  /** `other`: one that nobody publishes. */
  key: z.enum(['published', 'other']).default('published'),
});
const fail = z.strictObject({
  with: z.union([z.int().min(400).max(599), z.enum(['malformed', 'slow'])]),
  requests: z.int().min(1).max(10_000).default(1),
  /** By its name in `paths`: `token`, `jwks`, `discovery` …; left out: all of them. */
  endpoint: z.string().optional(),
  /** Milliseconds, for `slow`. */
  delay: z.int().min(1).max(60_000).default(10_000),
});
const nothing = z.strictObject({});

/** A token to be made, and what endpoints are to do, as they are written in a request. */
export type Order = z.input<typeof mint>;
export type Fault = z.input<typeof fail>;

/** What tests have told a provider to do, and what it has been asked. It outlives a change of its options. */
export class Control {
  private readonly digest: Buffer;
  fault: (z.infer<typeof fail> & { left: number }) | undefined;
  readonly requests: { method: string; path: string; status: number }[] = [];

  /** @param token that whoever controls it has to send */
  constructor(token: string) {
    this.digest = digestOf(token);
  }

  /** Whether a request may control it. Takes the same time for every wrong token. */
  admits(authorization: string): boolean {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
    return timingSafeEqual(digestOf(token), this.digest);
  }
}

const digestOf = (text: string) => createHash('sha256').update(text).digest();

/** A token for {@link Control}. */
export const newControlToken = (): string => randomBytes(24).toString('base64url');

interface ControlParts {
  readonly options: IdentityProviderOptions;
  readonly traits: PersonalityTraits;
  readonly keys: ProviderKeys;
}

/**
 * `POST /control/<command>`, for tests: mints tokens, changes keys, has endpoints fail, tells what was asked. There only
 * where a token for it was given; whoever does not send that learns nothing.
 */
export function controlEndpoint(control: Control | undefined, parts: ControlParts): Middleware {
  return async (ctx, next) => {
    const command = /^\/control\/([a-z-]+)$/.exec(ctx.path)?.[1];
    if (!control || command === undefined) return next();
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method !== 'POST') return answer(ctx, 405, { error: 'Use POST.' });
    if (!control.admits(ctx.get('Authorization')))
      return answer(ctx, 401, {
        error: 'Send the control token that was printed at the start, as a bearer token.',
      });
    const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (!run) return answer(ctx, 404, { error: `There are: ${Object.keys(commands).join(', ')}.` });
    const text = await readText(ctx.req);
    const body = text === '' ? {} : parseJson(text);
    const result = await run(body, { ...parts, control }).catch((error) => {
      if (error instanceof z.ZodError) return { error: z.prettifyError(error) };
      throw error;
    });
    answer(ctx, 'error' in result ? 400 : 200, result);
  };
}

/** Keeps what was asked, and does to it what tests have asked for. Pages that people see never fail. */
export function controlledRequests(
  control: Control | undefined,
  { traits }: Pick<ControlParts, 'traits'>,
): Middleware {
  const { authorization: _, end_session: __, ...endpoints } = traits.paths;
  return async (ctx, next) => {
    if (!control) return next();
    const name = Object.entries(endpoints).find(([, path]) => path === ctx.path)?.[0];
    const { fault } = control;
    const hits = name !== undefined && fault && fault.left > 0 && [undefined, name].includes(fault.endpoint);
    if (hits && --fault.left === 0) control.fault = undefined;
    if (hits && typeof fault.with === 'number') answer(ctx, fault.with, { error: 'told to fail' });
    else if (hits && fault.with === 'malformed') answer(ctx, 200, '{"this is": no JSON');
    else {
      if (hits) await setTimeout(fault.delay, undefined, { ref: false });
      await next();
    }
    control.requests.push({ method: ctx.method, path: ctx.path, status: ctx.status });
    if (control.requests.length > 50) control.requests.shift();
  };
}

type Command = (body: unknown, parts: ControlParts & { control: Control }) => Promise<object>;

const commands: Readonly<Record<string, Command>> = {
  mint: async (body, parts) => ({ token: await mintToken(mint.parse(body), parts) }),
  async rotate(body, { options, traits }) {
    nothing.parse(body);
    const { dataDirectory, keys: given, accessTokenTtl } = options;
    const keepFor = Math.max(accessTokenTtl, idTokenLifetime);
    const how = { given, lead: 0, keepFor, clock: Date.now };
    return rotateKeys({ dataDirectory, ...traits }, how).then(
      (kids) => ({ kids }),
      (error: Error) => ({ error: error.message }),
    );
  },
  async fail(body, { control, traits }) {
    const fault = fail.parse(body);
    if (fault.endpoint !== undefined && !Object.hasOwn(traits.paths, fault.endpoint))
      return { error: `endpoint is one of ${Object.keys(traits.paths).join(', ')}.` };
    control.fault = { ...fault, left: fault.requests };
    return { failing: fault.requests };
  },
  async recover(body, { control }) {
    nothing.parse(body);
    control.fault = undefined;
    return { failing: 0 };
  },
  async requests(body, { control }) {
    nothing.parse(body);
    return { requests: control.requests };
  },
};

type MintOrder = z.infer<typeof mint>;

/** As the personality makes it, with what was ordered in place of what it says. */
async function mintToken(order: MintOrder, { options, traits, keys }: ControlParts): Promise<string> {
  const person = (options.people ?? people).find(({ username }) => username === order.person);
  if (order.person !== undefined && !person) throw noPerson(order.person);
  const now = Math.floor(Date.now() / 1_000);
  const issuedAt = Math.min(now, now + order.expiresIn - 1);
  const facts = {
    ...{ clientId: order.client, confidential: false, person, forApi: true, resource: undefined },
    ...{ apiScopes: order.scopes, openidScopes: ['openid'], tokenId: randomBytes(16).toString('base64url') },
    ...{ grantId: randomBytes(16).toString('base64url'), issuedAt, expiresAt: now + order.expiresIn },
    ...{ authTime: issuedAt, acr: traits.acr?.password },
  };
  const plain = signerWith(keys);
  const signer = asOrdered(plain, order, keys);
  if (order.kind === 'access_token') return traits.accessToken(facts, signer);
  if (!person) throw noPerson('');
  const accessToken = await traits.accessToken(facts, plain);
  const more = { accessToken, nonce: randomBytes(16).toString('base64url'), sessionId: facts.grantId };
  return traits.idToken({ ...facts, person, ...more }, signer);
}

/** Signs other claims than it is given, or by a key that nobody publishes. */
function asOrdered(signer: Signer, order: MintOrder, { signingKeys }: ProviderKeys): Signer {
  return {
    ...signer,
    async sign(number, header, given) {
      const all = Object.entries({ ...given, ...order.claims });
      const claims = Object.fromEntries(all.filter(([, value]) => value !== null));
      if (order.key === 'published') return signer.sign(number, header, claims);
      const alg = signingKeys[number]?.alg ?? 'RS256';
      const { privateKey } = await generateKeyPair(alg, { modulusLength: 2_048 });
      return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ ...header, alg, kid: 'nobody-publishes-this' })
        .sign(privateKey);
    },
  };
}

const noPerson = (name: string) =>
  new z.ZodError([
    {
      code: 'custom',
      path: ['person'],
      input: name,
      message: name ? `there is no ${name}` : 'an ID token is about somebody',
    },
  ]);

function answer(ctx: Context, status: number, body: object | string): void {
  ctx.status = status;
  ctx.type = 'application/json';
  ctx.body = body;
}
