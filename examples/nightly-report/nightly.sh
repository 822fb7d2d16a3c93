#!/bin/sh
# The report of a night: cron may start it again, or twice. It is made once a key; the second time, what was said the
# first time is said again. A run that was killed is run again: what it does may be done again.
set -e
exec runtwice once --ledger sqlite:nightly.db --if-interrupted rerun "$1" -- ./make-report.sh
