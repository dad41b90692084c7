SELECT submitter, CAST(visits AS BIGINT) AS pathways, kind, '3' AS days
FROM published
