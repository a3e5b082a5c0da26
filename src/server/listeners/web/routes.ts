import { type PORTS, PROGRAM_VERSION, toHex, toWords } from '../../../protocol/index.ts';
import { listReachable, type Machine, toUrlHost } from '../../addresses.ts';
import type { TlsIdentity } from '../../tls-identity.ts';
import { parseHost } from './host-check.ts';
import type { PageFiles } from './page-files.ts';
import { corsHeaders, type Exchange, policyFor, send, sendError, sendFile, sendJson } from './responses.ts';
import { renderTrust, trustPolicy } from './trust/page.ts';
import { renderWayIn, WAY_IN_STYLE } from './way-in.ts';

/** What the routes tell. */
export interface RouteFacts {
  readonly machine: Machine;
  readonly files: PageFiles;
  /** As it is now: certificates are renewed while the relay runs. */
  readonly identity: () => Pick<TlsIdentity, 'relayKey' | 'ca' | 'caHash'>;
  readonly ports: () => { readonly [K in keyof typeof PORTS]: number };
}

interface Route {
  /** Also over plain http from other machines. */
  readonly open: boolean;
  readonly answer: (exchange: Exchange, facts: RouteFacts) => void;
}

const ENDPOINTS = ['/', '/api/network-info', '/api/client-ip', '/api/relay', '/trust', '/ca.crt', '/files/', '/socket.io/'];

const ROUTES: Readonly<Record<string, Route>> = {
  '/': { open: true, answer: (exchange, facts) => (wantsHtml(exchange) ? answerPage(exchange, facts) : answerStatus(exchange)) },
  '/f': { open: true, answer: answerPage },
  '/index.html': { open: true, answer: answerPage },
  '/api/network-info': { open: true, answer: answerNetworkInfo },
  '/api/client-ip': { open: true, answer: (exchange) => sendJson(exchange, 200, { ip: exchange.visit.address }) },
  '/api/relay': { open: true, answer: answerRelay },
  // Over plain http as well: a warning on the way to what ends warnings helps nobody, and is no protection once it is clicked away.
  '/trust': { open: true, answer: answerTrust },
  '/ca.crt': { open: true, answer: answerCa },
};

/** Answers one request whose host and origin were checked. */
export function answer(exchange: Exchange, facts: RouteFacts): void {
  const { path, request, visit } = exchange;
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : /^\/j\/[^/]*$/.test(path) ? ROUTES['/f'] : undefined;
  const file = route ? undefined : facts.files.get(path);
  if (!route && !file) return sendError(exchange, 404, 'not_found', 'There is nothing under this address.');
  if (request.method === 'OPTIONS') return answerOptions(exchange);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendError(exchange, 405, 'method_not_allowed', 'Only GET, HEAD and OPTIONS are answered here.', { allow: 'GET, HEAD, OPTIONS' });
  }
  if (!visit.secure && !route?.open)
    return sendError(exchange, 403, 'tls_required', 'Use https for this address.', { url: secureUrl(exchange) });
  if (route) route.answer(exchange, facts);
  else if (file) sendFile(exchange, file, facts.ports().files);
}

export function secureUrl({ visit, path }: Pick<Exchange, 'visit' | 'path'>): string {
  return `https://${visit.host}${path}`;
}

const wantsHtml = ({ request }: Exchange): boolean => /\btext\/html\b/i.test(request.headers.accept ?? '');

function answerPage(exchange: Exchange, { files, ports }: RouteFacts): void {
  const { visit, request } = exchange;
  if (!visit.secure) {
    const page = renderWayIn(secureUrl(exchange), request.headers['accept-language'] ?? '');
    const policy = `${policyFor(visit.host)}; ${WAY_IN_STYLE}`;
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy, Vary: 'Accept, Accept-Language' };
    return send(exchange, 200, headers, page);
  }
  if (files.page) return sendFile(exchange, files.page, ports().files);
  send(
    exchange,
    503,
    { 'Content-Type': 'text/plain; charset=utf-8' },
    'The page has not been built: run "npm run build" and start again. The terminal works without it.\n',
  );
}

function answerStatus(exchange: Exchange): void {
  sendJson(
    exchange,
    200,
    { status: 'ok', message: `Corrillo ${PROGRAM_VERSION} is running.`, endpoints: ENDPOINTS },
    { Vary: 'Accept, Origin' },
  );
}

function answerNetworkInfo(exchange: Exchange, { machine }: RouteFacts): void {
  const interfaces = machine
    .addresses()
    .filter(({ internal }) => !internal)
    // A hardware address follows a device from network to network: only the host itself is told.
    .map(({ name, address, netmask, mac }) => ({ name, address, netmask, mac: exchange.visit.loopback ? mac : null }));
  sendJson(exchange, 200, {
    serverIP: listReachable(machine)[0],
    hostname: machine.hostname() ?? '',
    platform: machine.platform,
    interfaces,
  });
}

function answerRelay(exchange: Exchange, { identity, ports }: RouteFacts): void {
  const { relayKey, caHash } = identity();
  sendJson(exchange, 200, {
    version: PROGRAM_VERSION,
    key: toHex(relayKey),
    words: toWords(relayKey),
    ports: ports(),
    ca: { sha256: toHex(caHash), words: toWords(caHash) },
    trust: secureUrl({ visit: exchange.visit, path: '/trust' }),
  });
}

function answerTrust(exchange: Exchange, { identity, ports }: RouteFacts): void {
  const { request, visit } = exchange;
  const chat = `https://${toUrlHost(parseHost(visit.host) ?? 'localhost')}:${ports().chat}`;
  const page = renderTrust({
    identity: identity(),
    check: `${chat}/trusted`,
    home: secureUrl({ visit, path: '/' }),
    // Chosen by the switch, else by the browser.
    language: new URLSearchParams(request.url?.split('?')[1]).get('lang') ?? request.headers['accept-language'] ?? '',
    agent: request.headers['user-agent'] ?? '',
  });
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': trustPolicy(chat), 'X-Frame-Options': 'DENY' };
  send(exchange, 200, { ...headers, Vary: 'Accept-Language, User-Agent' }, page);
}

function answerCa(exchange: Exchange, { identity }: RouteFacts): void {
  send(
    exchange,
    200,
    { 'Content-Type': 'application/x-x509-ca-cert', 'Content-Disposition': 'attachment; filename="corrillo-ca.crt"' },
    identity().ca,
  );
}

function answerOptions(exchange: Exchange): void {
  const headers = {
    ...corsHeaders(exchange),
    Allow: 'GET, HEAD, OPTIONS',
    'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
    'Access-Control-Allow-Headers': 'Content-Type',
    'Access-Control-Max-Age': '600',
  };
  exchange.response.writeHead(204, headers).end();
}
