import type { CallAnswer, CallDemand, CallOffer, CallWant } from '../../../protocol/index.ts';
import type { PortWish } from '../../children/supervisor.ts';
import type { MediaLimits } from '../media-limits.ts';

/** What the relay tells a media process. `stay` counts joins, so that nobody's end is taken for that of whoever came after. */
export type ToMediaProcess =
  | { readonly kind: 'start'; readonly port: PortWish; readonly limits: Partial<MediaLimits> }
  | (About & { readonly kind: 'join'; readonly offer: CallOffer })
  | { readonly kind: 'want'; readonly call: string; readonly member: string; readonly wants: readonly CallWant[] }
  | { readonly kind: 'leave'; readonly call: string; readonly member: string }
  | { readonly kind: 'stop' };

/** What a media process tells the relay. */
export type FromMediaProcess =
  | (About & { readonly kind: 'joined'; readonly answer: CallAnswer })
  | (About & { readonly kind: 'refused'; readonly code: string; readonly detail: Readonly<Record<string, string | number>> })
  | (About & { readonly kind: 'ended'; readonly code: string })
  | (About & { readonly kind: 'demand'; readonly demand: readonly CallDemand[] });

interface About {
  readonly call: string;
  readonly member: string;
  readonly stay: number;
}
