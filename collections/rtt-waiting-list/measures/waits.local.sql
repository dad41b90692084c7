-- Completed pathways of the period by published function and week band. Weeks are counted as NHS England
-- publishes them, in days d from clock start to clock stop: band 0 is 0 <= d <= 7, band n is 7n+1 <= d <= 7(n+1),
-- band 104 is all from d = 729 on. No band (NULL) where the clock start is not known.
WITH stopped AS (
  SELECT r.submitter, c.published_function AS treatment_function,
    days_between(r.clock_start, r.clock_stop) AS wait_days
  FROM rows AS r
  JOIN codes_treatment_functions AS c ON c.value = r.treatment_function
  CROSS JOIN period AS p
  -- A stop before or after the period is right where it stands, and belongs to another return.
  WHERE r.clock_stop BETWEEN p.first_day AND p.last_day
),
banded AS (
  SELECT submitter, treatment_function,
    CASE WHEN wait_days IS NULL THEN CAST(NULL AS BIGINT)
         WHEN wait_days <= 7 THEN 0
         ELSE LEAST(104, whole(wait_days - 1, 7)) END AS week
  FROM stopped
)
SELECT submitter, treatment_function, CAST(week AS BIGINT) AS week, CAST(COUNT(*) AS BIGINT) AS treatments
FROM banded
GROUP BY submitter, treatment_function, week
