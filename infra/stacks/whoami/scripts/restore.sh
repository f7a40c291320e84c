#!/usr/bin/env bash
# This stack keeps no data: there is nothing to restore.
echo "whoami keeps no data: nothing to restore"
