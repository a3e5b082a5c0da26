import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { readIfThere, writePrivately } from '../files/index.ts';
import { CodedError, toHex } from '../protocol/index.ts';
import { isLinkLocal, type Machine, toDnsName } from './addresses.ts';
import { exportKeys, exportPublicKey, generateKeys, importKeys, issueCa, issueLeaf, readCa } from './tls/certificates.ts';
import { isPermitted, type PermittedNames } from './tls/name-constraints.ts';

/** Who the relay is. Its key lives in the data folder and stays; certificates around it come and go. */
export interface TlsIdentity {
  /** PEM private key of the leaf. */
  readonly key: string;
  /** PEM chain: the leaf, then the CA. */
  readonly chain: string;
  /** Another leaf with the same key and names, for the chat port: an exception that a browser made for the first does not hold for it. */
  readonly chatChain: string;
  /** PEM of the CA alone, for devices that shall trust it. */
  readonly ca: string;
  /** SHA-256 of the CA's DER: what systems show as its fingerprint. */
  readonly caHash: Uint8Array;
  /** SHA-256 of the leaf's SubjectPublicKeyInfo: stands in links, in device proofs and in the printed words. */
  readonly relayKey: Uint8Array;
  /** Addresses of this machine that the CA may not speak for: browsers warn there. */
  readonly outside: readonly string[];
}

/** Renewed when fewer days than this are left. */
const RENEW_DAYS = 30;
const DAY = 86_400_000;

/** Names and networks that exist only on local networks: all that the CA may ever speak for, beside the subnets found when it is made. */
const LOCAL: PermittedNames = {
  domains: ['local', 'lan', 'home.arpa', 'localhost'],
  networks: [
    '127.0.0.0/8',
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '100.64.0.0/10',
    '169.254.0.0/16',
    '::1/128',
    'fc00::/7',
    'fe80::/10',
  ],
};

/**
 * Loads the identity from `folder`, or makes it; renews the leaf where addresses changed or it is about to expire.
 * @param names others under which the machine is reached; those that the CA may not speak for are left out
 * @throws CodedError `data_damaged` where a file is there and cannot be read as what it should be
 */
export async function loadTlsIdentity(folder: string, machine: Machine, now: number, names: readonly string[] = []): Promise<TlsIdentity> {
  const caKeys = await loadKeys(join(folder, 'ca-key.pem'));
  const keys = await loadKeys(join(folder, 'key.pem'));
  const ca = await loadCa(join(folder, 'ca.pem'), caKeys, machine, now);
  const { names: allowed } = readCa(ca);
  const wanted = listNames(machine, names);
  const permitted = wanted.filter((name) => isPermitted(allowed, name));
  const loadLeaf = async (file: string): Promise<string> => {
    const leaf = await readText(file);
    if (leaf && isGood(leaf, ca, permitted, now)) return leaf;
    const issued = await issueLeaf(keys, { pem: ca, keys: caKeys }, permitted, now);
    await writePrivately(file, issued);
    return issued;
  };
  return {
    key: await exportKeys(keys),
    chain: (await loadLeaf(join(folder, 'certificate.pem'))) + ca,
    chatChain: (await loadLeaf(join(folder, 'chat-certificate.pem'))) + ca,
    ca,
    caHash: hashOf(new X509Certificate(ca).raw),
    relayKey: hashOf(await exportPublicKey(keys)),
    outside: wanted.filter((name) => isIP(name) !== 0 && !permitted.includes(name)),
  };
}

async function loadKeys(file: string): Promise<Awaited<ReturnType<typeof generateKeys>>> {
  const pem = await readText(file);
  if (pem === undefined) {
    const keys = await generateKeys();
    await writePrivately(file, await exportKeys(keys));
    return keys;
  }
  try {
    return await importKeys(pem);
  } catch {
    // A new key would be another relay to everybody who knows this one: that is for a person to decide.
    throw new CodedError('data_damaged', { path: file });
  }
}

async function loadCa(file: string, keys: Awaited<ReturnType<typeof generateKeys>>, machine: Machine, now: number): Promise<string> {
  const pem = await readText(file);
  try {
    if (pem !== undefined && readCa(pem).notAfter - now > RENEW_DAYS * DAY) return pem;
  } catch {
    throw new CodedError('data_damaged', { path: file });
  }
  const host = machine.hostname();
  const domains = host && !isPermitted(LOCAL, host) && !mayBeTopLevel(host) ? [host] : [];
  const subnets = machine
    .addresses()
    .flatMap(({ address, cidr }) => (cidr && !isPermitted(LOCAL, address.replace(/%.*$/, '')) ? [cidr] : []));
  const names = { domains: [...LOCAL.domains, ...domains], networks: [...LOCAL.networks, ...new Set(subnets)] };
  const made = await issueCa(keys, `Corrillo CA ${toHex(randomBytes(4))}`, names, now);
  await writePrivately(file, made);
  return made;
}

/**
 * A constraint takes in all that is below a name. On a machine called `dev` that would be every site under .dev, so that a
 * single word is left out unless no top-level domain can be called that; browsers warn at that name alone.
 */
function mayBeTopLevel(host: string): boolean {
  return /^([a-z]+|xn--[^.]*)$/.test(host);
}

/** All names and addresses that somebody may type to come here. */
function listNames(machine: Machine, more: readonly string[]): string[] {
  const host = machine.hostname();
  const own = host ? [host, ...(host.includes('.') ? [] : [`${host}.local`, `${host}.lan`])] : [];
  const names = [...own, ...more.map(toDnsName).filter((name) => name !== undefined)];
  const addresses = machine.addresses().map(({ address }) => address.replace(/%.*$/, ''));
  return [...new Set(['localhost', ...names, '127.0.0.1', '::1', ...addresses.filter((address) => !isLinkLocal(address))])];
}

function isGood(leaf: string, ca: string, names: readonly string[], now: number): boolean {
  try {
    const certificate = new X509Certificate(leaf);
    const fits = names.every((name) => certificate.checkHost(name) ?? certificate.checkIP(name));
    const issuer = new X509Certificate(ca);
    return (
      fits &&
      certificate.checkIssued(issuer) &&
      certificate.verify(issuer.publicKey) &&
      Date.parse(certificate.validTo) - now > RENEW_DAYS * DAY
    );
  } catch {
    return false;
  }
}

const hashOf = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

async function readText(file: string): Promise<string | undefined> {
  return (await readIfThere(file))?.toString();
}
