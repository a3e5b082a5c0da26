import type { CallMedia } from '../../../../src/client/index.ts';

/** Leads a page to a port of this machine by UDP, and to nothing else, whatever the relay says where its media port is. */
export function leadMedia(media: CallMedia, portNow: () => number | undefined): CallMedia {
  return {
    ...media,
    async open(events) {
      const transport = await media.open(events);
      return {
        ...transport,
        connect(answer) {
          const port = portNow();
          const candidates = port === undefined ? answer.candidates : [{ protocol: 'udp' as const, address: '127.0.0.1', port }];
          return transport.connect({ ...answer, candidates });
        },
      };
    },
  };
}
