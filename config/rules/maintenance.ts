/** The maintenance window and root squash. Source: FSx API reference, WeeklyTime and LustreRootSquashConfiguration. */
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const maintenance = field('maintenance-window', 'fileSystem.weeklyMaintenanceStart', (value) => {
  if (/^[1-7]:(?:[01]\d|2[0-3]):[0-5]\d$/.test(value)) return undefined;
  const [, day = '', hour = '', minute = '00'] = /^(\w+)[:\s]+(\d{1,2})(?::(\d\d))?/.exec(value) ?? [];
  const named = weekdays.indexOf(day.slice(0, 3).toLowerCase()) + 1;
  const number = named > 0 ? String(named) : day.replace(/^0$/, '7');
  const meant = `${number}:${hour.padStart(2, '0')}:${minute}`;
  const usable = /^[1-7]:(?:[01]\d|2[0-3]):[0-5]\d$/.test(meant);
  return {
    message: `${show(value)} is not d:HH:MM in UTC, d from 1 (Monday) to 7 (Sunday)`,
    fix: `write "${usable ? meant : '7:02:00'}"`,
  };
});

/** The highest id: 4294967295 means "no change" to chown. */
const mostId = 4_294_967_294;

const uidGid = field('root-squash', 'fileSystem.rootSquash.uidGid', (value) => {
  const ids = /^(\d{1,10}):(\d{1,10})$/.exec(value)?.slice(1).map(Number);
  if (ids?.every((id) => id <= mostId) !== true) {
    return { message: `${show(value)} is not uid:gid, each from 0 to ${mostId}`, fix: 'write "65534:65534"' };
  }
  return undefined;
});

const mostNids = 64;

const nid = field('no-squash-nid', 'fileSystem.rootSquash.noSquashNids.*', (value): Complaint | undefined => {
  const octets = /^([\d[\]-]+)\.([\d[\]-]+)\.([\d[\]-]+)\.([\d[\]-]+)@tcp$/.exec(value)?.slice(1);
  if (octets?.every(isOctet) === true) return undefined;
  const address = /^(\d+(?:\.\d+){3})(?:@tcp)?$/.exec(value)?.[1];
  return {
    message: `${show(value)} is not an address or ranges of one, and @tcp`,
    fix: `write ${address === undefined ? '10.20.0.6@tcp or 10.20.0.[1-254]@tcp' : `${address}@tcp`}`,
  };
});

function isOctet(text: string): boolean {
  const [from, to = from] = (/^\[(\d{1,3})-(\d{1,3})\]$/.exec(text) ?? /^(\d{1,3})$/.exec(text))?.slice(1) ?? [];
  return from !== undefined && Number(from) <= Number(to) && Number(to) <= 255;
}

const nids = field('no-squash-nid', 'fileSystem.rootSquash.noSquashNids', (value, { fileSystem }) => {
  if (value.length > mostNids) {
    return { message: `${value.length} clients are too many: at most ${mostNids}`, fix: 'write ranges' };
  }
  if (value.length > 0 || fileSystem.rootSquash?.uidGid === '0:0') return undefined;
  return {
    severity: 'warning',
    message: 'is empty: root of the host is squashed too, and a pull can then neither set owners nor check the export',
    fix: 'add the addresses of the hosts, such as 10.20.0.[1-254]@tcp',
  };
});

export const maintenanceRules: readonly Rule[] = [maintenance, uidGid, nid, nids];
