/** What each operation of the API is, for its handler and for the OpenAPI document alike. */

export { openApiDocument } from './document';
export { type GuardedOperation, type InputOf, type OperationDeclaration, operations } from './operations';
