# Sourced by the stand-ins: where they keep their state.
#   packages  one line an installed package: name version release arch
#   topics    enabled topics of amazon-linux-extras, one a line
#   client    the installed Lustre client's version
state=/var/lib/stand-ins
conf=/etc/stand-ins

kernel() { cat "$conf/kernel"; }

package() { [ -f "$state/packages" ] && awk -v name="$1" '$1 == name { print; found = 1 } END { exit !found }' "$state/packages"; }

# install_package NAME VERSION RELEASE
install_package() {
  mkdir -p "$state"
  { grep -v "^$1 " "$state/packages" 2>/dev/null; echo "$1 $2 $3 $(cat "$conf/machine")"; } >"$state/packages.new"
  mv "$state/packages.new" "$state/packages"
}

# at_least A B: version A is B or newer.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# For which kernels the FSx for Lustre user guide has a client, "Lustre file system and client kernel compatibility".
client_supports_kernel() {
  case $1 in
    4.14.*amzn2.*) first=4.14.294-220.533 ;;
    5.4.*amzn2.*) first=5.4.214-120.368 ;;
    5.10.*amzn2.*) first=5.10.144-127.601 ;;
    6.1.*amzn2023.*) first=6.1.79-99.167 ;;
    6.12.*amzn2023.* | 6.18.*amzn2023.*) first=0 ;;
    5.15.0-*-aws)
      case $2 in 2.12.*) at_least "$1" 5.15.0-1015 && ! at_least "$1" 5.15.0-1052 ;; *) return 1 ;; esac
      return
      ;;
    6.2.0-*-aws | 6.5.0-*-aws | 6.8.0-*-aws | 6.14.0-*-aws)
      case $2 in 2.15.*) ;; *) return 1 ;; esac
      return
      ;;
    # Enterprise Linux: the packages of a minor release hold the module for its kernels.
    4.18.0-553.* | 5.14.0-611.*) grep -qx '[89]' "$state/release" && return ;;
    4.18.0-513.*) grep -qx 8.9 "$state/release" && return ;;
    5.14.0-570.*) grep -qx 9.6 "$state/release" && return ;;
    5.14.0-427.*) grep -qx 9.4 "$state/release" && return ;;
    *) return 1 ;;
  esac
  [ -n "$first" ] || return 1
  case $2 in
    2.10.*) ! at_least "$1" "$first" ;;
    *) at_least "$1" "$first" ;;
  esac
}

# The module's version for a kernel; fails where it has none.
lustre_module() {
  [ -f "$state/client" ] || return 1
  client_supports_kernel "$1" "$(cat "$state/client")" && cat "$state/client"
}

# install_client VERSION RELEASE: package, commands and module.
install_client() {
  install_package kmod-lustre-client "$1" "$2"
  install_package lustre-client "$1" "$2"
  echo "$1" >"$state/client"
  cp -R /usr/share/stand-ins/lustre-client/. /
}

# exclusively FILE [SECONDS]: alone with the package database until the program ends; fails where another is at work for longer.
exclusively() {
  mkdir -p "${1%/*}"
  exec 9>>"$1"
  flock ${2:+-w "$2"} 9
}

mirror_fails() { grep -qx fails "$conf/mirror" 2>/dev/null; }

# The next boot runs what /etc/stand-ins/newest-kernel holds.
install_newest_kernel() {
  [ -f "$conf/newest-kernel" ] || return 0
  cp "$conf/newest-kernel" "$conf/next-kernel"
  touch "/boot/vmlinuz-$(cat "$conf/newest-kernel")"
}

as_root() {
  [ "$(id -u)" -eq 0 ] && return
  echo "$1" >&2
  exit 1
}
