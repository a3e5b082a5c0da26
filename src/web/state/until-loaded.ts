/** ms between tries. */
const AGAIN = 2_000;

/** Parts of the page that are fetched later come when the relay is there again, at the latest. */
export async function untilLoaded<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}
