#!/bin/bash
# Whether the program in this container answers: alive.sh <port> <path>. It runs every few seconds, and neither base image
# needs to have a client for HTTP: bash is one, and starts in no time.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
read -r -t 4 _ status _ <&3
[[ $status == 200 ]]
