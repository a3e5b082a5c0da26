/** Janus and its videoroom, with everything of its own below one folder, told what to do through its HTTP interface. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPort, serve } from '../files/processes.mjs';
import { legOf, others, PAYLOADS, sendsOf, ssrcsOf, TRANSPORT_CC } from './streams.mjs';

const ROOM = 12;
const PATIENCE = 20_000;
const TRANSPORT_WIDE = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

export async function startJanus(folder) {
  const [port, admin] = [await findPort(), await findPort()];
  mkdirSync(folder, { recursive: true });
  const write = (name, text) => writeFileSync(join(folder, name), text);
  const only = (kind, wanted) => {
    const places = ['/usr/lib', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/local/lib'].map((lib) =>
      join(lib, 'janus', kind),
    );
    const all = places.filter((place) => existsSync(place)).flatMap((place) => readdirSync(place));
    return all.filter((name) => name.endsWith('.so') && name !== wanted).join(',');
  };
  write(
    'janus.jcfg',
    `general: { configs_folder = "${folder}" debug_level = 2 debug_timestamps = false session_timeout = 0 admin_secret = "none" }
media: { ipv6 = false }
nat: { full_trickle = false }
plugins: { disable = "${only('plugins', 'libjanus_videoroom.so')}" }
transports: { disable = "${only('transports', 'libjanus_http.so')}" }
loggers: { disable = "${only('loggers', '')}" }
events: { broadcast = false }
`,
  );
  write(
    'janus.transport.http.jcfg',
    `general: { json = "compact" http = true port = ${port} interface = "lo" https = false }\nadmin: { admin_http = false admin_port = ${admin} }\n`,
  );
  write(
    'janus.plugin.videoroom.jcfg',
    `general: { }\nroom-${ROOM}: { description = "bench" publishers = 30 bitrate = 0 audiocodec = "opus" videocodec = "vp8" notify_joining = false }\n`,
  );
  const server = await serve('janus', ['-F', folder, '-C', join(folder, 'janus.jcfg')], port);
  const url = `http://127.0.0.1:${port}/janus`;
  let sessions = [];
  return {
    name: 'Janus',
    pid: server.pid,
    hasRepeats: true,
    async setUp(generators, members, address) {
      sessions = [];
      for (let member = 0; member < members; member++) sessions.push(await createSession(url));
      for (let member = 0; member < members; member++) {
        const leg = await generators.make(member, legOf(member, ' up'));
        const up = await sessions[member].attach();
        await up.ask({ request: 'join', ptype: 'publisher', room: ROOM, id: member + 1 });
        const { jsep } = await up.ask({ request: 'publish' }, { type: 'offer', sdp: offerOf(leg, member, address) });
        await generators.connect(member, legOf(member, ' up'), remoteOf(jsep.sdp, address), sendsOf(member, members), []);
      }
      for (let member = 0; member < members; member++) {
        const leg = await generators.make(member, legOf(member, ' down'));
        const down = await sessions[member].attach();
        const feeds = others(member, members).map((other) => ({ feed: other + 1 }));
        const { jsep } = await down.ask({ request: 'join', ptype: 'subscriber', room: ROOM, streams: feeds });
        await down.ask({ request: 'start' }, { type: 'answer', sdp: answerOf(jsep.sdp, leg, address) });
        await generators.connect(member, legOf(member, ' down'), remoteOf(jsep.sdp, address), [], receivesOf(jsep.sdp));
      }
    },
    async tearDown() {
      for (const session of sessions) await session.end();
    },
    stop: server.stop,
  };
}

/** What its interface gives: an answer at once, and what it says of it later. */
async function createSession(url) {
  const transaction = () => Math.random().toString(36).slice(2);
  const post = async (path, body) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      body: JSON.stringify({ ...body, transaction: transaction() }),
      signal: AbortSignal.timeout(PATIENCE),
    });
    const said = await response.json();
    if (said.janus === 'error') throw new Error(`Janus: ${said.error.reason}`);
    return said;
  };
  const { data } = await post('', { janus: 'create' });
  const path = `/${data.id}`;
  const nextEvent = async () => (await fetch(`${url}${path}?rid=${Date.now()}`, { signal: AbortSignal.timeout(PATIENCE) })).json();
  return {
    async attach() {
      const { data: handle } = await post(path, { janus: 'attach', plugin: 'janus.plugin.videoroom' });
      return {
        async ask(body, jsep) {
          await post(`${path}/${handle.id}`, { janus: 'message', body, ...(jsep && { jsep }) });
          for (const end = performance.now() + PATIENCE; performance.now() < end; await sleep(1)) {
            const event = await nextEvent();
            if (event.janus !== 'event' || event.sender !== handle.id) continue;
            const { data: said } = event.plugindata;
            if (said.error) throw new Error(`Janus: ${said.error}`);
            // Others come and go meanwhile.
            if (said.joining || said.leaving || said.unpublished || (said.publishers && said.videoroom === 'event')) continue;
            return { ...said, jsep: event.jsep };
          }
          throw new Error(`Janus did not answer to ${body.request}`);
        },
      };
    },
    end: () => post(path, { janus: 'destroy' }),
  };
}

