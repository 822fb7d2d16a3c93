#!/bin/sh
# Under a temporary name first: a report is there whole, or not at all.
set -e
sort -n sales.txt | tail -n 1 > report.tmp
mv report.tmp report.txt
echo "best sale: $(cat report.txt)"
