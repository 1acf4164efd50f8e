#!/bin/sh
# Boots a systemd userland over an overlay of this machine's /: run by booted-host.ts as the first process of a mount and a PID namespace
# of its own, so that killing it ends every process, mount and network interface of the host with it.
#
#   boot.sh FOLDER     FOLDER/settings (shell variables) and FOLDER/files (laid over the root) are read; FOLDER/host is made.
#
# Prints "host address ADDRESS" once, and "host is ready" after each boot.
set -eu
folder=$1
# os: the folder of stand-ins
. "$folder/settings"
stand_ins=$(dirname "$0")/stand-ins

# Everything the host writes lies in this memory, and goes with the namespace.
mkdir "$folder/host"
mount -t tmpfs -o mode=755 tmpfs "$folder/host"
cd "$folder/host"
mount -t tmpfs -o mode=755 tmpfs /run
mkdir upper work root cgroup fsx

# Of the machine the host sees programs and the base of /etc, and nothing else: a character device 0/0 hides what lies below it.
hide() {
  for path; do
    [ -e "/$path" ] || [ -L "/$path" ] || continue
    mkdir -p "upper/$(dirname "$path")"
    mknod "upper/$path" c 0 0
  done
}
for entry in /* /.[!.]*; do
  case ${entry#/} in
    bin | sbin | lib | lib32 | lib64 | libx32 | usr | etc) ;;
    *) hide "${entry#/}" ;;
  esac
done
mkdir -p upper/etc upper/usr
hide usr/local usr/lib/os-release
for name in apt apt-get apt-cache curl dpkg dpkg-query rpm; do hide "usr/bin/$name"; done
for name in machine-id hostname hosts fstab mtab resolv.conf os-release passwd group shadow gshadow subuid subgid ssh sudoers sudoers.d \
  init.d rc0.d rc1.d rc2.d rc3.d rc4.d rc5.d rc6.d rcS.d cron.d environment profile.d apt systemd/system systemd/network; do
  hide "etc/$name"
done
mount -t overlay overlay -o "lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/work" root

cd root
mkdir -p boot dev home/ec2-user media mnt opt proc root run srv sys tmp var/cache var/lib/fsx var/log/journal var/spool var/tmp usr/local/bin usr/local/sbin \
  etc/sudoers.d etc/systemd/system etc/ssh
chmod 1777 tmp var/tmp
chmod 700 root home/ec2-user
ln -s ../run var/run
ln -s ../proc/self/mounts etc/mtab

tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
: >etc/fstab
account='ec2-user:x:1000:1000:EC2 Default User:/home/ec2-user:/bin/bash'
{ awk -F: '$3 < 1000 || $1 == "nobody"' /etc/passwd && echo "$account"; } >etc/passwd
{ awk -F: '$3 < 1000 || $1 == "nogroup"' /etc/group && echo 'ec2-user:x:1000:'; } >etc/group
awk -F: '{ print $1 ":*:19000:0:99999:7:::" }' etc/passwd >etc/shadow
chmod 640 etc/shadow

# What only EC2 and the systems on it have; what they wrap is kept beside them.
mkdir -p usr/libexec/stand-ins etc/apt/sources.list.d etc/modprobe.d etc/yum.repos.d
for name in findmnt uname getconf ldd; do cp "/usr/bin/$name" usr/libexec/stand-ins/; done
cp -R "$stand_ins/base/." .
case $os in ubuntu) ;; *) cp -R "$stand_ins/rpm-based/." . ;; esac
cp -R "$stand_ins/$os/." .
mkdir -p usr/share/stand-ins
cp -R "$stand_ins/lustre-client" usr/share/stand-ins/
cp -R "$folder/files/." .
chmod 440 etc/sudoers
chmod 600 etc/ssh/ssh_host_*_key
chmod 755 home
chmod -R go= home/ec2-user
chown -R 1000:1000 home/ec2-user
cd ..

# A network of its own: one link to this machine. The name of the link is the lock on its addresses.
number=0
until ip link add "sluice$number" type veth peer name "sluice${number}p" 2>/dev/null; do
  number=$((number + 1))
  [ "$number" -lt 1024 ] || exit 1
done
subnet=198.18.$((number / 64)).$((number % 64 * 4))
near=${subnet%.*}.$((${subnet##*.} + 1))
address=${subnet%.*}.$((${subnet##*.} + 2))
ip netns add host
ip link set "sluice${number}p" netns host name eth0
ip address add "$near/30" dev "sluice$number"
ip link set "sluice$number" up
ip -n host address add "$address/30" dev eth0
ip -n host link set lo up
ip -n host link set eth0 up
ip -n host route add default via "$near"
echo "host address $address"

# A control group of its own, so that hosts side by side do not meet.
mount -t cgroup2 cgroup2 cgroup
cgroup=cgroup/$(basename "$folder")
mkdir "$cgroup"
echo 0 >"$cgroup/cgroup.procs"

mkfifo ready
while :; do cat ready; done &

# Control groups as a machine with systemd has them, whatever this one mounts.
umount -R /sys/fs/cgroup 2>/dev/null || true
exec unshare --cgroup sh -c '
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  # 133: the host wants to reboot.
  while systemd-nspawn "$@"; [ $? -eq 133 ]; do :; done
' boot --quiet --boot --directory=root --machine=host --register=no --keep-unit --console=pipe \
  --network-namespace-path=/run/netns/host --resolv-conf=off --timezone=off --link-journal=no \
  --bind=/dev/autofs --bind="$PWD/ready:/var/lib/booted" --bind="$PWD/fsx:/var/lib/fsx" \
  systemd.unit=booted.target systemd.show_status=no