const fingerprintText = (bytes) => bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');

const headOf = (mids) => ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', `a=group:BUNDLE ${mids.join(' ')}`, 'a=msid-semantic: WMS *'];
const transportOf = ({ ufrag, pwd, fingerprint, port }, address) => [
  'c=IN IP4 0.0.0.0',
  `a=ice-ufrag:${ufrag}`,
  `a=ice-pwd:${pwd}`,
  `a=fingerprint:sha-256 ${fingerprintText(fingerprint)}`,
  'a=setup:active',
  `a=candidate:1 1 udp 2015363327 ${address} ${port} typ host`,
  'a=end-of-candidates',
  'a=rtcp-mux',
];
const textOf = (lines) => `${lines.join('\r\n')}\r\n`;

function offerOf(leg, member, address) {
  const { audio, video, rtx } = ssrcsOf(member);
  const named = (ssrc) => [`a=ssrc:${ssrc} cname:${member}`, `a=ssrc:${ssrc} msid:${member} ${ssrc}`];
  const extension = `a=extmap:${TRANSPORT_CC} ${TRANSPORT_WIDE}`;
  return textOf([
    ...headOf(['0', '1']),
    `m=audio 9 UDP/TLS/RTP/SAVPF ${PAYLOADS.opus}`,
    ...transportOf(leg, address),
    'a=mid:0',
    'a=sendonly',
    `a=rtpmap:${PAYLOADS.opus} opus/48000/2`,
    `a=rtcp-fb:${PAYLOADS.opus} transport-cc`,
    extension,
    ...named(audio),
    `m=video 9 UDP/TLS/RTP/SAVPF ${PAYLOADS.vp8} ${PAYLOADS.rtx}`,
    ...transportOf(leg, address),
    'a=mid:1',
    'a=sendonly',
    `a=rtpmap:${PAYLOADS.vp8} VP8/90000`,
    ...['nack', 'nack pli', 'ccm fir', 'transport-cc'].map((feedback) => `a=rtcp-fb:${PAYLOADS.vp8} ${feedback}`),
    `a=rtpmap:${PAYLOADS.rtx} rtx/90000`,
    `a=fmtp:${PAYLOADS.rtx} apt=${PAYLOADS.vp8}`,
    extension,
    `a=ssrc-group:FID ${video} ${rtx}`,
    ...named(video),
    ...named(rtx),
  ]);
}

const sectionsOf = (sdp) =>
  sdp
    .split(/(?=^m=)/m)
    .slice(1)
    .map((section) => section.trim().split(/\r?\n/));
const find = (lines, pattern) => lines.map((line) => line.match(pattern)).find(Boolean);

function remoteOf(sdp, address) {
  const lines = sdp.split(/\r?\n/);
  const candidates = lines.map((line) => line.match(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/i)).filter(Boolean);
  const [, , port] = candidates.find(([, ip]) => ip === address) ?? candidates[0];
  return {
    address,
    port: Number(port),
    ufrag: find(lines, /^a=ice-ufrag:(\S+)/)[1],
    pwd: find(lines, /^a=ice-pwd:(\S+)/)[1],
    fingerprint: find(lines, /^a=fingerprint:sha-256 (\S+)/i)[1]
      .split(':')
      .map((byte) => Number.parseInt(byte, 16)),
    transportCc: Number(find(lines, new RegExp(`^a=extmap:(\\d+)\\S* ${TRANSPORT_WIDE}`))?.[1] ?? 0),
  };
}

/** Says yes to all that is offered. */
function answerOf(sdp, leg, address) {
  const sections = sectionsOf(sdp);
  const mids = sections.map((lines) => find(lines, /^a=mid:(\S+)/)[1]);
  return textOf([
    ...headOf(mids),
    ...sections.flatMap((lines) => [
      lines[0].replace(/^(m=\S+) \d+/, '$1 9'),
      ...transportOf(leg, address),
      'a=recvonly',
      ...lines.filter((line) => /^a=(mid|rtpmap|fmtp|rtcp-fb|extmap):/.test(line)),
    ]),
  ]);
}

function receivesOf(sdp) {
  return sectionsOf(sdp).map((lines) => {
    const kind = lines[0].startsWith('m=audio') ? 'audio' : 'video';
    const group = find(lines, /^a=ssrc-group:FID (\d+) (\d+)/);
    const ssrc = Number(group?.[1] ?? find(lines, /^a=ssrc:(\d+)/)[1]);
    const payloadType = Number(lines[0].split(' ')[3]);
    return { kind, ssrc, payloadType, ...(group && { rtx: Number(group[2]) }) };
  });
}
