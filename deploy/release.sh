#!/bin/sh
# The versions of Technilab on a machine: each in a folder of its own, one link to the one that runs.
#
#     deploy/release.sh put technilab-1.0.0-py3-none-any.whl    # beside the others, touching none of them
#     deploy/release.sh use 1.0.0                                # the link moves, at once or not at all
#
# From the unpacked archive of the sources that came with the wheel. ROOT says where (/opt/technilab).
set -eu
umask 022
# Python keeps what it has compiled.
unset PYTHONDONTWRITEBYTECODE PYTHONPATH
root=${ROOT:-/opt/technilab}
here=$(cd "$(dirname "$0")/.." && pwd)

refuse() {
    echo "$1" >&2
    exit 2
}

put() {
    [ -f "$1" ] || refuse "Le paquet $1 n'est pas là : donnez le fichier .whl de la version."
    version=$(basename "$1" | sed -n 's/^technilab-\([0-9][0-9.]*\)-py3-none-any\.whl$/\1/p')
    [ -n "$version" ] || refuse "$1 n'est pas un paquet de Technilab (technilab-VERSION-py3-none-any.whl)."
    grep -qx "version = \"$version\"" "$here/pyproject.toml" ||
        refuse "Ce paquet est de la version $version, cette archive d'une autre : prenez les deux de la même."
    folder=$root/releases/$version
    [ ! -e "$folder/complete" ] || refuse "La version $version est déjà dans $folder : rien n'a été changé."
    python=${PYTHON:-python3}
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        refuse "Technilab demande Python 3.11 ou plus récent, qui n'est pas sur cette machine."
    mkdir -p "$root/releases"
    rm -rf "$folder"
    "$python" -m venv "$folder" ||
        refuse "L'environnement Python ne se crée pas : sous Debian ou Ubuntu, installez le paquet python3-venv."
    pip="$folder/bin/python -m pip --quiet --disable-pip-version-check --no-input install"
    $pip --require-hashes -r "$here/requirements-setup.lock"
    $pip --require-hashes -r "$here/requirements.lock"
    $pip --no-deps "$1"
    # What every start would compile again, where a service may not write.
    (cd / && "$folder/bin/python" -m booking.commands.compile_templates)
    cp -R "$here/deploy" "$here/docs" "$here/CHANGELOG.md" "$folder/"
    touch "$folder/complete"
    echo "La version $version est dans $folder ; elle ne sert pas encore."
}

use() {
    folder=$root/releases/$1
    [ -e "$folder/complete" ] || refuse "La version $1 n'est pas dans $root/releases : deploy/release.sh put l'y met."
    # A rename: whoever opens the link finds one version or the other, never none.
    ln -sfn "releases/$1" "$root/current.new"
    mv -fT "$root/current.new" "$root/current"
    echo "$root/current mène à la version $1 : relancez ce qui tourne."
}

case "${1:-}:$#" in
put:2) put "$2" ;;
use:2) use "$2" ;;
*) refuse "Dites quoi : deploy/release.sh put FICHIER.whl, ou deploy/release.sh use VERSION." ;;
esac
