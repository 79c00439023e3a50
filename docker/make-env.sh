#!/bin/sh
# Writes .env from env.example, with a fresh secret for each that is empty there. An .env that is there stays.
set -eu
cd "$(dirname "$0")/.."

if [ -e .env ]; then
  echo ".env is there already, and its secrets are in use. Remove it by hand if you mean to begin anew." >&2
  exit 1
fi

secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

umask 077
while IFS= read -r line; do
  case $line in
    POSTGRES_PASSWORD= | VALKEY_PASSWORD= | S3_SECRET_KEY=) echo "$line$(secret)" ;;
    *) echo "$line" ;;
  esac
done < docker/env.example > .env
echo "Wrote .env."
