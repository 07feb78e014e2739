#!/usr/bin/env bash
# rest.sh RECEPTIONIST: starts everything on a throwaway folder and has schemathesis send what the OpenAPI document allows,
# and what it does not. Fails on an answer of the 500s and on one that the document does not describe.
set -euo pipefail
receptionist=$1
work=$(mktemp -d)
trap 'kill "${up:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "schemathesis==4.*"

url=http://127.0.0.1:${PORT:-8097}
"$receptionist" up --port "${url##*:}" --data-dir "$work/data" >"$work/up.log" 2>&1 &
up=$!
for _ in $(seq 60); do
    curl --fail --silent "$url/readyz" >/dev/null && break
    sleep 1
done

key=$("$receptionist" tenant --data-dir "$work/data" key harmony-wellness 2>/dev/null)
tenant=$("$receptionist" tenant --data-dir "$work/data" list --json | sed -n 's/.*"id":"\([^"]*\)".*harmony-wellness.*/\1/p')
service=$(curl --fail --silent -H "Authorization: Bearer $key" "$url/api/v1/tenants/$tenant/services" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["services"][0]["id"])')
cd "$work"
cat >schemathesis.toml <<TOML
[parameters]
"path.tenant_id" = "$tenant"
"query.service_id" = "$service"
"body.slot.service_id" = "$service"
TOML
"$work/venv/bin/schemathesis" run "$url/api/v1/openapi.json" -H "Authorization: Bearer $key" \
    --max-examples "${EXAMPLES:-100}" --request-timeout 10 \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance
