#!/bin/sh
# Runs the extension's tests at both ends of what it supports, for the interpreters that are
# there: the oldest Sphinx and MyST on the oldest Python, the newest on the newest.
# Usage: tests/matrix.sh PYTHON-WITH-UV FOLDER-FOR-ENVIRONMENTS
set -eu
uv="$1 -m uv"
folder=$2
status=0

end() { # Python, Sphinx, MyST
	if ! python=$($uv python find --no-python-downloads "$1" 2>/dev/null); then
		echo "Skipped: Python $1 with $2 and $3, since there is no Python $1 here."
		return
	fi
	env=$folder/python$1
	$uv venv --quiet --clear --python "$python" "$env"
	$uv pip install --quiet --python "$env" "$2" "$3" pyyaml \
		pytest hypothesis beautifulsoup4 sphinxcontrib-typstbuilder
	echo "Python $1, $2, $3:"
	"$env/bin/python" -m pytest -q -p no:cacheprovider tests/unit tests/site || status=1
}

end 3.11 'sphinx==8.2.*' 'myst-parser==4.*'
end 3.12 sphinx myst-parser
end 3.13 sphinx myst-parser
exit $status
