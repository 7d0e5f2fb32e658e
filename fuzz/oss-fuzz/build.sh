#!/bin/bash -eu
# One build script for both services.
exec bash "${SRC:?}/oauthspec/.clusterfuzzlite/build.sh"
