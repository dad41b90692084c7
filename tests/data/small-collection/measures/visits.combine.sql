SELECT submitter, kind, visits, visits AS long, CAST(0 AS BIGINT) AS short,
  CAST(minutes AS DOUBLE) / NULLIF(visits, 0) AS mean, CAST(NULL AS VARCHAR) AS mean_status
FROM counts
