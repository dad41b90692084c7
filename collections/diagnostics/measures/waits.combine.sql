-- One row for each submitter. A share is a part of one, from whole numbers by one division; of nobody there is none.
WITH summary AS (
  SELECT submitter, CAST(SUM(waiting) AS BIGINT) AS waiting, CAST(SUM(weeks_6_plus) AS BIGINT) AS weeks_6_plus,
    CAST(SUM(weeks_13_plus) AS BIGINT) AS weeks_13_plus
  FROM counts
  GROUP BY submitter
)
SELECT submitter, waiting, weeks_6_plus, weeks_13_plus,
  CAST(weeks_6_plus AS DOUBLE) / CAST(NULLIF(waiting, 0) AS DOUBLE) AS share_6_plus,
  CASE WHEN waiting = 0 THEN 'too-few' ELSE CAST(NULL AS VARCHAR) END AS share_6_status,
  CAST(weeks_13_plus AS DOUBLE) / CAST(NULLIF(waiting, 0) AS DOUBLE) AS share_13_plus,
  CASE WHEN waiting = 0 THEN 'too-few' ELSE CAST(NULL AS VARCHAR) END AS share_13_status
FROM summary
