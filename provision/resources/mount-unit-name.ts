/** The name that systemd gives the unit of a mount point: `/data/fsx` is data-fsx.mount (systemd-escape(1), --path). */
export function mountUnitName(path: string, suffix: 'mount' | 'automount' = 'mount'): string {
  const inner = path
    .split('/')
    .filter((part) => part !== '')
    .join('/');
  const escaped = [...Buffer.from(inner)]
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      if (character === '/') return '-';
      if (/[A-Za-z0-9:_]/.test(character) || (character === '.' && index > 0)) return character;
      return `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
  return `${escaped === '' ? '-' : escaped}.${suffix}`;
}
