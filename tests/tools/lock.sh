#!/bin/sh
# Writes every requirement lock from pyproject.toml: hashes, and no address of an index.
set -eu
cd "$(dirname "$0")/../.."
python=.venv/bin/python
$python -m venv build/uv
build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv
compile() { build/uv/bin/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header "$@"; }
lambda="--python-version 3.13 --python-platform aarch64-manylinux_2_28 --no-annotate --constraint requirements-dev.txt"
compile pyproject.toml --universal --python-version 3.11 \
	--extra image --extra cli --extra local --extra dev --output-file requirements-dev.txt
# shellcheck disable=SC2086 # the flags are meant to split
compile pyproject.toml $lambda --output-file shared/requirements.txt
# shellcheck disable=SC2086
printf 'cffi\npyvips-binary\n' | compile - $lambda --output-file infra/image-layer/requirements.txt
# shellcheck disable=SC2086
echo pyvips | compile - $lambda --no-deps --output-file infra/image-layer/sources.txt
# shellcheck disable=SC2086
echo setuptools | compile - $lambda --output-file infra/image-layer/build-requirements.txt
printf 'aws-sam-cli\nawscli\n' | compile - --universal --python-version 3.11 --output-file tests/tools/requirements.txt
echo checkov | compile - --universal --python-version 3.11 --no-annotate --output-file tests/tools/checkov.txt
echo playwright | compile - --universal --python-version 3.11 --no-annotate --constraint requirements-dev.txt \
	--output-file tests/tools/browser.txt
# What cards are drawn with: tests/tools/draw_glyphs.py makes its files from these.
printf 'cvttf-notosanscjk-medium\nfonttools\n' | compile - --universal --python-version 3.11 --no-annotate \
	--output-file tests/tools/glyphs.txt
for package in axe-core vnu-jar; do
	version=$(npm view "$package" version)
	echo "$package $version $(npm view "$package@$version" dist.integrity)"
done >build/npm.lock
mv build/npm.lock tests/tools/npm.lock
# Texts and images that mean harm, and second opinions: npm's packages without addresses, and Pillow as source.
(cd tests/tools/lists && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund)
echo pybind11 | compile - --universal --python-version 3.11 --no-annotate --output-file tests/tools/lists/build.txt
echo pillow | compile - --universal --python-version 3.11 --no-annotate --no-binary pillow \
	--constraint requirements-dev.txt --output-file tests/tools/lists/pillow.txt
echo awslambdaric | compile - --universal --python-version 3.11 --output-file tests/tools/lambda.txt
echo translate-toolkit | compile - --universal --python-version 3.11 --no-annotate --output-file tests/tools/translate.txt
echo hugo | compile - --universal --python-version 3.11 --output-file tests/bench/requirements.txt
