/** Swagger UI comes without types: https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  export default function SwaggerUI(options: Record<string, unknown>): unknown;
}
