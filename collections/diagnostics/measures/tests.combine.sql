-- One row for each submitter and test. A count has either a week, and is of those who wait, or an activity type, and is
-- of tests done.
SELECT submitter, test,
  CAST(SUM(CASE WHEN week = 0 THEN tests ELSE 0 END) AS BIGINT) AS weeks_00,
  CAST(SUM(CASE WHEN week = 1 THEN tests ELSE 0 END) AS BIGINT) AS weeks_01,
  CAST(SUM(CASE WHEN week = 2 THEN tests ELSE 0 END) AS BIGINT) AS weeks_02,
  CAST(SUM(CASE WHEN week = 3 THEN tests ELSE 0 END) AS BIGINT) AS weeks_03,
  CAST(SUM(CASE WHEN week = 4 THEN tests ELSE 0 END) AS BIGINT) AS weeks_04,
  CAST(SUM(CASE WHEN week = 5 THEN tests ELSE 0 END) AS BIGINT) AS weeks_05,
  CAST(SUM(CASE WHEN week = 6 THEN tests ELSE 0 END) AS BIGINT) AS weeks_06,
  CAST(SUM(CASE WHEN week = 7 THEN tests ELSE 0 END) AS BIGINT) AS weeks_07,
  CAST(SUM(CASE WHEN week = 8 THEN tests ELSE 0 END) AS BIGINT) AS weeks_08,
  CAST(SUM(CASE WHEN week = 9 THEN tests ELSE 0 END) AS BIGINT) AS weeks_09,
  CAST(SUM(CASE WHEN week = 10 THEN tests ELSE 0 END) AS BIGINT) AS weeks_10,
  CAST(SUM(CASE WHEN week = 11 THEN tests ELSE 0 END) AS BIGINT) AS weeks_11,
  CAST(SUM(CASE WHEN week = 12 THEN tests ELSE 0 END) AS BIGINT) AS weeks_12,
  CAST(SUM(CASE WHEN week = 13 THEN tests ELSE 0 END) AS BIGINT) AS weeks_13,
  CAST(SUM(CASE WHEN week IS NOT NULL THEN tests ELSE 0 END) AS BIGINT) AS waiting,
  CAST(SUM(CASE WHEN week >= 6 THEN tests ELSE 0 END) AS BIGINT) AS weeks_6_plus,
  CAST(SUM(CASE WHEN activity_type = 'W' THEN tests ELSE 0 END) AS BIGINT) AS done_waiting_list,
  CAST(SUM(CASE WHEN activity_type = 'P' THEN tests ELSE 0 END) AS BIGINT) AS done_planned,
  CAST(SUM(CASE WHEN activity_type = 'U' THEN tests ELSE 0 END) AS BIGINT) AS done_unscheduled
FROM counts
GROUP BY submitter, test
