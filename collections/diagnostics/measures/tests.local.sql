-- Tests waited for on the last day of the period, by week band, and tests done in the period, by how they came about.
-- Bands are half open, unlike those of referral to treatment: band n is 7n <= d < 7(n+1) days from the clock start to
-- the last day of the period, so that 0 to 6 days is band 0; band 13 is all from d = 91 on.
WITH waiting AS (
  SELECT r.submitter, r.test, LEAST(13, whole(days_between(r.clock_start, p.last_day), 7)) AS week,
    CAST(NULL AS VARCHAR) AS activity_type
  FROM rows AS r
  CROSS JOIN period AS p
  -- A test whose appointment is after the period is waited for on its last day.
  WHERE (r.test_date IS NULL OR r.test_date > p.last_day) AND r.clock_start IS NOT NULL
),
done AS (
  SELECT r.submitter, r.test, CAST(NULL AS BIGINT) AS week, r.activity_type
  FROM rows AS r
  CROSS JOIN period AS p
  -- A test of another month is right where it stands, and belongs to another return.
  WHERE r.test_date BETWEEN p.first_day AND p.last_day
),
both_kinds AS (
  SELECT submitter, test, week, activity_type
  FROM waiting
  UNION ALL
  SELECT submitter, test, week, activity_type
  FROM done
)
SELECT submitter, test, CAST(week AS BIGINT) AS week, activity_type, CAST(COUNT(*) AS BIGINT) AS tests
FROM both_kinds
GROUP BY submitter, test, week, activity_type
