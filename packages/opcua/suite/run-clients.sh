#!/bin/sh
# Runs clients that share nothing with our server's library, without encryption and with each policy, every time against a fresh server.
#   sh suite/run-clients.sh [asyncua|open62541 ...]     both by default; exit code 1 where a case fails, 69 where a client is not installed
# opcua-asyncio (Python: PYTHON and PYTHONPATH choose it) runs suite/cases.json. `ua`, the command of open62541 (C, built with -DUA_BUILD_TOOLS=ON
# -DUA_ENABLE_ENCRYPTION=OPENSSL; UA names it), reads, writes through the gate and browses. Needs openssl, and Node.js as the workspace brings it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=${PYTHON:-python3}
ua=${UA:-ua}
PATH="$root/node_modules/.bin:$PATH"
work=$(mktemp -d)
server=
trap 'test -z "$server" || kill -INT $server 2>/dev/null; sleep 1; rm -rf "$work"' EXIT
port=48480
failed=0

# A certificate whose name of the application is the one that the client says.
certify() {
  openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 2 -subj "/CN=$1" -keyout "$work/key.pem" -out "$work/certificate.pem" \
    -addext "subjectAltName=URI:$2,DNS:localhost" \
    -addext 'keyUsage=critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment' \
    -addext 'extendedKeyUsage=clientAuth,serverAuth' 2> /dev/null
  openssl x509 -in "$work/certificate.pem" -outform der -out "$work/certificate.der"
  openssl rsa -in "$work/key.pem" -outform der -out "$work/key.der" 2> /dev/null
}

# Serves a plant that knows the engineer eve and trusts the certificate: serve NAME OPTION ...
serve() {
  data="$work/$1"
  shift
  port=$((port + 1))
  mkdir -p "$data/pki/server/trusted/certs"
  cp "$work/certificate.pem" "$data/pki/server/trusted/certs/"
  echo 'eve-knows-it' | node "$root/packages/cli/src/main.ts" users add eve --role engineer --data "$data" > /dev/null
  node "$root/packages/cli/src/main.ts" serve "$root/sims/scenarios/ecoli-instruments" --opcua $port --http off --insecure-lab --data "$data" "$@" \
    > "$data/log" 2>&1 &
  server=$!
  tries=0
  until grep -q 'Ctrl-C stops' "$data/log" || [ $tries -ge 120 ]; do sleep 0.5; tries=$((tries + 1)); done
}

stop() {
  kill -INT $server
  wait $server || true
  server=
}

run_asyncua() {
  "$python" -c 'import asyncua' 2> /dev/null || { echo 'asyncua is not installed for this Python: pip install asyncua' >&2; exit 69; }
  for policy in none Basic256Sha256 Aes128Sha256RsaOaep Aes256Sha256RsaPss; do
    certify asyncua urn:fedbatch:asyncua
    serve "asyncua-$policy" --clock lockstep --profile lads
    echo "== opcua-asyncio, $policy"
    set -- "opc.tcp://localhost:$port" eve eve-knows-it
    [ "$policy" = none ] || set -- "$@" "$policy" "$work/certificate.der" "$work/key.pem"
    timeout 240 "$python" "$here/asyncua_suite.py" "$@" 2> "$work/errors" || { failed=$((failed + 1)); tail -3 "$work/errors"; }
    stop
  done
}

# Asks for one service and looks for a word in what `ua` prints.
expects() {
  word=$1
  shift
  found=$("$ua" --loglevel 6 --username eve --password eve-knows-it --certificate "$work/certificate.der" --privatekey "$work/key.der" \
    --securitypolicy "http://opcfoundation.org/UA/SecurityPolicy#$policy" "opc.tcp://localhost:$port" "$@" 2>&1)
  if echo "$found" | grep -q "$word"; then
    echo "ok      $*"
  else
    failed=$((failed + 1))
    echo "FAILED  $*: $word was wanted in: $found"
  fi
}

run_open62541() {
  command -v "$ua" > /dev/null 2>&1 || { echo 'The command ua of open62541 is not there; set UA to it.' >&2; exit 69; }
  certify open62541 urn:open62541.unconfigured.application
  serve open62541 --clock x60 --profile flat
  for policy in None Basic256Sha256 Aes128_Sha256_RsaOaep Aes256_Sha256_RsaPss; do
    echo "== open62541, $policy"
    expects 'Value: 3[67]' read 'ns=2;s=Bioreactor1.temperature.probe.measured'
    expects 'delivered' browse 'ns=2;s=Bioreactor1.feed.rate'
    expects '^Good' write 'ns=2;s=Bioreactor1.feed.rate.mode' '(UInt32) 0'
    sleep 1
    expects 'BadInvalidState' write 'ns=2;s=Bioreactor1.feed.rate.setpoint' '(Double) 0.25'
    expects '^Good' write 'ns=2;s=Bioreactor1.feed.rate.mode' '(UInt32) 1'
    expects '^Good' write 'ns=2;s=Bioreactor1.feed.rate.setpoint' '(Double) 0.25'
    expects 'BadOutOfRange' write 'ns=2;s=Bioreactor1.feed.rate.setpoint' '(Double) 99.5'
    expects 'BadTypeMismatch' write 'ns=2;s=Bioreactor1.feed.rate.setpoint' 99.5
    expects 'BadNotWritable' write 'ns=2;s=Bioreactor1.feed.rate.delivered' '(Double) 0.1'
    sleep 1
    expects 'Value: 0.25' read 'ns=2;s=Bioreactor1.feed.rate.setpoint'
  done
  stop
}

[ $# -gt 0 ] || set -- asyncua open62541
for client in "$@"; do "run_$client"; done
[ $failed -eq 0 ] && echo 'All cases passed.' || { echo "$failed failed."; exit 1; }
