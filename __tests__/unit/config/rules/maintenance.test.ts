import { configText, describeRight, describeWrong, fileSystem, load } from '../../../helpers/config-text';

const squash = (...lines: readonly string[]) => fileSystem('rootSquash:', ...lines.map((line) => `  ${line}`));
const nids = (text: string) => squash('uidGid: "65534:65534"', `noSquashNids: ${text}`);

describeWrong('maintenance window', [
  {
    why: 'a day by its name',
    given: fileSystem('weeklyMaintenanceStart: »Sun:02:00'),
    path: 'fileSystem.weeklyMaintenanceStart',
    message: /not d:HH:MM in UTC/,
    fix: /write "7:02:00"/,
  },
  {
    why: "cron's Sunday",
    given: fileSystem('weeklyMaintenanceStart: »"0:02:30"'),
    path: 'fileSystem.weeklyMaintenanceStart',
    message: /not d:HH:MM/,
    fix: /write "7:02:30"/,
  },
  {
    why: 'an hour without its zero',
    given: fileSystem('weeklyMaintenanceStart: »"1:5:00"'),
    path: 'fileSystem.weeklyMaintenanceStart',
    message: /not d:HH:MM/,
    fix: /write "1:05:00"/,
  },
  {
    why: 'an hour that no day has',
    given: fileSystem('weeklyMaintenanceStart: »"1:24:00"'),
    path: 'fileSystem.weeklyMaintenanceStart',
    message: /not d:HH:MM/,
    fix: /write "7:02:00"/,
  },
]);

describeWrong('root squash', [
  {
    why: 'a user name',
    given: squash('uidGid: »nobody', 'noSquashNids: [10.20.0.6@tcp]'),
    path: 'fileSystem.rootSquash.uidGid',
    message: /not uid:gid/,
    fix: /65534:65534/,
  },
  {
    why: 'an id out of range',
    given: squash('uidGid: »"4294967295:0"', 'noSquashNids: [10.20.0.6@tcp]'),
    path: 'fileSystem.rootSquash.uidGid',
    message: /from 0 to 4294967294/,
    fix: /65534:65534/,
  },
  {
    why: 'nobody left who may set owners',
    given: nids('»[]'),
    path: 'fileSystem.rootSquash.noSquashNids',
    message: /root of the host is squashed too/,
    fix: /add the addresses of the hosts/,
    severity: 'warning',
  },
  {
    why: 'an address without its network',
    given: nids('[»10.20.0.6]'),
    path: 'fileSystem.rootSquash.noSquashNids[0]',
    message: /not an address or ranges of one/,
    fix: /write 10\.20\.0\.6@tcp/,
  },
  {
    why: 'a block where ranges are wanted',
    given: nids('[»10.20.0.0/24@tcp]'),
    path: 'fileSystem.rootSquash.noSquashNids[0]',
    message: /not an address or ranges of one/,
    fix: /10\.20\.0\.\[1-254\]@tcp/,
  },
  {
    why: 'a range that runs backwards',
    given: nids('[»"10.20.0.[254-1]@tcp"]'),
    path: 'fileSystem.rootSquash.noSquashNids[0]',
    message: /not an address or ranges of one/,
    fix: /@tcp/,
  },
  {
    why: 'an octet over 255',
    given: nids('[»10.20.0.256@tcp]'),
    path: 'fileSystem.rootSquash.noSquashNids[0]',
    message: /not an address or ranges of one/,
    fix: /@tcp/,
  },
  {
    why: 'more clients than FSx takes',
    given: nids(`»[${Array.from({ length: 65 }, (_, index) => `10.20.0.${index}@tcp`).join(', ')}]`),
    path: 'fileSystem.rootSquash.noSquashNids',
    message: /65 clients are too many/,
    fix: /ranges/,
  },
]);

describeRight('maintenance and root squash', [
  ['a window', fileSystem('weeklyMaintenanceStart: "1:23:59"')],
  ['a window without quotes, which YAML 1.2 reads as text', fileSystem('weeklyMaintenanceStart: 7:02:00')],
  ['clients by address and by range', nids('[10.20.0.6@tcp, "10.[20-21].[0-3].[1-254]@tcp"]')],
  ['nobody any more', squash('uidGid: "0:0"')],
  ['the group alone', squash('uidGid: "0:100"', 'noSquashNids: [10.20.0.6@tcp]')],
]);

test('nothing is squashed, and no window is chosen, where nothing is said', () => {
  const { fileSystem: settings } = load(configText()).migration!;
  expect([settings.rootSquash, settings.weeklyMaintenanceStart]).toEqual([undefined, undefined]);
});
