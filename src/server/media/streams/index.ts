export { type Allocation, createAllocation, type WantedPicture } from './allocation.ts';
export { createArrivals } from './arrivals.ts';
export { type Bandwidth, createBandwidth } from './bandwidth.ts';
export { createDemand, type Demand } from './demand.ts';
export { createInbound, type Inbound } from './inbound.ts';
export type { MediaKind } from './media-packet.ts';
export { createOutbound, type Outbound, type OutboundPort } from './outbound.ts';
export { createPublisherClock } from './publisher-clock.ts';
export { readRoundTrip } from './round-trip.ts';
