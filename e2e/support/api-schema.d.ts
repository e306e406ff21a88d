/** Made by `npm run api-types`; not for changing by hand. */
export interface paths {
    "/api/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List notes
         * @description The caller’s notes, newest first. Needs the scope `example:note:read`.
         */
        get: operations["listNotes"];
        put?: never;
        /**
         * Create a note
         * @description Needs the scope `example:note:create`.
         */
        post: operations["createNote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a note
         * @description Needs the scope `example:note:read`.
         */
        get: operations["readNote"];
        put?: never;
        post?: never;
        /**
         * Delete a note
         * @description Needs the scope `example:note:delete`.
         */
        delete: operations["deleteNote"];
        options?: never;
        head?: never;
        /**
         * Change a note
         * @description Changes the fields that are given, and leaves the others. Needs the scope `example:note:update`.
         */
        patch: operations["changeNote"];
        trace?: never;
    };
    "/api/my-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the verified claims
         * @description The claims of the access token that the request came with, after every check was passed.
         */
        get: operations["readToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/my-scopes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the verified scopes */
        get: operations["readScopes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is it alive?
         * @description Answered at once, from memory, whatever database and provider do.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Can it serve requests? */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/oauth-protected-resource": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a client needs to know to call this API
         * @description Protected resource metadata (RFC 9728).
         */
        get: operations["resourceMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        NewNote: {
            /** @example Tea with the Hatter */
            title: string;
            /**
             * @default
             * @example It is always six o’clock.
             */
            body?: string;
        };
        NoteChange: {
            /** @example Tea with the Hatter */
            title?: string;
            /** @example It is always six o’clock. */
            body?: string;
        };
        Note: {
            id: string;
            /** @example Tea with the Hatter */
            title: string;
            /** @example It is always six o’clock. */
            body: string;
            /** @description Grows by one with every change; its ETag is `"<version>"`. */
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        NotePage: {
            notes: components["schemas"]["Note"][];
            /** @description For the next page; null on the last one. */
            nextCursor: string | null;
        };
        Claims: {
            iss: string;
            sub: string;
            exp: number;
        } & {
            [key: string]: unknown;
        };
        Health: {
            /** @enum {string} */
            status: "ok" | "degraded";
            checks: {
                store: {
                    /** @enum {string} */
                    status: "ok" | "failing" | "unknown";
                } & {
                    [key: string]: unknown;
                };
                discovery: {
                    /** @enum {string} */
                    status: "ok" | "failing" | "unknown";
                } & {
                    [key: string]: unknown;
                };
                keys: {
                    /** @enum {string} */
                    status: "ok" | "failing" | "unknown";
                } & {
                    [key: string]: unknown;
                };
            };
        };
        Readiness: {
            /** @enum {string} */
            status: "ready" | "not ready";
            checks: {
                /** @enum {string} */
                store: "ok" | "failing" | "unknown";
                /** @enum {string} */
                keys: "ok" | "failing" | "unknown";
            };
        };
        ResourceMetadata: {
            /** Format: uri */
            resource: string;
            authorization_servers: string[];
            scopes_supported: string[];
            bearer_methods_supported: "header"[];
            resource_name: string;
            /** Format: uri */
            resource_documentation: string;
        };
        Problem: {
            /** @constant */
            type: "about:blank";
            /** @description What went wrong, for people. */
            title: string;
            status: number;
            /** @description What went wrong, for programs: it stays the same. */
            code: string;
            /** @description What is particular to this occurrence. */
            detail?: string;
            /** @description What to do about it. */
            hint: string;
        } & {
            [key: string]: unknown;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listNotes: {
        parameters: {
            query?: {
                /** @description How many notes at most. */
                limit?: number;
                /** @description The `nextCursor` of an earlier answer: what comes after that page. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of notes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotePage"];
                };
            };
            /** @description The request is malformed. */
            400: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="invalid_request", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You are not signed in. Or: The access token was refused. Or: This needs a more recent or a stronger sign-in. */
            401: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The access token does not carry the scope that this needs. */
            403: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="insufficient_scope", scope="example:note:read", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Some fields are not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    /**
                     * @description What is left of which limit, and for how long (seconds).
                     * @example "writes";r=0;t=5
                     */
                    RateLimit: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The sign-in provider cannot be reached, so the token could not be checked. Or: The sign-in provider gave no answer that can be used, so your session could not be renewed. Or: The database cannot be reached. */
            503: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createNote: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewNote"];
            };
        };
        responses: {
            /** @description The new note. */
            201: {
                headers: {
                    /**
                     * @description The version of the note, for `If-Match`.
                     * @example "1"
                     */
                    ETag: string;
                    /**
                     * @description The path of the note.
                     * @example /api/notes/5f0c…
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Note"];
                };
            };
            /** @description The request is malformed. Or: The request body cannot be read. */
            400: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="invalid_request", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You are not signed in. Or: The access token was refused. Or: This needs a more recent or a stronger sign-in. */
            401: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The access token does not carry the scope that this needs. Or: This request came from another site. */
            403: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="insufficient_scope", scope="example:note:create", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You have as many notes as one person may keep. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body has a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Some fields are not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    /**
                     * @description What is left of which limit, and for how long (seconds).
                     * @example "writes";r=0;t=5
                     */
                    RateLimit: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The sign-in provider cannot be reached, so the token could not be checked. Or: The sign-in provider gave no answer that can be used, so your session could not be renewed. Or: The database cannot be reached. */
            503: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readNote: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id of a note. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The note. */
            200: {
                headers: {
                    /**
                     * @description The version of the note, for `If-Match`.
                     * @example "1"
                     */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Note"];
                };
            };
            /** @description The request is malformed. */
            400: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="invalid_request", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You are not signed in. Or: The access token was refused. Or: This needs a more recent or a stronger sign-in. */
            401: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The access token does not carry the scope that this needs. */
            403: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="insufficient_scope", scope="example:note:read", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    /**
                     * @description What is left of which limit, and for how long (seconds).
                     * @example "writes";r=0;t=5
                     */
                    RateLimit: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The sign-in provider cannot be reached, so the token could not be checked. Or: The sign-in provider gave no answer that can be used, so your session could not be renewed. Or: The database cannot be reached. */
            503: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteNote: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; a note that has changed since is left as it is. */
                "If-Match"?: string;
            };
            path: {
                /** @description The id of a note. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is malformed. */
            400: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="invalid_request", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You are not signed in. Or: The access token was refused. Or: This needs a more recent or a stronger sign-in. */
            401: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The access token does not carry the scope that this needs. Or: This request came from another site. */
            403: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="insufficient_scope", scope="example:note:delete", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The note has changed since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    /**
                     * @description What is left of which limit, and for how long (seconds).
                     * @example "writes";r=0;t=5
                     */
                    RateLimit: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The sign-in provider cannot be reached, so the token could not be checked. Or: The sign-in provider gave no answer that can be used, so your session could not be renewed. Or: The database cannot be reached. */
            503: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeNote: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; a note that has changed since is left as it is. */
                "If-Match"?: string;
            };
            path: {
                /** @description The id of a note. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteChange"];
            };
        };
        responses: {
            /** @description The note. */
            200: {
                headers: {
                    /**
                     * @description The version of the note, for `If-Match`.
                     * @example "1"
                     */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Note"];
                };
            };
            /** @description The request is malformed. Or: The request body cannot be read. */
            400: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="invalid_request", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You are not signed in. Or: The access token was refused. Or: This needs a more recent or a stronger sign-in. */
            401: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The access token does not carry the scope that this needs. Or: This request came from another site. */
            403: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="insufficient_scope", scope="example:note:update", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/notes"
                     */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is nothing here. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The note has changed since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The request body has a type that is not read here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Some fields are not valid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    /**
                     * @description What is left of which limit, and for how long (seconds).
                     * @example "writes";r=0;t=5
                     */
                    RateLimit: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The sign-in provider cannot be reached, so the token could not be checked. Or: The sign-in provider gave no answer that can be used, so your session could not be renewed. Or: The database cannot be reached. */
            503: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The claims. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Claims"];
                };
            };
            /** @description The request is malformed. */
            400: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="invalid_request", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/my-token"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You are not signed in. Or: The access token was refused. */
            401: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/my-token"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    /**
                     * @description What is left of which limit, and for how long (seconds).
                     * @example "writes";r=0;t=5
                     */
                    RateLimit: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The sign-in provider cannot be reached, so the token could not be checked. Or: The sign-in provider gave no answer that can be used, so your session could not be renewed. Or: The database cannot be reached. */
            503: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readScopes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The scopes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string[];
                };
            };
            /** @description The request is malformed. */
            400: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", error="invalid_request", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/my-scopes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description You are not signed in. Or: The access token was refused. */
            401: {
                headers: {
                    /**
                     * @description What to bring, and where to get it (RFC 6750 §3).
                     * @example Bearer realm="claimcheck", resource_metadata="http://localhost:3000/.well-known/oauth-protected-resource/api/my-scopes"
                     */
                    "WWW-Authenticate": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests. */
            429: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    /**
                     * @description What is left of which limit, and for how long (seconds).
                     * @example "writes";r=0;t=5
                     */
                    RateLimit: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The sign-in provider cannot be reached, so the token could not be checked. Or: The sign-in provider gave no answer that can be used, so your session could not be renewed. Or: The database cannot be reached. */
            503: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is; how its parts are doing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot read the request: its headers are too large (431). */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The store cannot be reached, or no key was ever loaded. */
            503: {
                headers: {
                    /**
                     * @description Seconds until asking again may help.
                     * @example 5
                     */
                    "Retry-After": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description The server cannot read the request: its headers are too large (431). */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resourceMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metadata. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceMetadata"];
                };
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot read the request: its headers are too large (431). */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    openApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    /**
                     * @description Names this very document.
                     * @example "5f0c"
                     */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description The caller has it already, as `If-None-Match` says. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Something went wrong on our side. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The server cannot read the request: its headers are too large (431). */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
