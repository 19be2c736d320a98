"""Rating from a table in DuckDB on one thread, one command a line: `load`, `charges`, `month`, `write TASK FILE`.

Only the query is timed, in CPU seconds of the process; the rows are in a native table with numbers for subscription
and meter and the billing period already in it. A meter with one price needs no tiers and takes the short way.
"""

import sys
import time

import duckdb

LOAD = """
CREATE TABLE usage AS
SELECT row_number() OVER () AS line, subscription, meter, starts, quantity,
  epoch(date_trunc('month', make_timestamp(starts * 1000000) - INTERVAL 13 DAY) + INTERVAL 13 DAY)::BIGINT AS period
FROM read_csv('{rows}', header = false, columns = {{subscription: 'UTINYINT', meter: 'USMALLINT', starts: 'BIGINT',
  quantity: 'DECIMAL(20, 10)'}});
CREATE TABLE tiers AS
SELECT meter, included, included + bound AS low, price,
  coalesce(lead(included + bound) OVER (PARTITION BY meter ORDER BY bound), 9999999999)::DECIMAL(20, 10) AS high,
  count(*) OVER (PARTITION BY meter) = 1 AS flat
FROM read_csv('{prices}', header = false, columns = {{meter: 'USMALLINT', included: 'DECIMAL(20, 10)',
  bound: 'DECIMAL(20, 10)', price: 'DECIMAL(18, 10)'}});
CREATE TABLE flat AS SELECT meter, included, price FROM tiers WHERE flat;
CREATE TABLE stepped AS SELECT meter, low::DECIMAL(20, 10) AS low, high, price FROM tiers WHERE NOT flat;
"""

# Lines are in the order of time, and one sort key is quicker than two. The running total as it is after each row, and from it what the row adds to the cost of the total. Rows of a meter
# with one price are joined with that price; only the others are joined with all of their tiers.
CHARGES = """
CREATE OR REPLACE TABLE charges AS
WITH running AS (
  SELECT line, subscription, period, meter, starts, quantity, sum(quantity) OVER (
    PARTITION BY subscription, period, meter ORDER BY line ROWS UNBOUNDED PRECEDING)::DECIMAL(20, 10) AS after
  FROM usage)
SELECT line, subscription, period, meter, starts, quantity,
  ((greatest(after, included) - greatest((after - quantity)::DECIMAL(20, 10), included))::DECIMAL(20, 10) * price)
    ::DECIMAL(38, 20) AS cost
FROM running JOIN flat USING (meter)
UNION ALL
SELECT line, any_value(subscription), any_value(period), any_value(meter), any_value(starts), any_value(quantity),
  sum(((greatest(least(after, high), low) - greatest(least((after - quantity)::DECIMAL(20, 10), high), low))
    ::DECIMAL(20, 10) * price)::DECIMAL(38, 20)) AS cost
FROM running JOIN stepped USING (meter) GROUP BY line
UNION ALL
SELECT line, subscription, period, meter, starts, quantity, NULL AS cost
FROM running WHERE meter NOT IN (SELECT meter FROM tiers)
"""

MONTH = """
CREATE OR REPLACE TABLE months AS
WITH sums AS (
  SELECT subscription, period, meter, sum(quantity)::DECIMAL(20, 10) AS quantity FROM usage GROUP BY ALL)
SELECT subscription, period, meter, quantity,
  sum(((greatest(least(quantity, high), low) - low)::DECIMAL(20, 10) * price)::DECIMAL(38, 20)) AS cost
FROM sums LEFT JOIN tiers USING (meter) GROUP BY ALL
"""

RESULTS = {
    "charges": """
      SELECT subscription::VARCHAR, period, meter, sum(quantity), CASE WHEN count(cost) = count(*) THEN sum(cost) END
      FROM charges GROUP BY subscription, period, meter
      UNION ALL SELECT 'day', starts, subscription, NULL, coalesce(sum(cost), 0) FROM charges GROUP BY ALL""",
    "month": "SELECT subscription, period, meter, quantity, cost FROM months",
}


def main(rows, prices, memory):
    db = duckdb.connect()
    db.execute(f"SET threads = 1; SET TimeZone = 'UTC'; SET memory_limit = '{memory}'")
    # A window over all rows does not care in which order it gets them.
    db.execute("SET preserve_insertion_order = false")
    db.execute(LOAD.format(rows=rows, prices=prices))
    print("ready", db.execute("SELECT count(*) FROM usage").fetchone()[0], flush=True)
    for line in sys.stdin:
        task, *target = line.split()
        start = time.process_time()
        db.execute(CHARGES if task == "charges" else MONTH)
        print(f"{time.process_time() - start:.6f}", flush=True)
        if target:
            db.execute(f"COPY ({RESULTS[task]}) TO '{target[0]}' (HEADER false)")


if __name__ == "__main__":
    main(*sys.argv[1:])
