"""The two tasks in DuckDB on one thread. `rate-rows` also prices every row, which is what ours does."""

import sys

import duckdb

# 20 digits before and 10 behind the point for quantities, 12 and 8 for prices; a product then fits 38 digits.
CARD = """
CREATE TABLE card AS
SELECT row_number() OVER () AS line, m.MeterId::UUID AS meter, m.EffectiveDate::TIMESTAMPTZ AS effective,
       m.IncludedQuantity::DECIMAL(20, 10) AS included, m.MeterRates AS rates,
       m.MeterCategory, m.MeterSubCategory, m.MeterName, m.MeterRegion, m.Unit
FROM (SELECT unnest(Meters) AS m
      FROM read_json(?, maximum_object_size = 300000000, columns = {Meters: 'STRUCT(
        MeterId VARCHAR, EffectiveDate VARCHAR, IncludedQuantity VARCHAR, MeterRates MAP(VARCHAR, VARCHAR),
        MeterCategory VARCHAR, MeterSubCategory VARCHAR, MeterName VARCHAR, MeterRegion VARCHAR, Unit VARCHAR)[]'}))
"""

TIERS = """
CREATE TABLE tiers AS
SELECT line, bound, lead(bound) OVER (PARTITION BY line ORDER BY bound) AS next, price
FROM (SELECT line, t.key::DECIMAL(20, 10) AS bound, t.value::DECIMAL(18, 8) AS price
      FROM (SELECT line, unnest(map_entries(rates)) AS t FROM card))
"""

DIGEST = """
SELECT 'meters', count(*)::VARCHAR FROM card UNION ALL SELECT 'tiers', count(*)::VARCHAR FROM tiers
UNION ALL SELECT 'bounds', sum(bound)::VARCHAR FROM tiers UNION ALL SELECT 'prices', sum(price)::VARCHAR FROM tiers
UNION ALL SELECT 'included', sum(included)::VARCHAR FROM card
"""

# Read as DECIMAL, a quantity goes through a float and 1855244.3828 becomes 1855244.3828000001; as text it stays.
# Later readings of a row replace earlier ones, so the order of the files counts.
ROWS = """
CREATE TABLE usage AS
WITH lines AS (
  SELECT row_number() OVER () AS line, name, properties AS p
  FROM read_json(?, format = 'newline_delimited', columns = {name: 'VARCHAR', properties: 'STRUCT(
    subscriptionId VARCHAR, usageStartTime TIMESTAMPTZ, usageEndTime TIMESTAMPTZ, meterId VARCHAR,
    quantity VARCHAR, instanceData VARCHAR)'}))
SELECT p.subscriptionId::UUID AS subscription, p.meterId::UUID AS meter, p.usageStartTime AS starts,
       min(line) AS line, arg_max(p.quantity, line)::DECIMAL(20, 10) AS quantity
FROM lines
GROUP BY subscription, meter, starts, p.usageEndTime, name,
  coalesce(p.instanceData->'Microsoft.Resources', p.instanceData)->>'resourceUri'
"""

PERIODS = """
CREATE VIEW periods AS
SELECT *, (date_trunc('month', starts - INTERVAL 13 DAY) + INTERVAL 13 DAY)::DATE AS period FROM usage
"""

# The newest price not after the usage; none changes inside the workload.
GROUPS = """
CREATE TABLE charges AS
SELECT subscription, period, meter, sum(quantity)::DECIMAL(20, 10) AS quantity, max(starts) AS at FROM periods
GROUP BY ALL;
CREATE TABLE priced AS
SELECT g.*, c.line, greatest(0, g.quantity - c.included)::DECIMAL(20, 10) AS billable
FROM charges g ASOF LEFT JOIN card c ON g.meter = c.meter AND g.at >= c.effective;
"""

FILLED = "greatest(0, least({total}, coalesce(next, {total})) - bound)::DECIMAL(20, 10)"

BY_MONTH = """
CREATE TABLE costs AS
SELECT subscription, period, p.meter, sum({filled} * price) AS cost
FROM priced p JOIN tiers USING (line) GROUP BY ALL;
""".format(filled=FILLED.format(total="billable"))

BY_ROW = """
CREATE TABLE slices AS
WITH running AS (
  SELECT *, sum(quantity) OVER (PARTITION BY subscription, period, meter ORDER BY starts, line) AS after FROM periods),
bounded AS (
  SELECT r.line AS row, r.subscription, r.period, r.meter, p.line,
    greatest(0, r.after - c.included)::DECIMAL(20, 10) AS after,
    greatest(0, r.after - r.quantity - c.included)::DECIMAL(20, 10) AS before
  FROM running r JOIN priced p USING (subscription, period, meter) JOIN card c ON p.line = c.line)
SELECT row, subscription, period, meter, sum(({after} - {before})::DECIMAL(20, 10) * price) AS cost
FROM bounded JOIN tiers USING (line) GROUP BY ALL;
CREATE TABLE costs AS SELECT subscription, period, meter, sum(cost) AS cost FROM slices GROUP BY ALL;
""".format(after=FILLED.format(total="after"), before=FILLED.format(total="before"))

RESULT = """
COPY (SELECT p.subscription, p.period, p.meter, p.quantity, cost, round(cost, 2) AS invoice
      FROM priced p LEFT JOIN costs USING (subscription, period, meter) ORDER BY ALL)
TO '{target}' (HEADER false)
"""


def main(task, card, *rest):
    *folder, target = rest
    db = duckdb.connect()
    db.execute("SET threads = 1; SET TimeZone = 'UTC'")
    db.execute(CARD, [card])
    db.execute(TIERS)
    if task == "decode":
        with open(target, "w", encoding="ascii") as out:
            out.writelines(f"{name},{value}\n" for name, value in db.execute(DIGEST).fetchall())
        return
    db.execute(ROWS, [f"{folder[0]}/page-*.jsonl"])
    db.execute(PERIODS)
    db.execute(GROUPS)
    db.execute(BY_ROW if task == "rate-rows" else BY_MONTH)
    db.execute(RESULT.format(target=target))


if __name__ == "__main__":
    main(*sys.argv[1:])
