/** The FSx file systems of a booted host: their names, their addresses, and what answers there. */

/** A file system that the host can mount. */
export interface StandInFileSystem {
  /** Resolves on the host; leave it out for a name that does not. */
  readonly dnsName?: string;
  readonly mountName: string;
  readonly lustreVersion: '2.10' | '2.12' | '2.15';
  /** Default 10.20.1.5. Nothing but the host knows it. */
  readonly address?: string;
  /** On TCP 988: `silent` is a security group without the rule, `refuses` one that drops answers. Default `answers`. */
  readonly network?: 'answers' | 'refuses' | 'silent';
}

/**
 * The file systems as the stand-ins read them, their names, and something (or nothing) that listens on TCP 988. Nobody accepts: connections stand in
 * the kernel's queue, so that no program of the host is seen to hold the port.
 */
export function fileSystemsScript(fileSystems: readonly StandInFileSystem[]): string {
  const all = fileSystems.map((fileSystem) => ({ address: '10.20.1.5', network: 'answers', ...fileSystem }));
  const lines = (render: (each: (typeof all)[number]) => string) => all.map(render).join('\n');
  return `set -e
systemctl stop lustre-server.socket lustre-server.service 2>/dev/null || true
cat >/etc/stand-ins/file-systems <<'END'
${lines(({ address, mountName, lustreVersion, network }) => [address, mountName, lustreVersion, network].join(' '))}
END
cat >/etc/hosts <<'END'
127.0.0.1 localhost ip-10-20-1-10.ec2.internal
${lines(({ address, dnsName }) => (dnsName === undefined ? '' : `${address} ${dnsName}`))}
END
cat >/etc/systemd/system/lustre-server.socket <<'END'
[Socket]
FreeBind=yes
${lines(({ address, network }) => (network === 'answers' ? `ListenStream=${address}:988` : ''))}
END
cat >/etc/systemd/system/lustre-server.service <<'END'
[Service]
ExecStart=/bin/sleep infinity
END
mkdir -p /etc/systemd/system/sockets.target.wants
rm -f /etc/systemd/system/sockets.target.wants/lustre-server.socket
${all.some(({ network }) => network === 'answers') ? 'ln -s ../lustre-server.socket /etc/systemd/system/sockets.target.wants/' : ''}
ip address flush dev lo scope global
ip route flush proto static
${lines(({ address, network }) => (network === 'silent' ? silence(address) : `ip address add ${address}/32 dev lo`))}
systemctl daemon-reload
${all.some(({ network }) => network === 'answers') ? 'systemctl start lustre-server.socket' : ''}
`;
}

/** Packets leave for a machine that is not there. */
function silence(address: string): string {
  return `ip neighbour replace ${address} lladdr 02:00:00:00:00:01 dev eth0 nud permanent
ip route replace ${address}/32 dev eth0 proto static`;
}
