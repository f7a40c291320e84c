#!/usr/bin/env bash
# Deploys this stack: check, plan, start, wait for health, verify from outside. Arguments go to `gatehouse deploy`.
set -euo pipefail
exec "${GATEHOUSE:-gatehouse}" deploy "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)" "$@"
