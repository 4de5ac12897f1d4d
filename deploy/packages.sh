#!/bin/sh
# Debian's packages for the cluster's engines: nothing is started, and no database is made beside Patroni's.
# Says nothing where all are there; exit code 1 with a sentence where they cannot be installed.
set -eu
PACKAGES="etcd-server patroni python3-etcd python3-dnspython postgresql-17 pgbackrest pgbouncer haproxy valkey-server
valkey-sentinel nginx-light openssl"
# Or those that are named: what moves an address, what watches.
PACKAGES=${*:-$PACKAGES}

missing=""
for package in $PACKAGES; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Il manque ces paquets de Debian 13 :$missing (apt-get install, en root)." >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
apt-get update -qq
apt-get install -y -qq --no-install-recommends postgresql-common >/dev/null
sed -i 's/^#\? *create_main_cluster *=.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
if [ -d /run/systemd/system ]; then
    # shellcheck disable=SC2086
    for package in $missing; do systemctl disable -q "${package%-light}" 2>/dev/null || true; done
fi
