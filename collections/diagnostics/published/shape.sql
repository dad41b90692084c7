-- The waiting times of a month by trust, as a CSV with the titles below, in the shape of the table `waits`. Texts stay
-- as they stand.
SELECT
  "Trust Code" AS submitter,
  "Trust Name" AS submitter_name,
  "Waiting List Total" AS waiting,
  "Waiting 6+ weeks" AS weeks_6_plus,
  "Waiting 13+ weeks" AS weeks_13_plus,
  -- A share of nobody is blank there; the comparison knows "-" as a figure that is not given because of too few.
  CASE WHEN "Waiting List Total" = '0' THEN '-' ELSE "% waiting 6+ weeks" END AS share_6_plus,
  CASE WHEN "Waiting List Total" = '0' THEN '-' ELSE "% waiting 13+ weeks" END AS share_13_plus
FROM published
-- The file lists every trust; those that send no such return (mental health, ambulances) have no figures.
WHERE coalesce("Waiting List Total", '') <> ''
