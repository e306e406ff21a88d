import { accessClaims, forge, headerOf, type Part, type TokenContext } from '../tokens';
import { forEach, type HostileToken, refusedBy } from './hostile-token';
import { oddJson } from './odd-json';

const withPayload = (context: TokenContext, payload: Part) =>
  forge(headerOf(context.rsa), payload, context.rsa);

const json = (context: TokenContext) => JSON.stringify(accessClaims(context));

/** Payloads that the provider signed although no two readers would read the same claims in them. */
export const payloadCorpus: readonly HostileToken[] = refusedBy('claims', {
  ...forEach(
    Object.entries(oddJson),
    ([name]) => `a payload ${name}`,
    (context, [, spoil]) => withPayload(context, spoil(json(context))),
  ),
  ...forEach(
    ['iss', 'sub', 'aud', 'exp', 'scope', 'client_id'],
    (name) => `a payload with ${name} twice`,
    (context, name) => withPayload(context, json(context).replace('{', `{"${name}":"x",`)),
  ),
  ...forEach(
    ['\\u0069ss', 'i\\u0073s', '\\u0073ub', 's\\u0063ope', '\\u0065\\u0078\\u0070'],
    (name) => `a payload with a claim twice, once as ${name}`,
    (context, name) => withPayload(context, json(context).replace('{', `{"${name}":"x",`)),
  ),
  'a payload with an expiry time out of range': (context) =>
    withPayload(context, json(context).replace(/"exp":\d+/, '"exp":1e999')),
  'a payload with a subject out of UTF-8': (context) =>
    withPayload(context, Buffer.from(json(context).replace('user-1', 'us\u00e9r'), 'latin1')),
  'a payload that is a token': (context) =>
    withPayload(context, forge(headerOf(context.rsa), accessClaims(context), context.rsa)),
});
