#!/bin/sh
# What a version brings of others, as CycloneDX beside it: Python's packages of an environment, and those of the pages.
#
#     deploy/materials.sh PYTHON dist/technilab-1.0.0    # dist/technilab-1.0.0.python.cdx.json and .pages.cdx.json
#
# BIN is where cyclonedx-py is, NPM what runs npm.
set -eu
python=$1 to=$2
here=$(cd "$(dirname "$0")/.." && pwd)
aside=$(mktemp -d)
trap 'rm -rf "$aside"' EXIT
pages=$aside/technilab
mkdir "$pages"

"${BIN:-$here/.venv/bin}/cyclonedx-py" environment --pyproject "$here/pyproject.toml" --output-reproducible \
    --output-file "$to.python.cdx.json" "$python" 2>"$pages/said" || { cat "$pages/said" >&2; exit 2; }
# npm names a package by its version, which is pyproject's.
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/pyproject.toml")
sed "s/^  \"private\": true,/  \"version\": \"$version\",&/" "$here/package.json" >"$pages/package.json"
sed "1,/^  \"requires\"/s/^  \"requires\"/  \"version\": \"$version\",\n&/" "$here/package-lock.json" >"$pages/package-lock.json"
${NPM:-npm} --prefix "$pages" sbom --sbom-format=cyclonedx --sbom-type=application --omit=dev --package-lock-only \
    >"$to.pages.cdx.json"
