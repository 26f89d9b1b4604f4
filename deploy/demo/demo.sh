#!/bin/sh
# Runs the demo cluster in a container: `demo inventory` writes what the cluster is made of and ends; `demo run` sends
# its history once in the life of the volume, so that a restart doubles nothing, then goes on live.
set -eu

folder=${DEMO_FOLDER:-/inventory}
program=${DEMO_PROGRAM:-/app/demo.cjs}
seed=${DEMO_SEED:-1}

case "${1:-}" in
  inventory)
    exec node "$program" --seed "$seed" --inventory-out "$folder/demo.yaml" --inventory-only
    ;;
  run)
    history=${DEMO_BACKFILL:-6h}
    if [ -e "$folder/history-sent" ]; then
      history=0
    else
      touch "$folder/history-sent"
    fi
    exec node "$program" --seed "$seed" --rate "${DEMO_RATE:-1}" --backfill "$history" \
      --collector "${DEMO_COLLECTOR:-127.0.0.1:4739}" --status "${DEMO_STATUS:-http://127.0.0.1:9469}"
    ;;
  *)
    echo "demo: '${1:-}' is no command; write 'demo inventory' or 'demo run'" >&2
    exit 2
    ;;
esac
