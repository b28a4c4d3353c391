#!/bin/sh
# Writes nginx's configuration for where the parts are here, and becomes nginx. /tmp is all that it writes to.
set -eu

# JSON lists of names, as every parameter has them: ["a.example"] → a.example
MONITOR_SERVED=$(printf '%s' "$MONITOR_HTTPHOSTS" | tr -d '[]"' | tr ',' ' ')
case $MONITOR_SERVED in
*[!A-Za-z0-9.\ -]*)
  echo "ERROR: MONITOR_HTTPHOSTS is a JSON list of host names, not $MONITOR_HTTPHOSTS" >&2
  exit 78
  ;;
esac
# The same as alternatives of a regular expression.
MONITOR_ORIGINS=$(for name in $MONITOR_SERVED; do printf '|%s' "$name"; done | sed 's/\./\\./g')
# Names are looked up anew, for a part that comes back may have another address.
RESOLVER=$(awk '$1 == "nameserver" { print ($2 ~ /:/) ? "[" $2 "]" : $2; exit }' /etc/resolv.conf)
export MONITOR_SERVED MONITOR_ORIGINS RESOLVER

envsubst '$LB_IP $LB_HTTPPORT $HC_IP $HC_HTTPPORT $MONITOR_SERVED $MONITOR_ORIGINS $RESOLVER' \
  </penstock/nginx.conf.template >/tmp/nginx.conf
exec nginx -e stderr -c /tmp/nginx.conf -g 'daemon off;'
