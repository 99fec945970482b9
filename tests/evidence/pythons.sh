#!/usr/bin/env bash
# Fetches CPythons that this machine lacks, so that verify.py is tried under each that it promises: the npm package
# `pyodide` is CPython as WebAssembly, run by node. They are kept in .venv/pythons; what can't be had is left out, and
# the test says for which versions it was skipped.
set -uo pipefail
cd "$(dirname "$0")/../.."
command -v node >/dev/null && command -v npm >/dev/null || { echo "without node and npm: only the Pythons installed here"; exit 0; }
folder=.venv/pythons
mkdir -p "$folder"
# CPython 3.9 is on npm only without its library.
for pair in 3.10=0.22.1 3.11=0.25.1 3.12=0.27.7 3.13=0.29.4; do
    python=${pair%=*} release=${pair#*=}
    [ -e "$folder/$python/package.json" ] && continue
    part=$folder/.$python.$$
    mkdir -p "$part"
    if (cd "$part" && timeout 60 npm pack --silent "pyodide@$release" >/dev/null 2>&1 && tar xzf ./*.tgz --strip-components 1 && rm ./*.tgz); then
        mv "$part" "$folder/$python"
    else
        rm -rf "$part"
        echo "without CPython $python from npm"
    fi
done
