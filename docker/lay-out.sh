#!/bin/sh
# Lays out programs of the built workspace with the production files that they need, each in two parts, so that an image
# can have a layer for each: `theirs`, what comes from the registry, and `ours`, which is all that a change of ours changes.
#
#   docker/lay-out.sh <folder> <name>=<package> …
set -eu
folder=$1
shift
for program in "$@"; do
  ours=$folder/${program%%=*}/ours
  theirs=$folder/${program%%=*}/theirs
  pnpm --filter "${program#*=}" deploy --prod --prefer-offline --trust-lockfile --node-linker=hoisted "$ours" >&2
  cd "$ours"
  # Of no use at run time, or another one each time.
  rm -rf pnpm-lock.yaml pnpm-workspace.yaml node_modules/.bin node_modules/.pnpm* node_modules/.modules.yaml
  # The binaries of other systems.
  rm -rf node_modules/zeromq/build/darwin node_modules/zeromq/build/win32
  mkdir -p "$theirs"
  mv node_modules "$theirs/node_modules"
  mkdir node_modules
  mv "$theirs/node_modules/@penstock" node_modules/
  cd - >/dev/null
done
