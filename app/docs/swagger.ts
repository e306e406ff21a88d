import 'swagger-ui-dist/swagger-ui.css';
import './explorer.css';
import type { Answer } from './offer';

interface ExplorerOptions {
  /** Address of the OpenAPI document. */
  readonly document: string;
  /** The pasted token, or nothing. */
  readonly bearer: () => string;
  readonly onAnswer: (answer: Answer) => void;
}

interface SentRequest {
  url: string;
  headers: Record<string, string>;
}

interface SwaggerResponse {
  readonly url: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

type Component = unknown;
type GetComponent = (name: string, container?: boolean) => Component;

/** What a plugin is given; its React is not ours. */
interface System {
  readonly React: { createElement(tag: Component, props: object, ...children: unknown[]): Component };
}

const nothing = () => null;
const plainText = ({ source }: { source?: string }) => source ?? null;

/** A list without a name, inside its label. */
const labelled =
  (list: Component, { createElement }: System['React']) =>
  (props: object) =>
    createElement(
      'label',
      {},
      createElement('span', { className: 'sr-only' }, 'Example'),
      createElement(list, props),
    );

/** Takes away what would ask for tokens and keep them, and what would set HTML. */
const without = {
  wrapComponents: {
    authorizeBtn: () => nothing,
    authorizeOperationBtn: () => nothing,
    authorizationPopup: () => nothing,
    Markdown: () => plainText,
    ExamplesSelect: (list: Component, { React }: System) => labelled(list, React),
  },
};

/** Shows operations and schemas; the page has a heading and a main part of its own. */
const layout = ({ React: { createElement } }: System) => ({
  components: {
    plain: ({ getComponent }: { getComponent: GetComponent }) => {
      const parts = ['errors', 'operations', 'Models'].map((name) => getComponent(name, true));
      return createElement(
        'div',
        { className: 'swagger-ui' },
        ...parts.map((part) => createElement(part, {})),
      );
    },
  },
});

/** Loads Swagger UI and shows the document with it. */
export async function openExplorer(place: HTMLElement, options: ExplorerOptions): Promise<void> {
  const { default: swaggerUi } = await import('swagger-ui-dist/swagger-ui-es-bundle.js');
  const { document, bearer, onAnswer } = options;
  const isDocument = (url: string) => new URL(url, location.href).pathname === document;
  await new Promise<void>((resolve) => {
    swaggerUi({
      domNode: place,
      url: document,
      // Asks a server of its makers otherwise.
      validatorUrl: null,
      persistAuthorization: false,
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      // The curl line beside an answer then has no token in it.
      showMutatedRequest: false,
      syntaxHighlight: { activated: false },
      plugins: [without, layout],
      layout: 'plain',
      requestInterceptor: (request: SentRequest) => {
        const token = bearer();
        if (token && !isDocument(request.url)) request.headers.Authorization = `Bearer ${token}`;
        return request;
      },
      responseInterceptor: (response: SwaggerResponse) => {
        if (!isDocument(response.url)) {
          onAnswer({ status: response.status, challenge: response.headers?.['www-authenticate'] });
        }
        return response;
      },
      onComplete: () => resolve(),
    });
  });
}
