/** What a request costs that does nothing: the measure for those that verify a token. */
export const GET = () => Response.json({ sub: 'nobody' });
