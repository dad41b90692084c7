"""A second independent reader, delta-rs: prints what the newest version of a table is to it.

    python3 tests/lake/read_lake.py LAKE/COLLECTION-TABLE

One line: `VERSION FILES ROWS`. Ends with 77 where Python has no `deltalake` (pip install deltalake==1.6.6 pyarrow).
"""

import sys

try:
    from deltalake import DeltaTable
except ImportError:
    print("skipped: Python has no deltalake", file=sys.stderr)
    sys.exit(77)

table = DeltaTable(sys.argv[1])
actions = table.get_add_actions(flatten=True)
names = [field.name for field in actions.schema] if hasattr(actions, "schema") else actions.column_names
counts = actions.column(names.index("num_records")).to_pylist()
print(table.version(), len(counts), sum(counts))
