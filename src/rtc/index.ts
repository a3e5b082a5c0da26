export { type DtlsCertificate, formatFingerprint, makeDtlsCertificate, parseFingerprint } from './dtls/certificate.ts';
export { createDtls, type Dtls, type DtlsEnd, type DtlsKeys, type DtlsOptions } from './dtls/dtls.ts';
export { type PacketKind, packetKindOf } from './packet-kind.ts';
export type { RtcpFeedback } from './rtcp-feedback.ts';
export type { ReceptionBlock, RtcpReport } from './rtcp-reports.ts';
export { readRtcp, type RtcpPacket, writeRtcp } from './rtcp.ts';
export { findRtpExtension, readRtpExtensions, type RtpExtension, writeRtpExtensions } from './rtp-extensions.ts';
export { buildRtp, type NewRtp, readRtpHeader, readRtpPayload, rewriteRtp, type RtpChanges, type RtpHeader } from './rtp.ts';
export { type RtxStream, unwrapRtx, wrapRtx } from './rtx.ts';
export {
  createSrtpReceiver,
  createSrtpSender,
  SRTP_PROFILES,
  type SrtpKeys,
  type SrtpProfile,
  type SrtpReceiver,
  type SrtpSender,
} from './srtp.ts';
export { type SocketAddress } from './stun-address.ts';
export { type BindingRequest, encodeBindingError, encodeBindingRequest, encodeBindingResponse } from './stun-build.ts';
export { checkStunIntegrity, decodeStun, hasStunFingerprint, MAX_STUN, type StunMessage } from './stun.ts';
export { countFitting, MOST_ARRIVALS, type TransportFeedback } from './transport-feedback.ts';
export { readVp8, rewriteVp8, type Vp8Descriptor } from './vp8.ts';
