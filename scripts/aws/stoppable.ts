/** A client of the AWS SDK whose requests end: with a signal, which `send` takes only one by one, and where a server goes silent. */

interface Client {
  readonly config: {
    readonly requestHandler: {
      handle(request: never, options?: never): Promise<unknown>;
      updateHttpClientConfig?(key: never, value: never): void;
    };
  };
}

/** The SDK itself waits for ever, for an answer and for the rest of a body. */
const longestSilenceMs = 60_000;

/**
 * The same client. Once the signal is aborted every request rejects, those under way too; one that brings nothing for so long
 * fails with a TimeoutError, and the SDK tries it again as it does what is cut. A body that goes silent fails as a stream does.
 */
export function stoppable<Kind extends Client>(client: Kind, signal: AbortSignal, silenceMs = longestSilenceMs): Kind {
  const { requestHandler } = client.config;
  requestHandler.updateHttpClientConfig?.('socketTimeout' as never, silenceMs as never);
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request, options?: object) => handle(request, { ...options, abortSignal: signal } as never);
  return client;
}
