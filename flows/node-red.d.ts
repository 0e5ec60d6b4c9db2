/** The part of Node-RED's embedding interface that flows/run.ts uses; the package brings no types of its own. */
declare module 'node-red' {
  import type { IncomingMessage, Server, ServerResponse } from 'node:http'

  interface NodeRed {
    init(server: Server, settings: Record<string, unknown>): void
    start(): Promise<void>
    stop(): Promise<void>
    readonly httpAdmin: (request: IncomingMessage, response: ServerResponse) => void
    readonly httpNode: (request: IncomingMessage, response: ServerResponse) => void
  }
  const runtime: NodeRed
  export = runtime
}
