import type { CallAnswer, CallDemand, CallOffer, CallWant } from '../../../protocol/index.ts';
import type { PortWish } from '../../children/supervisor.ts';

/** What the relay tells a media process. `stay` counts joins, so that nobody's end is taken for that of who came after. */
export type ToMediaProcess =
  | { readonly kind: 'start'; readonly port: PortWish }
  | { readonly kind: 'join'; readonly stay: number; readonly call: string; readonly member: string; readonly offer: CallOffer }
  | { readonly kind: 'want'; readonly call: string; readonly member: string; readonly wants: readonly CallWant[] }
  | { readonly kind: 'leave'; readonly call: string; readonly member: string }
  | { readonly kind: 'stop' };

/** What a media process tells the relay. */
export type FromMediaProcess =
  | { readonly kind: 'joined'; readonly stay: number; readonly answer: CallAnswer }
  | { readonly kind: 'refused'; readonly stay: number; readonly code: string; readonly detail: Readonly<Record<string, string | number>> }
  | { readonly kind: 'ended'; readonly stay: number; readonly call: string; readonly member: string; readonly code: string }
  | { readonly kind: 'demand'; readonly call: string; readonly member: string; readonly demand: readonly CallDemand[] };
