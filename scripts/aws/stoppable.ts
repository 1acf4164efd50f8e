/** A client of the AWS SDK whose requests end with a signal: none has a time limit of its own, and `send` takes a signal only one by one. */

interface Client {
  readonly config: {
    readonly requestHandler: { handle(request: never, options?: never): Promise<unknown> };
  };
}

/** The same client. Once the signal is aborted every request rejects, those under way too. */
export function stoppable<Kind extends Client>(client: Kind, signal: AbortSignal): Kind {
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request, options?: object) => handle(request, { ...options, abortSignal: signal } as never);
  return client;
}
