import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import { readText } from './body';
import type { Context, Middleware, ProviderLibrary } from './library';
import type { IdentityProviderOptions, OfferedScope } from './options';
import { consentPage } from './pages/consent';
import { renderError } from './pages/error';
import { nonceOf, show } from './pages/layout';
import { signInPage } from './pages/sign-in';
import { mayBeGranted, type Person, personByPassword, personBySubject } from './people';
import type { PersonalityTraits } from './personalities/traits';
import { apiResources } from './resource';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What every interaction needs. */
export interface InteractionParts {
  provider: Provider;
  library: ProviderLibrary;
  options: IdentityProviderOptions;
  traits: PersonalityTraits;
}

/** What the steps of an interaction share. */
interface Step extends InteractionParts {
  ctx: Context;
  interaction: Interaction;
}

/**
 * The pages between an authorization request and its response: sign-in, then consent. Which one is due is decided by
 * `oidc-provider`, which also binds the interaction to the browser by a cookie.
 */
export function interactionPages(parts: InteractionParts): Middleware {
  const { provider, library, options } = parts;
  return async (ctx, next) => {
    const uid = /^\/interaction\/([^/]+)$/.exec(ctx.path)?.[1];
    if (!uid || !['GET', 'POST'].includes(ctx.method)) return next();
    ctx.set('Cache-Control', 'no-store');
    const interaction = await findInteraction(ctx, provider, library);
    if (interaction?.uid !== uid) return renderError({ ctx, options, code: 'expired', status: 400 });
    const step = { ...parts, ctx, interaction };
    if (ctx.method === 'GET') return showStep(step);
    await submitStep(step);
  };
}

async function findInteraction(ctx: Context, provider: Provider, { errors }: ProviderLibrary) {
  try {
    return await provider.interactionDetails(ctx.req, ctx.res);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

async function showStep(step: Step): Promise<void> {
  if (step.interaction.prompt.name === 'consent') return showConsent(step);
  const hint = step.interaction.params.login_hint;
  await showSignIn(step, { username: typeof hint === 'string' ? hint : undefined });
}

async function submitStep(step: Step): Promise<void> {
  const text = await readText(step.ctx.req);
  if (text === undefined)
    return renderError({ ctx: step.ctx, options: step.options, code: 'request_too_large', status: 413 });
  const form = new URLSearchParams(text);
  if (['cancel', 'deny'].includes(form.get('decision') ?? '')) {
    return resume(step, { error: 'access_denied', error_description: 'the person refused' });
  }
  if (step.interaction.prompt.name === 'consent') return allow(step, form.getAll('scope'));
  await signIn(step, form);
}

async function signIn(step: Step, form: URLSearchParams): Promise<void> {
  const username = form.get('username') ?? '';
  const person = personByPassword(username, form.get('password') ?? '', step.options.people);
  if (!person) return showSignIn(step, { username, failed: true }, 400);
  const twoFactors = /^\d{6}$/.test(form.get('code') ?? '');
  const { acr } = step.traits;
  // As if it had been long ago, to see what an app says then.
  const age = /^\d{1,7}$/.test(form.get('age') ?? '') ? Number(form.get('age')) : 0;
  await resume(step, {
    login: {
      accountId: person.subject,
      amr: twoFactors ? ['pwd', 'otp'] : ['pwd'],
      ...(acr && { acr: twoFactors ? acr.twoFactors : acr.password }),
      ts: Math.floor(Date.now() / 1_000) - age,
    },
  });
}

/**
 * Records what was ticked. What was not, or may not be granted to this person however the form was made, is recorded
 * as refused: `oidc-provider` would otherwise ask again for ever.
 */
async function allow(step: Step, ticked: readonly string[]): Promise<void> {
  const { provider, options, interaction } = step;
  const person = personOf(step);
  if (!person) return renderError({ ctx: step.ctx, options, code: 'expired', status: 400 });
  const grant = new provider.Grant({
    accountId: person.subject,
    clientId: String(interaction.params.client_id),
  });
  const openid = requestedOpenidScopes(step);
  if (openid.length > 0) grant.addOIDCScope(openid.join(' '));
  for (const scope of requestedApiScopes(step)) {
    const granted = ticked.includes(scope.value) && mayBeGranted(person, scope);
    for (const resource of requestedResources(step)) {
      if (granted) grant.addResourceScope(resource, scope.value);
      else grant.rejectResourceScope(resource, scope.value);
    }
  }
  await resume(step, { consent: { grantId: await grant.save() } }, true);
}

/** Hands the outcome to `oidc-provider` and sends the browser back to it. */
async function resume(
  { ctx, provider }: Step,
  result: InteractionResults,
  keepSignIn = false,
): Promise<void> {
  const url = await provider.interactionResult(ctx.req, ctx.res, result, {
    mergeWithLastSubmission: keepSignIn,
  });
  ctx.status = 303;
  ctx.redirect(url);
}

async function showSignIn(
  step: Step,
  shown: { username?: string; failed?: boolean },
  status = 200,
): Promise<void> {
  const { ctx, options } = step;
  const page = signInPage({
    nonce: nonceOf(ctx),
    action: ctx.path,
    clientName: await clientName(step),
    scopes: options.scopes,
    people: options.people,
    withCode: asksForTwoFactors(step),
    ...shown,
  });
  show(ctx, page, status);
}

async function showConsent(step: Step): Promise<void> {
  const { ctx, options } = step;
  const person = personOf(step);
  if (!person) return renderError({ ctx, options, code: 'expired', status: 400 });
  const page = consentPage({
    nonce: nonceOf(ctx),
    action: ctx.path,
    clientName: await clientName(step),
    person,
    apiScopes: requestedApiScopes(step),
    openidScopes: requestedOpenidScopes(step),
    otherAccountUrl: otherAccountUrl(step),
  });
  show(ctx, page);
}

function asksForTwoFactors({ interaction, traits: { acr } }: Step): boolean {
  const asked = String(interaction.params.acr_values ?? '').split(' ');
  return acr !== undefined && asked.includes(acr.twoFactors);
}

function personOf({ interaction, options }: Step): Person | undefined {
  return personBySubject(interaction.session?.accountId, options.people);
}

function requestedScopes({ interaction }: Step): string[] {
  return String(interaction.params.scope ?? '').split(' ');
}

/** What the API is called in the request (RFC 8707); `oidc-provider` has put its identifier there where it was not named. */
function requestedResources(step: Step): string[] {
  const asked = [step.interaction.params.resource].flat();
  return apiResources(step).filter((resource) => asked.includes(resource));
}

/** None where the request is not for the API's token at all. */
function requestedApiScopes(step: Step): OfferedScope[] {
  if (requestedResources(step).length === 0) return [];
  const requested = requestedScopes(step);
  return step.options.scopes.filter((scope) => requested.includes(scope.value));
}

function requestedOpenidScopes(step: Step): string[] {
  const known = ['openid', 'profile', 'email', 'offline_access'];
  return requestedScopes(step).filter((scope) => known.includes(scope));
}

async function clientName({ provider, interaction }: Step): Promise<string> {
  const client = await provider.Client.find(String(interaction.params.client_id));
  return client?.clientName ?? 'the app';
}

/** The same authorization request once more, this time with the sign-in page whoever is signed in. */
function otherAccountUrl({ interaction, traits }: Step): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(interaction.params)) {
    // The resource is our own conclusion from the request, not part of it.
    if (typeof value === 'string' && name !== 'resource') parameters.set(name, value);
  }
  parameters.set('prompt', 'login');
  return `${traits.paths.authorization}?${parameters}`;
}
