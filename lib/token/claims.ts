import { z } from 'zod';
import { registeredClaims } from './checks-access-token';

/**
 * **The one place to make the claims your own.** Add what your provider puts into its tokens and your code relies on:
 *
 *     z.looseObject({ ...registeredClaims, department: z.string() })
 *
 * `looseObject` keeps claims that are not named, `object` drops them, `strictObject` refuses a token that has any. A
 * token that does not fit is refused by the check `model`; one that fits has these types wherever `token.claims` is
 * read. Scopes are read apart from it, in all their forms.
 */
export const projectClaims = z.looseObject(registeredClaims);

export type Claims = z.infer<typeof projectClaims>;
