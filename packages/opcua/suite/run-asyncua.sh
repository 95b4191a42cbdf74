#!/bin/sh
# Runs suite/cases.json with opcua-asyncio, without encryption and with each policy, every time against a fresh server.
# Needs python3 with asyncua (set PYTHON and PYTHONPATH for another one), openssl, and Node.js as the workspace brings it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=${PYTHON:-python3}
PATH="$root/node_modules/.bin:$PATH"
"$python" -c 'import asyncua' 2>/dev/null || { echo 'asyncua is not installed for this Python: pip install asyncua' >&2; exit 69; }
work=$(mktemp -d)
server=
trap 'test -z "$server" || kill -INT $server 2>/dev/null; sleep 1; rm -rf "$work"' EXIT
failed=0
port=48480
for policy in none Basic256Sha256 Aes128Sha256RsaOaep Aes256Sha256RsaPss; do
  data="$work/$policy"
  port=$((port + 1))
  mkdir -p "$data/pki/server/trusted/certs"
  echo 'eve-knows-it' | node "$root/packages/cli/src/main.ts" users add eve --role engineer --data "$data" > /dev/null
  openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 2 -subj /CN=asyncua -keyout "$work/key.pem" -out "$work/certificate.pem" \
    -addext 'subjectAltName=URI:urn:fedbatch:asyncua,DNS:localhost' \
    -addext 'keyUsage=critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment' \
    -addext 'extendedKeyUsage=clientAuth,serverAuth' 2> /dev/null
  openssl x509 -in "$work/certificate.pem" -outform der -out "$work/certificate.der"
  cp "$work/certificate.pem" "$data/pki/server/trusted/certs/asyncua.pem"
  node "$root/packages/cli/src/main.ts" serve "$root/sims/scenarios/ecoli-instruments" --opcua $port --http off --clock lockstep --insecure-lab \
    --profile lads --data "$data" > "$data/log" 2>&1 &
  server=$!
  tries=0
  until grep -q 'Ctrl-C stops' "$data/log" || [ $tries -ge 60 ]; do sleep 0.5; tries=$((tries + 1)); done
  echo "== $policy"
  set -- "opc.tcp://localhost:$port" eve eve-knows-it
  [ "$policy" = none ] || set -- "$@" "$policy" "$work/certificate.der" "$work/key.pem"
  timeout 120 "$python" "$here/asyncua_suite.py" "$@" 2> "$work/errors" || { failed=1; tail -3 "$work/errors"; }
  kill -INT $server
  wait $server || true
  server=
done
exit $failed
