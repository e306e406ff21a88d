import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { Action } from '../access/actions';
import { isStoreError } from '../db/store-error';
import { problemBody } from '../http/problem';
import type { NoteStore } from '../notes';
import type { Owner } from '../notes/note';

/** Who calls a tool, and what it works on. */
export interface Caller {
  readonly owner: Owner;
  /** Whether their token has the scope of an action. */
  readonly permits: (action: Action) => boolean;
  readonly notes: () => Promise<NoteStore>;
  /** Gets to know what a tool threw; the answer says nothing of it. */
  readonly onError: (error: unknown) => void;
}

/** A tool and the row of the access table that it goes by. */
export interface NoteTool {
  readonly name: string;
  readonly action: Action;
  /** Makes it a tool of a server that answers one caller. */
  register(server: McpServer, caller: Caller): void;
}

/** Declares a tool. What `input` does not allow never comes to `run`; what `output` says, clients may rely on. */
export function tool<Input extends z.ZodObject, Output extends z.ZodObject>(declared: {
  name: string;
  title: string;
  action: Action;
  description: string;
  input: Input;
  output: Output;
  annotations: ToolAnnotations;
  run(fields: z.output<Input>, caller: Caller): Promise<CallToolResult>;
}): NoteTool {
  const { name, title, action, description, input, output, annotations, run } = declared;
  return {
    name,
    action,
    register(server, caller) {
      const config = { title, description, inputSchema: input, outputSchema: output };
      const closed = { ...annotations, openWorldHint: false };
      server.registerTool<Output, z.ZodType>(name, { ...config, annotations: closed }, async (fields) => {
        // The answer of HTTP has said so before; nothing is done for somebody who has come past it.
        if (!caller.permits(action)) return refused(problemBody('insufficient_scope').title);
        try {
          return await run(fields as z.output<Input>, caller);
        } catch (error) {
          caller.onError(error);
          const { title: what, hint } = problemBody(isStoreError(error) ? 'store_unavailable' : 'internal');
          return refused(`${what} ${hint}`);
        }
      });
    },
  };
}

/** What a tool answers, for programs and, as JSON, for models that read text alone. */
export function succeeded(content: Record<string, unknown>): CallToolResult {
  return { structuredContent: content, content: [{ type: 'text', text: JSON.stringify(content) }] };
}

/** Why a tool has done nothing, in a sentence that a model can act on. */
export function refused(sentence: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: sentence }] };
}
