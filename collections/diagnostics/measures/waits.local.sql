-- Tests waited for on the last day of the period: all, those of 6 weeks and more (42 days and more from the clock
-- start), and those of 13 weeks and more (91 days and more).
WITH waiting AS (
  SELECT r.submitter, days_between(r.clock_start, p.last_day) AS wait_days
  FROM rows AS r
  CROSS JOIN period AS p
  -- A planned test has no clock start, and so nobody waits for it, until its date has passed.
  -- A test whose appointment is after the period is waited for on its last day.
  WHERE (r.test_date IS NULL OR r.test_date > p.last_day) AND r.clock_start IS NOT NULL
)
SELECT submitter, CAST(COUNT(*) AS BIGINT) AS waiting,
  CAST(SUM(CASE WHEN wait_days >= 42 THEN 1 ELSE 0 END) AS BIGINT) AS weeks_6_plus,
  CAST(SUM(CASE WHEN wait_days >= 91 THEN 1 ELSE 0 END) AS BIGINT) AS weeks_13_plus
FROM waiting
GROUP BY submitter
