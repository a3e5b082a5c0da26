import { ShieldQuestionMark } from 'lucide-react';
import { type ReactNode, useEffect, useId, useState } from 'react';
import type { Access, Client } from '../../client/index.ts';
import { toWords } from '../../protocol/index.ts';
import { useSurroundings, useTexts } from '../context.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { QrCode } from '../parts/qr-code.tsx';
import { Words } from '../parts/words.tsx';
import { addressOf, isLoopback } from '../state/invite-link.ts';
import { askNetwork, commandFor, hostsOf, type NetworkFacts } from './facts.ts';
import styles from './network-dialog.module.css';

interface NetworkProps {
  open: boolean;
  onClose(): void;
  client: Client;
  access: Access;
}

/** How others reach this relay, and how this page does: for those who wonder, and for those who help others. */
export function NetworkDialog({ open, onClose, client, access }: NetworkProps) {
  const t = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t.networkTitle} text={t.networkText} shape="wide">
      {open && <NetworkPanel client={client} access={access} />}
    </Dialog>
  );
}

function NetworkPanel({ client, access }: { client: Client; access: Access }) {
  const t = useTexts();
  const [facts, setFacts] = useState<NetworkFacts | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    void askNetwork(ending.signal).then((found) => !ending.signal.aborted && setFacts(found));
    return () => ending.abort();
  }, []);
  if (!facts) return <output className={styles['asking']}>{t.networkAsking}</output>;
  const relay = client.relay();
  const webPort = Number(location.port) || relay?.webPort || 443;
  const hosts = hostsOf(facts, relay, location);
  return (
    <div className={styles['panel']}>
      <HowOthersComeIn hosts={hosts} webPort={webPort} access={access} />
      {relay && hosts[0] !== undefined && (
        <Part title={t.networkTerminal}>
          <Line text={commandFor(hosts[0], relay.chatPort)} label={t.copyIt} />
        </Part>
      )}
      {relay && (
        <Part title={t.networkWords}>
          <Words words={toWords(relay.key)} />
          <p className={styles['small']}>{t.networkWordsText}</p>
        </Part>
      )}
      <HowYouComeIn ip={facts.ip} ports={relay && t.networkPortsText(webPort, relay.chatPort)} />
      {!facts.whole && <p className={styles['small']}>{t.networkFailed}</p>}
    </div>
  );
}

function HowOthersComeIn({ hosts, webPort, access }: { hosts: readonly string[]; webPort: number; access: Access }) {
  const t = useTexts();
  const [first, ...others] = hosts;
  if (first === undefined) return null;
  const address = addressOf(first, webPort);
  return (
    <Part title={t.networkOthers}>
      <div className={styles['others']}>
        <div className={styles['code']}>
          <QrCode text={address} label={t.networkQr} />
        </div>
        <div className={styles['beside']}>
          <p className={styles['address']} dir="ltr">
            {address}
          </p>
          <p className={styles['small']}>{access === 'open' ? t.networkOthersOpen : t.networkOthersText}</p>
          {others.length > 0 && (
            <details className={styles['more']}>
              <summary>{t.networkAddresses}</summary>
              <ul>
                {others.map((host) => (
                  <li key={host} dir="ltr">
                    {addressOf(host, webPort)}
                  </li>
                ))}
              </ul>
            </details>
          )}
          <CopyButton text={address} label={t.copyIt} />
        </div>
      </div>
    </Part>
  );
}

function HowYouComeIn({ ip, ports }: { ip: string | null; ports: string | null }) {
  const t = useTexts();
  const { carrier } = useSurroundings();
  const local = isLoopback(location.hostname.replace(/^\[|\]$/g, ''));
  const by = carrier();
  return (
    <Part title={t.networkYou}>
      {local ? (
        <p className={styles['small']}>{t.networkLocal}</p>
      ) : (
        <dl className={styles['facts']}>
          {by !== null && (
            <div>
              <dt>{t.networkCarrier}</dt>
              <dd>{by === 'websocket' ? t.networkSocket : t.networkPolling}</dd>
            </div>
          )}
          {ip !== null && (
            <div>
              <dt>{t.networkIp}</dt>
              <dd dir="ltr">{ip}</dd>
            </div>
          )}
        </dl>
      )}
      {ports !== null && (
        <dl className={styles['facts']}>
          <div>
            <dt>{t.networkPorts}</dt>
            <dd>{ports}</dd>
          </div>
        </dl>
      )}
      {by === 'polling' && !local && <p className={styles['small']}>{t.networkPollingText}</p>}
      <a className={styles['trust']} href="/trust" target="_blank" rel="noopener">
        <ShieldQuestionMark size={18} aria-hidden="true" />
        {t.networkTrust}
      </a>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles['part']} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

function Line({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles['command']}>
      <code dir="ltr" translate="no">
        {text}
      </code>
      <CopyButton text={text} label={label} />
    </div>
  );
}
