#!/bin/sh
# Looks at a served plant with `ua`, the command of open62541 (C, built with -DUA_BUILD_TOOLS=ON -DUA_ENABLE_ENCRYPTION=OPENSSL): reads, writes through
# the gate and browses without encryption and with each policy. UA names the command. Needs openssl, and Node.js as the workspace brings it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
ua=${UA:-ua}
PATH="$root/node_modules/.bin:$PATH"
command -v "$ua" > /dev/null 2>&1 || { echo 'The command ua of open62541 is not there; set UA to it.' >&2; exit 69; }
work=$(mktemp -d)
server=
trap 'test -z "$server" || kill -INT $server 2>/dev/null; sleep 1; rm -rf "$work"' EXIT
mkdir -p "$work/data/pki/server/trusted/certs"
echo 'eve-knows-it' | node "$root/packages/cli/src/main.ts" users add eve --role engineer --data "$work/data" > /dev/null
# The name of the application in the certificate must be the one that the client says.
openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 2 -subj /CN=open62541 -keyout "$work/key.pem" -out "$work/certificate.pem" \
  -addext 'subjectAltName=URI:urn:open62541.unconfigured.application,DNS:localhost' \
  -addext 'keyUsage=critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment' \
  -addext 'extendedKeyUsage=clientAuth,serverAuth' 2> /dev/null
openssl x509 -in "$work/certificate.pem" -outform der -out "$work/certificate.der"
openssl rsa -in "$work/key.pem" -outform der -out "$work/key.der" 2> /dev/null
cp "$work/certificate.pem" "$work/data/pki/server/trusted/certs/"
port=48490
node "$root/packages/cli/src/main.ts" serve "$root/sims/scenarios/ecoli-instruments" --opcua $port --http off --clock x60 --insecure-lab --profile flat \
  --data "$work/data" > "$work/log" 2>&1 &
server=$!
tries=0
until grep -q 'Ctrl-C stops' "$work/log" || [ $tries -ge 60 ]; do sleep 0.5; tries=$((tries + 1)); done
passed=0
failed=0
# Runs one service and looks for a word in what it prints.
expects() {
  word=$1
  shift
  found=$("$ua" --loglevel 6 --username eve --password eve-knows-it --certificate "$work/certificate.der" --privatekey "$work/key.der" \
    --securitypolicy "http://opcfoundation.org/UA/SecurityPolicy#$policy" "opc.tcp://localhost:$port" "$@" 2>&1)
  if echo "$found" | grep -q "$word"; then
    passed=$((passed + 1))
    echo "ok      $policy  $*"
  else
    failed=$((failed + 1))
    echo "FAILED  $policy  $*: $word was wanted in: $found"
  fi
}
for policy in None Basic256Sha256 Aes128_Sha256_RsaOaep Aes256_Sha256_RsaPss; do
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
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
