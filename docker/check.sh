#!/usr/bin/env bash
# Builds the image without a container engine, on a base made from Debian's packages, and runs it: the health check must pass
# and SIGTERM must end it with 0; size and start are printed. Needs root, buildah and mmdebstrap; takes some minutes and 3 GB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for tool in buildah mmdebstrap; do
  command -v $tool > /dev/null || { echo "The image is not checked: there is no $tool (apt-get install buildah mmdebstrap)."; exit 0; }
done

work=$(mktemp -d)
server=
runner=
B="buildah --root $work/store --runroot $work/run --storage-driver vfs"
finish() {
  test -z "$server" || kill -KILL "$server" 2> /dev/null || true
  test -z "$runner" || wait "$runner" || true
  $B rm --all > /dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT
fail() { echo "$1" >&2; exit 1; }

# A base that was made before can be given, because making it takes as long as all else.
base=${BASE_TAR:-}
if [ -z "$base" ]; then
  base=$work/base.tar
  mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$base" \
    || { echo 'The image is not checked: a base cannot be made on this machine.'; exit 0; }
fi
container=$($B from scratch)
$B add "$container" "$base" / > /dev/null
$B commit --quiet --rm "$container" base:bookworm > /dev/null

# The registry that this machine's npm asks, and the certificates that it trusts; they stand in no file of the image that ships.
registry=$(npm config get registry)
trusted=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
trust=()
[ ! -r "$trusted" ] || trust=(--volume "$trusted:/extra-certificates.crt:ro" --build-arg CERTIFICATES=/extra-certificates.crt)
if ! $B bud --quiet --isolation chroot --format docker --build-arg BASE=localhost/base:bookworm \
  --build-arg REGISTRY="$registry" "${trust[@]}" -f docker/Dockerfile -t fedbatch . > "$work/build.log" 2>&1; then
  tail -30 "$work/build.log" >&2
  if grep -qE 'SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|Temporary failure resolving' "$work/build.log"; then
    echo 'The image is not checked: packages cannot be fetched from inside a build on this machine.'
    exit 0
  fi
  fail 'The image could not be built.'
fi

container=$($B from localhost/fedbatch)
root=$($B mount "$container")
bytes=$(du -sx --apparent-size --block-size=1 "$root" | cut -f1)
below=$(tar -tvf "$base" | awk '{ sum += $3 } END { print sum }')
echo "image: $((bytes / 1000000)) MB, of which $((below / 1000000)) MB are the base"

inspect() { $B inspect --type image --format "$1" localhost/fedbatch; }
[ "$(inspect '{{.Docker.Config.User}}')" = 10001:10001 ] || fail 'The image does not run as 10001.'
inspect '{{.Docker.Config.ExposedPorts}}' | grep -q '4840/tcp.*8080/tcp' || fail 'The ports 4840 and 8080 are not exposed.'
owned=$(find "$root" -xdev -uid 10001 -not -path "$root/results*" | head -3)
[ -z "$owned" ] || fail "The user of the image could write $owned."
# npm refuses one file in both places.
usual=$(env -u npm_config_registry npm_config_userconfig=/dev/null npm_config_globalconfig="$work/none" npm config get registry)
# Other people's packages may name the usual one.
if [ "$registry" != "$usual" ]; then
  host=${registry#*//}
  ! grep -rqF "${host%%/*}" "$root/app" --include=*.json --include=*.yaml --include=.npmrc --exclude-dir=.pnpm || fail 'The image names the registry that it was built from.'
fi

# chroot isolation keeps the host's network, so a port that is probably free is taken.
http=18480
mkdir "$work/told"
chown 10001:10001 "$work/told"
run() { $B run --isolation chroot -v "$work/told:/told" --env FEDBATCH_HEALTH=http://127.0.0.1:$http/health/live "$container" -- "$@"; }
mapfile -t health < <($B inspect --type image localhost/fedbatch \
  | node -e 'let text = ""; process.stdin.on("data", (part) => (text += part)).on("end", () => { const { config, Config = config } = JSON.parse(text).Docker; const { test, Test = test } = Config.Healthcheck; for (const word of Test.slice(1)) console.log(word); })')
[ "${#health[@]}" -gt 0 ] || fail 'The image has no health check.'
run "${health[@]}" 2> /dev/null && fail 'The health check passes where nothing runs.'

# Starts what the image starts, says how long it took until it was ready, and ends it.
start() {
  local begun now ticks
  rm -f "$work/told/pid"
  begun=$(date +%s%N)
  # The process id is that of the host: chroot isolation has no name space for it.
  run sh -c 'echo $$ > /told/pid; exec /app/node_modules/.bin/node packages/cli/src/main.ts "$@"' sh \
    serve --config docker/fedbatch.yaml --host 127.0.0.1 --opcua 14480 --http $http > "$work/served" 2> "$work/log" &
  runner=$!
  until is_ready; do
    kill -0 $runner 2> /dev/null || { cat "$work/log" >&2; fail 'The server ended.'; }
    sleep 0.05
    [ $(($(date +%s%N) - begun)) -lt 120000000000 ] || fail 'The server was not ready within 120 s.'
  done
  now=$(date +%s%N)
  server=$(cat "$work/told/pid")
  ticks=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
  took=$(((now - begun) / 1000000))
  worked=$((ticks * 1000 / $(getconf CLK_TCK)))
  run "${health[@]}" || fail 'The health check does not pass.'
  kill -TERM "$server"
  server=
  wait $runner || fail "SIGTERM ended it with $?."
  runner=
}
is_ready() { (exec 3<> /dev/tcp/127.0.0.1/$http && printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3 && grep -q '200 OK' <&3) 2> /dev/null; }

start
echo "first start: $took ms ($worked ms of computing), with the keys of OPC UA being made"
start
echo "start: $took ms ($worked ms of computing) until it is ready, both servers up"
# The aim is 3 s on a quiet machine. Computing grows by half on a busy one, and twice the aim says that something is wrong with the image.
[ "$worked" -lt 6000 ] || fail "The start took $worked ms of computing; 6000 is the most."
echo 'The health check passes, and SIGTERM ends it with 0.'
