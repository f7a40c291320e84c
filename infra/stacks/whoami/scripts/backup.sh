#!/usr/bin/env bash
# This stack keeps no data: there is nothing to back up.
echo "whoami keeps no data: nothing to back up"
