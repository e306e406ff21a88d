import { z } from 'zod';

/** The claims of an access token: the registered ones that every accepted token has, and whatever else is in it. */
export const claimsSchema = z
  .looseObject({ iss: z.string(), sub: z.string(), exp: z.number() })
  .meta({ id: 'Claims' });

export const scopesSchema = z.array(z.string()).meta({ examples: [['openid', 'example:note:read']] });

const status = z.enum(['ok', 'failing', 'unknown']);

export const healthSchema = z
  .object({
    status: z.enum(['ok', 'degraded']),
    checks: z.object({
      store: z.looseObject({ status }),
      discovery: z.looseObject({ status }),
      keys: z.looseObject({ status }),
    }),
  })
  .meta({ id: 'Health' });

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'not ready']),
    checks: z.object({ store: status, keys: status }),
  })
  .meta({ id: 'Readiness' });

/** RFC 9728 §2. */
export const metadataSchema = z
  .object({
    resource: z.url(),
    authorization_servers: z.array(z.url()),
    scopes_supported: z.array(z.string()),
    bearer_methods_supported: z.array(z.literal('header')),
    resource_name: z.string(),
    resource_documentation: z.url(),
  })
  .meta({ id: 'ResourceMetadata' });

export const openApiSchema = z.looseObject({ openapi: z.string() });

/** RFC 9457 §3, with our members. */
export const problemSchema = z
  .looseObject({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'What went wrong, for people.' }),
    status: z.int(),
    code: z.string().meta({ description: 'What went wrong, for programs: it stays the same.' }),
    detail: z.string().optional().meta({ description: 'What is particular to this occurrence.' }),
    hint: z.string().meta({ description: 'What to do about it.' }),
  })
  .meta({ id: 'Problem' });
