-- From a published table to groups of tests for `candour synth`: how many have been waited for how many days on the
-- last day of the month. The publication gives running counts (all, 6 weeks and more, 13 weeks and more), so that the
-- groups are their differences. The shares that the release must give again are not read.
WITH trust AS (
  SELECT submitter, CAST(waiting AS BIGINT) AS waiting, CAST(weeks_6_plus AS BIGINT) AS weeks_6_plus,
    CAST(weeks_13_plus AS BIGINT) AS weeks_13_plus
  FROM published
),
cell AS (
  SELECT submitter, waiting - weeks_6_plus AS pathways, 0 AS wait_from, 41 AS wait_to
  FROM trust
  UNION ALL
  SELECT submitter, weeks_6_plus - weeks_13_plus AS pathways, 42 AS wait_from, 90 AS wait_to
  FROM trust
  UNION ALL
  SELECT submitter, weeks_13_plus AS pathways, 91 AS wait_from, 700 AS wait_to
  FROM trust
)
SELECT submitter, CAST(pathways AS BIGINT) AS pathways, CAST(wait_from AS BIGINT) AS wait_from,
  CAST(wait_to AS BIGINT) AS wait_to
FROM cell
WHERE pathways > 0
