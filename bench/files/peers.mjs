/** What people would use instead, each on loopback with everything of its own below one folder. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findPort, serve, time } from './processes.mjs';

/** nginx with WebDAV's PUT over TLS, and curl. */
export async function startNginx(folder) {
  const port = await findPort();
  const at = (name) => join(folder, name);
  mkdirSync(at('www'), { recursive: true });
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-days', '2'].concat([
      '-keyout',
      at('key.pem'),
      '-out',
      at('cert.pem'),
    ]),
    { stdio: 'ignore' },
  );
  const { username } = userInfo();
  writeFileSync(
    at('nginx.conf'),
    `daemon off; ${username === 'root' ? 'user root;' : ''} worker_processes 1; pid ${at('pid')}; error_log stderr error;
events { worker_connections 64; }
http {
  access_log off; client_max_body_size 0; sendfile on; tcp_nodelay on;
  client_body_temp_path ${at('tmp')}; proxy_temp_path ${at('t1')}; fastcgi_temp_path ${at('t2')}; uwsgi_temp_path ${at('t3')}; scgi_temp_path ${at('t4')};
  server {
    listen 127.0.0.1:${port} ssl; ssl_certificate ${at('cert.pem')}; ssl_certificate_key ${at('key.pem')}; ssl_protocols TLSv1.3;
    root ${at('www')};
    location / { dav_methods PUT DELETE; }
  }
}
`,
  );
  const server = await serve('nginx', ['-c', at('nginx.conf'), '-p', folder, '-e', 'stderr'], port);
  const url = `https://127.0.0.1:${port}/big`;
  return {
    up: (source) => time('curl', ['-sSfk', '-T', source, url]),
    down: (target) => time('curl', ['-sSfk', '-o', target, url]),
    stop: server.stop,
  };
}

/** OpenSSH's server and scp, with AES-256-GCM. */
export async function startSsh(folder) {
  const port = await findPort();
  const at = (name) => join(folder, name);
  mkdirSync(folder, { recursive: true });
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  for (const name of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  execFileSync('cp', [at('user.pub'), at('authorized')]);
  writeFileSync(
    at('sshd.conf'),
    `Port ${port}
ListenAddress 127.0.0.1
HostKey ${at('host')}
AuthorizedKeysFile ${at('authorized')}
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
Subsystem sftp internal-sftp
`,
  );
  const server = await serve('/usr/sbin/sshd', ['-D', '-e', '-f', at('sshd.conf')], port);
  const options = ['-q', '-B', '-c', 'aes256-gcm@openssh.com', '-P', String(port), '-i', at('user')].concat(
    ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((option) => ['-o', option]),
  );
  const remote = `${userInfo().username}@127.0.0.1:${at('big')}`;
  return {
    up: (source) => time('scp', [...options, source, remote]),
    down: (target) => time('scp', [...options, remote, target]),
    stop: server.stop,
  };
}
