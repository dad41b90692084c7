SELECT r.submitter, c.value AS kind, CAST(COUNT(*) AS BIGINT) AS visits, CAST(SUM(r.minutes) AS BIGINT) AS minutes
FROM rows AS r
CROSS JOIN codes_kinds AS c
CROSS JOIN period AS p
WHERE r.visited BETWEEN p.first_day AND p.last_day
GROUP BY r.submitter, c.value
