#!/usr/bin/env bash
# Asks every container of this stack for its health, and the edge for the stack's page. Ends with 1 if one is not well.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly kProject=dotnet-app
set -a && . ./.env && set +a

failed=0
containers=$(docker ps --all --quiet --filter "label=com.docker.compose.project=$kProject")
[[ -n $containers ]] || { echo "$kProject has no containers; deploy it: ./deploy.sh" >&2; exit 1; }
for container in $containers; do
  state=$(docker inspect --format '{{.Name}} {{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}' "$container")
  echo "${state#/}"
  [[ $state == *" healthy" || $state == *" running" ]] || failed=1
done

root=${GATEHOUSE_CA:-/var/lib/gatehouse/ca/root.pem}
authority=()
[[ ! -f $root ]] || authority=(--cacert "$root")
if curl --fail --silent --show-error --max-time 10 --output /dev/null "${authority[@]}" "https://$APP_HOST/health"; then
  echo "https://$APP_HOST/health answers"
else
  failed=1
fi
exit "$failed"
