#!/bin/sh
# Lays out a program of the built workspace with the production files that it needs, in two parts, so that an image can have
# a layer for each: `theirs`, what comes from the registry, and `ours`, which is all that a change of ours changes.
#
#   docker/lay-out.sh <package> <folder>
set -eu
ours=$2/ours
theirs=$2/theirs
pnpm --filter "$1" deploy --prod --prefer-offline --trust-lockfile --node-linker=hoisted "$ours"
cd "$ours"
# Of no use at run time, or another one each time.
rm -rf pnpm-lock.yaml pnpm-workspace.yaml node_modules/.bin node_modules/.pnpm* node_modules/.modules.yaml
# For compilers and debuggers, and the binaries of other systems.
find . -name '*.map' -delete -o -name '*.d.[mc]ts' -delete -o -name '*.d.ts' -delete
rm -rf node_modules/zeromq/build/darwin node_modules/zeromq/build/win32
mkdir "$theirs"
mv node_modules "$theirs/node_modules"
mkdir node_modules
mv "$theirs/node_modules/@penstock" node_modules/
