#!/bin/sh
# Holds a document to a schema: validate.sh SCHEMA DOCUMENT
#
# Exits 0 when it is valid, 65 when it is not, with the reasons on stdout, and 69 when the validator is not there.
set -eu
schema=$1
document=$2
cat -- "$schema" "$document" >/dev/null

with_xmllint() {
    command -v xmllint >/dev/null || { echo "no xmllint (Debian: libxml2-utils)" >&2 && exit 69; }
    status=0
    xmllint --nonet --noout --schema "$schema" "$document" 2>&1 || status=$?
    case $status in
        0) ;;
        # Not XML at all; not valid.
        1 | 3 | 4) exit 65 ;;
        *) exit 1 ;;
    esac
}

# Debian's package is known to the system's Python only, which need not be the first one there is.
with_python() {
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import jsonschema' 2>/dev/null || continue
        exec "$python" -W ignore - "$schema" "$document" <<'PYTHON'
import json
import sys
from jsonschema import FormatChecker
from jsonschema.validators import validator_for

schema, text = (open(path, encoding="utf-8").read() for path in sys.argv[1:])
schema = json.loads(schema)


def refuse(constant):
    raise ValueError(f"{constant} is no JSON")


try:
    document = json.loads(text, parse_constant=refuse)
except ValueError as error:
    print(error)
    sys.exit(65)
dialect = validator_for(schema)
dialect.check_schema(schema)
errors = list(dialect(schema, format_checker=FormatChecker()).iter_errors(document))
for error in errors:
    print("/".join(map(str, error.absolute_path)) + ": " + error.message)
sys.exit(65 if errors else 0)
PYTHON
    done
    echo "no Python with jsonschema (Debian: python3-jsonschema)" >&2
    exit 69
}

case $schema in
    *.xsd) with_xmllint ;;
    *) with_python ;;
esac
