#!/bin/sh
# Keeps flow export of a node's Open vSwitch as the files in $SETTINGS say: target, awaited, sampling, cacheActiveTimeout,
# cacheMaxFlows, bridges, intervalSeconds. Touches only what it has set itself, which it knows by the owner it writes.
#
#   ovs-export.sh run    sets it and looks again every so often; turns it off when it is ended (SIGTERM)
#   ovs-export.sh on     sets it once
#   ovs-export.sh off    turns it off
#
# SETTINGS  folder of the settings
# OWNER     what this installation is called
# OVS_DB    where the database listens, such as unix:/var/run/openvswitch/db.sock
set -u

KEY=netobserv-flows

say() {
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $*" >&2
}

# --no-wait: a switch that does not answer must not keep export from being turned off in its database.
vsctl() {
  ovs-vsctl --db="$OVS_DB" --timeout=10 --no-wait "$@"
}

setting() {
  cat "$SETTINGS/$1"
}

# The address of a target host:port as Open vSwitch takes it; a name is looked up.
address() {
  host=${1%:*}
  port=${1##*:}
  case $host in
    \[*\] | [0-9]*.[0-9]*.[0-9]*.[0-9]*) ;;
    *)
      host=$(getent hosts "$host" | awk 'NR == 1 { print $1 }')
      case $host in
        *:*) host="[$host]" ;;
      esac
      ;;
  esac
  [ -n "$host" ] && echo "$host:$port"
}

# Whether the name that is awaited has an address: that of a headless Service has once a collector is ready. Open vSwitch
# tells its templates when export begins, and then every ten minutes: what it sends to nobody at first is not understood
# for so long.
listens() {
  awaited=$(setting awaited)
  [ -z "$awaited" ] || getent hosts "$awaited" >/dev/null
}

# The IPFIX record of a bridge; nothing where it has none.
record() {
  found=$(vsctl --if-exists get Bridge "$1" ipfix) || return 1
  [ "$found" = '[]' ] || echo "$found"
}

# Whose a record is; nothing where nobody said.
owner() {
  vsctl --if-exists get IPFIX "$1" "external_ids:$KEY" | tr -d '"'
}

set_bridge() {
  bridge=$1
  target=$2
  ipfix=$(record "$bridge") || return 1
  columns="sampling=$(setting sampling) cache_active_timeout=$(setting cacheActiveTimeout) cache_max_flows=$(setting cacheMaxFlows)"
  # $columns is several words on purpose; its values are numbers, which the chart's schema sees to.
  if [ -z "$ipfix" ]; then
    if ! listens; then
      say "$bridge: no collector is ready yet"
      return 1
    fi
    # shellcheck disable=SC2086
    vsctl -- --id=@ipfix create IPFIX "targets=[\"$target\"]" $columns "external_ids:$KEY=\"$OWNER\"" \
      -- set Bridge "$bridge" ipfix=@ipfix >/dev/null || return 1
    say "$bridge: exports to $target ($columns)"
  elif [ "$(owner "$ipfix")" != "$OWNER" ]; then
    say "$bridge: somebody else has set up its export of flows, left as it is; to change that: ovs-vsctl clear Bridge $bridge ipfix"
  else
    # Of what is as it should be already, nothing is written.
    # shellcheck disable=SC2086
    vsctl set IPFIX "$ipfix" "targets=[\"$target\"]" $columns
  fi
}

clear_bridge() {
  ipfix=$(record "$1") || return 1
  if [ -n "$ipfix" ] && [ "$(owner "$ipfix")" = "$OWNER" ]; then
    vsctl clear Bridge "$1" ipfix || return 1
    say "$1: exports no more"
  fi
}

# Sets the bridges that are named, and clears those that are named no more.
on() {
  result=0
  target=$(address "$(setting target)")
  if [ -z "$target" ]; then
    say "$(setting target): no address is known for it"
    return 1
  fi
  there=$(vsctl list-br) || return 1
  for bridge in $there; do
    case " $(setting bridges | tr '\n' ' ') " in
      *" $bridge "*) set_bridge "$bridge" "$target" ;;
      *) clear_bridge "$bridge" ;;
    esac || result=1
  done
  return "$result"
}

off() {
  result=0
  there=$(vsctl list-br) || return 1
  for bridge in $there; do
    clear_bridge "$bridge" || result=1
  done
  return "$result"
}

case ${1:-} in
  on | off) "$1" ;;
  run)
    # Empty but while it waits: a signal that comes while bridges are set up must not fail for want of a sleeper.
    sleeper=
    trap '[ -z "$sleeper" ] || kill "$sleeper"; off; exit' TERM INT
    while :; do
      on || say 'not all is set up; trying again'
      sleep "$(setting intervalSeconds)" &
      sleeper=$!
      wait "$sleeper"
      sleeper=
    done
    ;;
  *)
    echo "usage: $0 run|on|off" >&2
    exit 2
    ;;
esac
