import type { Page } from 'playwright-core';

interface Driver {
  readonly _connection: {
    toImpl(page: Page): {
      readonly delegate: { readonly _mainFrameSession: { readonly _client: { send(method: string, params: object): Promise<unknown> } } };
    };
  };
}

/**
 * The page's process keeps the bodies of what it fetched for whoever listens to its network, 200 MB of them, and the driver always listens: what a tab takes could
 * not be told. It has no option for this, so its own session is asked from inside. Has to be called before the page goes anywhere.
 */
export async function keepNoBodies(page: Page): Promise<void> {
  /* oxlint-disable no-underscore-dangle -- the names that it has there */
  const { delegate } = (page as unknown as Driver)._connection.toImpl(page);
  await delegate._mainFrameSession._client.send('Network.enable', { maxTotalBufferSize: 0, maxResourceBufferSize: 0 });
}
