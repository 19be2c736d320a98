"""The whole job in DuckDB on one thread, exact in DECIMAL."""

import sys

import duckdb
from peer_duckdb import CARD, FILLED, TIERS

# As in the task `rate`: a quantity stays text until it is a DECIMAL, and the later reading of a row counts.
# read_json takes twelve times as long for objects that hold a thousand rows each: from_json is its quick way.
# Files come in the order of their names and rows in the order of their file: the later line is the later reading.
ROWS = """
CREATE TABLE usage AS
WITH lines AS (
  SELECT row_number() OVER () AS line, row.name AS name, row.properties AS p
  FROM (SELECT unnest(from_json(content->'value', '[{"name": "VARCHAR", "properties": {
      "subscriptionId": "VARCHAR", "usageStartTime": "TIMESTAMPTZ", "usageEndTime": "TIMESTAMPTZ",
      "meterId": "VARCHAR", "quantity": "VARCHAR", "instanceData": "VARCHAR"}}]')) AS row FROM read_text(?))),
instances AS (
  SELECT DISTINCT p.instanceData AS instance FROM lines),
resources AS (
  SELECT instance, body->>'resourceUri' AS uri, coalesce(body->'tags'->>'costCenter', '(none)') AS centre
  FROM (SELECT instance, coalesce(instance->'Microsoft.Resources', instance::JSON) AS body FROM instances))
SELECT p.subscriptionId::UUID AS subscription, p.meterId::UUID AS meter, p.usageStartTime AS starts,
       p.usageEndTime AS ends, name, uri,
       arg_max(p.quantity, line)::DECIMAL(20, 10) AS quantity, arg_max(centre, line) AS centre
FROM lines JOIN resources ON p.instanceData = instance
GROUP BY subscription, meter, starts, ends, name, uri
"""

# Row by row, since a row costs what it adds to the running total of its period.
COSTS = """
CREATE TABLE running AS
SELECT *, sum(quantity) OVER (PARTITION BY subscription, period, meter ORDER BY starts, ends, name, uri) AS after
FROM (SELECT row_number() OVER () AS row,
             *, (date_trunc('month', starts - INTERVAL 13 DAY) + INTERVAL 13 DAY)::DATE AS period FROM usage);
CREATE TABLE bounded AS
SELECT r.row, c.line, greatest(0, r.after - c.included)::DECIMAL(20, 10) AS after,
       greatest(0, r.after - r.quantity - c.included)::DECIMAL(20, 10) AS before
FROM running r ASOF JOIN card c ON r.meter = c.meter AND r.starts >= c.effective;
CREATE TABLE costs AS
SELECT row, sum(({after} - {before})::DECIMAL(20, 10) * price) AS cost FROM bounded JOIN tiers USING (line) GROUP BY row;
""".format(after=FILLED.format(total="after"), before=FILLED.format(total="before"))

RESULT = """
COPY (SELECT starts::DATE, centre, coalesce(sum(cost), 0), count(*), count(*) - count(cost)
      FROM running LEFT JOIN costs USING (row) GROUP BY ALL ORDER BY ALL)
TO '{target}' (HEADER false)
"""


def main(card, folder, target):
    db = duckdb.connect()
    db.execute("SET threads = 1; SET TimeZone = 'UTC'")
    db.execute(CARD, [card])
    db.execute(TIERS)
    db.execute(ROWS, [f"{folder}/page-*.json"])
    db.execute(COSTS)
    db.execute(RESULT.format(target=target))


if __name__ == "__main__":
    main(*sys.argv[1:])
