-- From a published table to groups of patients for `candour synth`: how many, for which treatment function, who
-- waited how many days. Only the bands and the count of unknown starts are read: the summaries that the release
-- must give again (totals, 52 weeks and more, quantiles) are never the source of what they are compared with.
WITH cell AS (
  SELECT p.submitter, f.treatment_function AS treatment_function_code, b.first_day AS wait_from,
    b.last_day AS wait_to,
    CAST(CASE b.value
      WHEN '000' THEN p.weeks_000
      WHEN '001' THEN p.weeks_001
      WHEN '002' THEN p.weeks_002
      WHEN '003' THEN p.weeks_003
      WHEN '004' THEN p.weeks_004
      WHEN '005' THEN p.weeks_005
      WHEN '006' THEN p.weeks_006
      WHEN '007' THEN p.weeks_007
      WHEN '008' THEN p.weeks_008
      WHEN '009' THEN p.weeks_009
      WHEN '010' THEN p.weeks_010
      WHEN '011' THEN p.weeks_011
      WHEN '012' THEN p.weeks_012
      WHEN '013' THEN p.weeks_013
      WHEN '014' THEN p.weeks_014
      WHEN '015' THEN p.weeks_015
      WHEN '016' THEN p.weeks_016
      WHEN '017' THEN p.weeks_017
      WHEN '018' THEN p.weeks_018
      WHEN '019' THEN p.weeks_019
      WHEN '020' THEN p.weeks_020
      WHEN '021' THEN p.weeks_021
      WHEN '022' THEN p.weeks_022
      WHEN '023' THEN p.weeks_023
      WHEN '024' THEN p.weeks_024
      WHEN '025' THEN p.weeks_025
      WHEN '026' THEN p.weeks_026
      WHEN '027' THEN p.weeks_027
      WHEN '028' THEN p.weeks_028
      WHEN '029' THEN p.weeks_029
      WHEN '030' THEN p.weeks_030
      WHEN '031' THEN p.weeks_031
      WHEN '032' THEN p.weeks_032
      WHEN '033' THEN p.weeks_033
      WHEN '034' THEN p.weeks_034
      WHEN '035' THEN p.weeks_035
      WHEN '036' THEN p.weeks_036
      WHEN '037' THEN p.weeks_037
      WHEN '038' THEN p.weeks_038
      WHEN '039' THEN p.weeks_039
      WHEN '040' THEN p.weeks_040
      WHEN '041' THEN p.weeks_041
      WHEN '042' THEN p.weeks_042
      WHEN '043' THEN p.weeks_043
      WHEN '044' THEN p.weeks_044
      WHEN '045' THEN p.weeks_045
      WHEN '046' THEN p.weeks_046
      WHEN '047' THEN p.weeks_047
      WHEN '048' THEN p.weeks_048
      WHEN '049' THEN p.weeks_049
      WHEN '050' THEN p.weeks_050
      WHEN '051' THEN p.weeks_051
      WHEN '052' THEN p.weeks_052
      WHEN '053' THEN p.weeks_053
      WHEN '054' THEN p.weeks_054
      WHEN '055' THEN p.weeks_055
      WHEN '056' THEN p.weeks_056
      WHEN '057' THEN p.weeks_057
      WHEN '058' THEN p.weeks_058
      WHEN '059' THEN p.weeks_059
      WHEN '060' THEN p.weeks_060
      WHEN '061' THEN p.weeks_061
      WHEN '062' THEN p.weeks_062
      WHEN '063' THEN p.weeks_063
      WHEN '064' THEN p.weeks_064
      WHEN '065' THEN p.weeks_065
      WHEN '066' THEN p.weeks_066
      WHEN '067' THEN p.weeks_067
      WHEN '068' THEN p.weeks_068
      WHEN '069' THEN p.weeks_069
      WHEN '070' THEN p.weeks_070
      WHEN '071' THEN p.weeks_071
      WHEN '072' THEN p.weeks_072
      WHEN '073' THEN p.weeks_073
      WHEN '074' THEN p.weeks_074
      WHEN '075' THEN p.weeks_075
      WHEN '076' THEN p.weeks_076
      WHEN '077' THEN p.weeks_077
      WHEN '078' THEN p.weeks_078
      WHEN '079' THEN p.weeks_079
      WHEN '080' THEN p.weeks_080
      WHEN '081' THEN p.weeks_081
      WHEN '082' THEN p.weeks_082
      WHEN '083' THEN p.weeks_083
      WHEN '084' THEN p.weeks_084
      WHEN '085' THEN p.weeks_085
      WHEN '086' THEN p.weeks_086
      WHEN '087' THEN p.weeks_087
      WHEN '088' THEN p.weeks_088
      WHEN '089' THEN p.weeks_089
      WHEN '090' THEN p.weeks_090
      WHEN '091' THEN p.weeks_091
      WHEN '092' THEN p.weeks_092
      WHEN '093' THEN p.weeks_093
      WHEN '094' THEN p.weeks_094
      WHEN '095' THEN p.weeks_095
      WHEN '096' THEN p.weeks_096
      WHEN '097' THEN p.weeks_097
      WHEN '098' THEN p.weeks_098
      WHEN '099' THEN p.weeks_099
      WHEN '100' THEN p.weeks_100
      WHEN '101' THEN p.weeks_101
      WHEN '102' THEN p.weeks_102
      WHEN '103' THEN p.weeks_103
      WHEN '104' THEN p.weeks_104
    END AS BIGINT) AS pathways
  FROM published AS p
  -- C_999 is the sum of the others; taking both would count everybody twice.
  JOIN codes_published_functions AS f ON f.value = p.treatment_function AND f.value <> 'C_999'
  CROSS JOIN codes_week_bands AS b
  UNION ALL
  SELECT p.submitter, f.treatment_function AS treatment_function_code, CAST(NULL AS VARCHAR) AS wait_from,
    CAST(NULL AS VARCHAR) AS wait_to, CAST(p.unknown_start AS BIGINT) AS pathways
  FROM published AS p
  JOIN codes_published_functions AS f ON f.value = p.treatment_function AND f.value <> 'C_999'
)
SELECT submitter, pathways, treatment_function_code, wait_from, wait_to
FROM cell
WHERE pathways > 0
