import { z } from 'zod';

/**
 * The claims that decide whether an access token is accepted (RFC 7519 §4.1, RFC 9068 §2.2), typed; each also has a
 * check of its own, which names it when it is wrong. What only informs (`jti`, `auth_time`, `roles`, …) has other
 * types at other providers and stays unknown until a project says what it relies on. Scopes are read by `scopesOf`,
 * in all their forms.
 */
export const registeredClaims = {
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
};

/**
 * **The one place to make the claims your own.** Add what your provider puts into its tokens and your code relies on:
 *
 *     z.looseObject({ ...registeredClaims, department: z.string() })
 *
 * `looseObject` keeps claims that are not named, `object` drops them, `strictObject` refuses a token that has any. A
 * token that does not fit is refused by the check `model`; one that fits has these types wherever `token.claims` is
 * read.
 */
export const projectClaims = z.looseObject(registeredClaims);

export type Claims = z.infer<typeof projectClaims>;
