# shellcheck shell=sh
# To be sourced: apt_install PACKAGE… installs Debian's packages and leaves none of their services running.
apt_install() {
  as_root=''
  [ "$(id -u)" -eq 0 ] || as_root='sudo'
  # Debian starts a service when it is installed; 101 is "not allowed" to invoke-rc.d
  policy=/usr/sbin/policy-rc.d
  own_policy=''
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
    own_policy=yes
  fi
  status=0
  apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
  $apt update || true # an old list may do
  $apt install -y --no-install-recommends "$@" >/dev/null || status=$?
  [ -z "$own_policy" ] || $as_root rm -f "$policy"
  return "$status"
}
