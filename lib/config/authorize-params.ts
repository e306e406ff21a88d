/** Parameters of an authorization request; one that is named several times has a list (`resource`, RFC 8707 §2). */
export type AuthorizeParams = Readonly<Record<string, string | readonly string[]>>;
