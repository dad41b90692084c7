-- From the counts of all submitters to one row for each submitter and published function, and one for the total
-- of its functions, C_999. Integers until the one division of a quantile, so that every engine picks the same
-- band and gives the same double.
WITH cell AS (
  SELECT submitter, treatment_function, week, CAST(SUM(treatments) AS BIGINT) AS treatments
  FROM counts
  GROUP BY submitter, treatment_function, week
),
cell_and_total AS (
  SELECT submitter, treatment_function, week, treatments
  FROM cell
  UNION ALL
  SELECT submitter, 'C_999' AS treatment_function, week, CAST(SUM(treatments) AS BIGINT) AS treatments
  FROM cell
  GROUP BY submitter, week
),
summary AS (
  SELECT submitter, treatment_function,
    CAST(SUM(CASE WHEN week = 0 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_000,
    CAST(SUM(CASE WHEN week = 1 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_001,
    CAST(SUM(CASE WHEN week = 2 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_002,
    CAST(SUM(CASE WHEN week = 3 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_003,
    CAST(SUM(CASE WHEN week = 4 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_004,
    CAST(SUM(CASE WHEN week = 5 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_005,
    CAST(SUM(CASE WHEN week = 6 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_006,
    CAST(SUM(CASE WHEN week = 7 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_007,
    CAST(SUM(CASE WHEN week = 8 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_008,
    CAST(SUM(CASE WHEN week = 9 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_009,
    CAST(SUM(CASE WHEN week = 10 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_010,
    CAST(SUM(CASE WHEN week = 11 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_011,
    CAST(SUM(CASE WHEN week = 12 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_012,
    CAST(SUM(CASE WHEN week = 13 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_013,
    CAST(SUM(CASE WHEN week = 14 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_014,
    CAST(SUM(CASE WHEN week = 15 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_015,
    CAST(SUM(CASE WHEN week = 16 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_016,
    CAST(SUM(CASE WHEN week = 17 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_017,
    CAST(SUM(CASE WHEN week = 18 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_018,
    CAST(SUM(CASE WHEN week = 19 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_019,
    CAST(SUM(CASE WHEN week = 20 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_020,
    CAST(SUM(CASE WHEN week = 21 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_021,
    CAST(SUM(CASE WHEN week = 22 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_022,
    CAST(SUM(CASE WHEN week = 23 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_023,
    CAST(SUM(CASE WHEN week = 24 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_024,
    CAST(SUM(CASE WHEN week = 25 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_025,
    CAST(SUM(CASE WHEN week = 26 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_026,
    CAST(SUM(CASE WHEN week = 27 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_027,
    CAST(SUM(CASE WHEN week = 28 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_028,
    CAST(SUM(CASE WHEN week = 29 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_029,
    CAST(SUM(CASE WHEN week = 30 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_030,
    CAST(SUM(CASE WHEN week = 31 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_031,
    CAST(SUM(CASE WHEN week = 32 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_032,
    CAST(SUM(CASE WHEN week = 33 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_033,
    CAST(SUM(CASE WHEN week = 34 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_034,
    CAST(SUM(CASE WHEN week = 35 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_035,
    CAST(SUM(CASE WHEN week = 36 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_036,
    CAST(SUM(CASE WHEN week = 37 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_037,
    CAST(SUM(CASE WHEN week = 38 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_038,
    CAST(SUM(CASE WHEN week = 39 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_039,
    CAST(SUM(CASE WHEN week = 40 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_040,
    CAST(SUM(CASE WHEN week = 41 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_041,
    CAST(SUM(CASE WHEN week = 42 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_042,
    CAST(SUM(CASE WHEN week = 43 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_043,
    CAST(SUM(CASE WHEN week = 44 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_044,
    CAST(SUM(CASE WHEN week = 45 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_045,
    CAST(SUM(CASE WHEN week = 46 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_046,
    CAST(SUM(CASE WHEN week = 47 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_047,
    CAST(SUM(CASE WHEN week = 48 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_048,
    CAST(SUM(CASE WHEN week = 49 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_049,
    CAST(SUM(CASE WHEN week = 50 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_050,
    CAST(SUM(CASE WHEN week = 51 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_051,
    CAST(SUM(CASE WHEN week = 52 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_052,
    CAST(SUM(CASE WHEN week = 53 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_053,
    CAST(SUM(CASE WHEN week = 54 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_054,
    CAST(SUM(CASE WHEN week = 55 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_055,
    CAST(SUM(CASE WHEN week = 56 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_056,
    CAST(SUM(CASE WHEN week = 57 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_057,
    CAST(SUM(CASE WHEN week = 58 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_058,
    CAST(SUM(CASE WHEN week = 59 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_059,
    CAST(SUM(CASE WHEN week = 60 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_060,
    CAST(SUM(CASE WHEN week = 61 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_061,
    CAST(SUM(CASE WHEN week = 62 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_062,
    CAST(SUM(CASE WHEN week = 63 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_063,
    CAST(SUM(CASE WHEN week = 64 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_064,
    CAST(SUM(CASE WHEN week = 65 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_065,
    CAST(SUM(CASE WHEN week = 66 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_066,
    CAST(SUM(CASE WHEN week = 67 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_067,
    CAST(SUM(CASE WHEN week = 68 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_068,
    CAST(SUM(CASE WHEN week = 69 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_069,
    CAST(SUM(CASE WHEN week = 70 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_070,
    CAST(SUM(CASE WHEN week = 71 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_071,
    CAST(SUM(CASE WHEN week = 72 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_072,
    CAST(SUM(CASE WHEN week = 73 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_073,
    CAST(SUM(CASE WHEN week = 74 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_074,
    CAST(SUM(CASE WHEN week = 75 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_075,
    CAST(SUM(CASE WHEN week = 76 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_076,
    CAST(SUM(CASE WHEN week = 77 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_077,
    CAST(SUM(CASE WHEN week = 78 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_078,
    CAST(SUM(CASE WHEN week = 79 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_079,
    CAST(SUM(CASE WHEN week = 80 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_080,
    CAST(SUM(CASE WHEN week = 81 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_081,
    CAST(SUM(CASE WHEN week = 82 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_082,
    CAST(SUM(CASE WHEN week = 83 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_083,
    CAST(SUM(CASE WHEN week = 84 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_084,
    CAST(SUM(CASE WHEN week = 85 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_085,
    CAST(SUM(CASE WHEN week = 86 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_086,
    CAST(SUM(CASE WHEN week = 87 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_087,
    CAST(SUM(CASE WHEN week = 88 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_088,
    CAST(SUM(CASE WHEN week = 89 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_089,
    CAST(SUM(CASE WHEN week = 90 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_090,
    CAST(SUM(CASE WHEN week = 91 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_091,
    CAST(SUM(CASE WHEN week = 92 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_092,
    CAST(SUM(CASE WHEN week = 93 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_093,
    CAST(SUM(CASE WHEN week = 94 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_094,
    CAST(SUM(CASE WHEN week = 95 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_095,
    CAST(SUM(CASE WHEN week = 96 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_096,
    CAST(SUM(CASE WHEN week = 97 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_097,
    CAST(SUM(CASE WHEN week = 98 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_098,
    CAST(SUM(CASE WHEN week = 99 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_099,
    CAST(SUM(CASE WHEN week = 100 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_100,
    CAST(SUM(CASE WHEN week = 101 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_101,
    CAST(SUM(CASE WHEN week = 102 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_102,
    CAST(SUM(CASE WHEN week = 103 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_103,
    CAST(SUM(CASE WHEN week = 104 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_104,
    -- A pathway whose clock start is not known counts in the total and in no band.
    CAST(SUM(CASE WHEN week IS NULL THEN treatments ELSE 0 END) AS BIGINT) AS unknown_start,
    CAST(SUM(treatments) AS BIGINT) AS total,
    CAST(SUM(CASE WHEN week IS NOT NULL THEN treatments ELSE 0 END) AS BIGINT) AS total_known,
    CAST(SUM(CASE WHEN week >= 52 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_52_plus,
    CAST(SUM(CASE WHEN week >= 65 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_65_plus,
    CAST(SUM(CASE WHEN week >= 78 THEN treatments ELSE 0 END) AS BIGINT) AS weeks_78_plus
  FROM cell_and_total
  GROUP BY submitter, treatment_function
),
running AS (
  SELECT submitter, treatment_function, week, treatments,
    CAST(SUM(treatments) OVER (PARTITION BY submitter, treatment_function ORDER BY week
                               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS up_to,
    CAST(SUM(treatments) OVER (PARTITION BY submitter, treatment_function) AS BIGINT) AS known
  FROM cell_and_total
  WHERE week IS NOT NULL
),
-- The published quantile: the band in which the running count reaches q of all, and inside it a straight line.
-- The last band is open, so its answer is its lower end. With fewer than 20 treatments there is none.
quantile AS (
  SELECT submitter, treatment_function, per_cent,
    CASE WHEN week = 104 THEN CAST(104 AS DOUBLE)
         ELSE CAST(week AS DOUBLE)
              + CAST(per_cent * known - 100 * (up_to - treatments) AS DOUBLE) / CAST(100 * treatments AS DOUBLE)
    END AS weeks
  FROM running
  CROSS JOIN (SELECT 50 AS per_cent UNION ALL SELECT 95 AS per_cent) AS wanted
  WHERE known >= 20
    AND 100 * up_to >= per_cent * known
    AND 100 * (up_to - treatments) < per_cent * known
)
SELECT s.submitter, s.treatment_function,
  s.weeks_000, s.weeks_001, s.weeks_002, s.weeks_003, s.weeks_004, s.weeks_005, s.weeks_006, s.weeks_007,
  s.weeks_008, s.weeks_009, s.weeks_010, s.weeks_011, s.weeks_012, s.weeks_013, s.weeks_014, s.weeks_015,
  s.weeks_016, s.weeks_017, s.weeks_018, s.weeks_019, s.weeks_020, s.weeks_021, s.weeks_022, s.weeks_023,
  s.weeks_024, s.weeks_025, s.weeks_026, s.weeks_027, s.weeks_028, s.weeks_029, s.weeks_030, s.weeks_031,
  s.weeks_032, s.weeks_033, s.weeks_034, s.weeks_035, s.weeks_036, s.weeks_037, s.weeks_038, s.weeks_039,
  s.weeks_040, s.weeks_041, s.weeks_042, s.weeks_043, s.weeks_044, s.weeks_045, s.weeks_046, s.weeks_047,
  s.weeks_048, s.weeks_049, s.weeks_050, s.weeks_051, s.weeks_052, s.weeks_053, s.weeks_054, s.weeks_055,
  s.weeks_056, s.weeks_057, s.weeks_058, s.weeks_059, s.weeks_060, s.weeks_061, s.weeks_062, s.weeks_063,
  s.weeks_064, s.weeks_065, s.weeks_066, s.weeks_067, s.weeks_068, s.weeks_069, s.weeks_070, s.weeks_071,
  s.weeks_072, s.weeks_073, s.weeks_074, s.weeks_075, s.weeks_076, s.weeks_077, s.weeks_078, s.weeks_079,
  s.weeks_080, s.weeks_081, s.weeks_082, s.weeks_083, s.weeks_084, s.weeks_085, s.weeks_086, s.weeks_087,
  s.weeks_088, s.weeks_089, s.weeks_090, s.weeks_091, s.weeks_092, s.weeks_093, s.weeks_094, s.weeks_095,
  s.weeks_096, s.weeks_097, s.weeks_098, s.weeks_099, s.weeks_100, s.weeks_101, s.weeks_102, s.weeks_103,
  s.weeks_104,
  s.unknown_start, s.total, s.total_known,
  m.weeks AS median_weeks,
  CASE WHEN s.total_known < 20 THEN 'too-few' ELSE CAST(NULL AS VARCHAR) END AS median_status,
  p.weeks AS p95_weeks,
  CASE WHEN s.total_known < 20 THEN 'too-few' ELSE CAST(NULL AS VARCHAR) END AS p95_status,
  s.weeks_52_plus, s.weeks_78_plus, s.weeks_65_plus
FROM summary AS s
LEFT JOIN quantile AS m
  ON m.submitter = s.submitter AND m.treatment_function = s.treatment_function AND m.per_cent = 50
LEFT JOIN quantile AS p
  ON p.submitter = s.submitter AND p.treatment_function = s.treatment_function AND p.per_cent = 95
