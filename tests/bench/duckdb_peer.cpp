#include "candour/bench/duckdb_peer.h"

#include <duckdb.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace candour::bench {
namespace {

using collection::Field;
using collection::FieldType;
using When = collection::Required::When;

std::string in_quotes(std::string_view text, char mark = '\'') {
  std::string result(1, mark);
  for (char c : text) result += c == mark ? std::string(2, mark) : std::string(1, c);
  return result + mark;
}

std::string list_of(const std::vector<std::string>& values) {
  std::string text = "(";
  for (const std::string& value : values) text += (text.size() > 1 ? ", " : "") + in_quotes(value);
  return text + ")";
}

// A date in any of the mapping's forms, NULL where it is none.
std::string as_date(const std::string& text, const collection::SourceMapping& mapping) {
  std::string forms;
  for (const std::string& form : mapping.date_forms) {
    const std::string pattern = form == "YYYY-MM-DD"   ? "%Y-%m-%d"
                                : form == "DD/MM/YYYY" ? "%d/%m/%Y"
                                : form == "YYYYMMDD"   ? "%Y%m%d"
                                                       : "%d-%b-%Y";
    forms += (forms.empty() ? "" : ", ") + in_quotes(pattern);
  }
  return "CAST(try_strptime(" + text + ", [" + forms + "]) AS DATE)";
}

// Whether a text that is there is an NHS number of somebody: form, modulus 11, no filler.
std::string is_nhs_number(const std::string& text) {
  const std::string digits = "replace(" + text + ", ' ', '')";
  std::string sum;
  for (int i = 0; i < 9; ++i) {
    sum += (i == 0 ? "" : " + ") + std::to_string(10 - i) + " * (ascii(substr(" + digits + ", " +
           std::to_string(i + 1) + ", 1)) - 48)";
  }
  return "(regexp_full_match(" + text + ", '[0-9]{10}|[0-9]{3} [0-9]{3} [0-9]{4}') AND (11 - (" + sum +
         ") % 11) % 11 = ascii(substr(" + digits + ", 10, 1)) - 48 AND (" + sum +
         ") % 11 <> 1 AND NOT regexp_full_match(" + digits + ", '([0-9])0{8}[0-9]') AND replace(" + digits +
         ", substr(" + digits + ", 1, 1), '') <> '')";
}

// Whether a value that is there passes its type.
std::string is_valid(const Field& field, const collection::Collection& collection,
                     const intake::Submission& submission) {
  const std::string text = "text_" + field.name;
  switch (field.type) {
    case FieldType::kText:
      return "length(" + text + ") <= " + std::to_string(field.max_length) + " AND NOT regexp_matches(" +
             text + ", '[\\x00-\\x1f\\x7f]')";
    case FieldType::kInteger: {
      const std::string number = "TRY_CAST(" + text + " AS BIGINT)";
      std::string valid = "regexp_full_match(" + text + ", '-?[0-9]+')";
      if (field.min) valid += " AND " + number + " >= " + std::to_string(*field.min);
      if (field.max) valid += " AND " + number + " <= " + std::to_string(*field.max);
      return valid;
    }
    case FieldType::kDate: {
      std::string valid = field.name + " IS NOT NULL AND " + field.name + " > DATE '1900-01-01'";
      if (field.not_after_period) valid += " AND " + field.name + " <= period_last_day";
      return valid;
    }
    case FieldType::kCode: {
      std::vector<std::string> values;
      const collection::CodeList& codes = collection.codes.at(field.codes);
      for (const collection::Code& code : codes.codes()) {
        if (codes.contains(code.value, submission.period)) values.push_back(code.value);
      }
      return text + " IN " + list_of(values);
    }
    case FieldType::kOds: {
      std::string valid = "regexp_full_match(upper(" + text + "), '[0-9A-Z]{3,9}')";
      if (field.of_submitter) valid += " AND upper(" + text + ") IN " + list_of(submission.may_send_for);
      return valid;
    }
    case FieldType::kNhsNumber:
      return is_nhs_number(text);
    case FieldType::kPostcode:
      return "regexp_full_match(upper(" + text + "), '[A-Z]{1,2}[0-9][0-9A-Z]? *[0-9][A-Z]{2}')";
  }
  return "TRUE";
}

// Whether the field refuses its row.
std::string refuses(const Field& field, const collection::Collection& collection,
                    const collection::Table& table, const intake::Submission& submission) {
  const std::string text = "text_" + field.name;
  std::string bad = "(" + text + " IS NOT NULL AND NOT (" + is_valid(field, collection, submission) + "))";
  const auto set = [&](std::size_t other) { return "text_" + table.fields[other].name + " IS NOT NULL"; };
  const std::string missing = text + " IS NULL";
  if (field.required.when == When::kAlways) bad += " OR " + missing;
  if (field.required.when == When::kIfSet)
    bad += " OR (" + missing + " AND " + set(field.required.other) + ")";
  if (field.required.when == When::kUnlessSet) {
    bad += " OR (" + missing + " AND NOT " + set(field.required.other) + ")";
  }
  if (field.absent_if) bad += " OR (" + text + " IS NOT NULL AND " + set(*field.absent_if) + ")";
  return bad;
}

[[noreturn]] void fail(const char* words) {
  std::fprintf(stderr, "DuckDB: %s\n", words);
  std::exit(1);
}

}  // namespace

std::string peer_statement(const collection::Collection& collection, const collection::Table& table,
                           const intake::Submission& submission, const std::filesystem::path& file) {
  const collection::SourceMapping& mapping = collection.source(table.name);
  std::string source;
  for (const auto& column : mapping.columns) {
    source += (source.empty() ? "" : ", ") + std::string("nullif(trim(") + in_quotes(column.title, '"') +
              "), '') AS text_" + table.fields[column.field].name;
  }
  std::string typed;
  std::string bad;
  for (const Field& field : table.fields) {
    const std::string text = "text_" + field.name;
    typed += ", " +
             (field.type == FieldType::kDate      ? as_date(text, mapping)
              : field.type == FieldType::kInteger ? "TRY_CAST(" + text + " AS BIGINT)"
                                                  : text) +
             " AS " + field.name;
    bad += (bad.empty() ? "" : " OR ") + refuses(field, collection, table, submission);
  }
  std::string failed;
  std::string warned;
  for (const collection::RowCheck& check : table.checks) {
    std::string& into = check.level == collection::Level::kError ? failed : warned;
    into += (into.empty() ? "" : " OR ") + std::string("((") + check.sql + ") IS FALSE)";
  }
  std::string key;
  for (std::size_t field : table.key) key += (key.empty() ? "" : ", ") + table.fields[field].name;
  return "WITH source AS (SELECT " + source + " FROM read_csv(" + in_quotes(file.string()) +
         ", header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')), "
         "typed AS (SELECT *, DATE '" +
         submission.period.first_day.iso() + "' AS period_first_day, DATE '" +
         submission.period.last_day.iso() + "' AS period_last_day" + typed +
         " FROM source), judged AS (SELECT (" + bad + ") AS bad, (" + (failed.empty() ? "FALSE" : failed) +
         ") AS failed, (" + (warned.empty() ? "FALSE" : warned) + ") AS warned, hash(" + key +
         ") AS key FROM typed) "
         "SELECT count(*), count(*) FILTER (bad OR failed), count(*) FILTER (NOT (bad OR failed)) - "
         "count(DISTINCT "
         "key) FILTER (NOT (bad OR failed)), count(*) FILTER (warned) FROM judged";
}

PeerCounts run_peer(const std::string& statement, int threads) {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(nullptr, &database) != DuckDBSuccess ||
      duckdb_connect(database, &connection) != DuckDBSuccess) {
    fail("cannot open a database in memory");
  }
  const std::string settings[] = {
      "SET threads = " + std::to_string(threads),
      "CREATE MACRO days_between(a, b) AS date_diff('day', CAST(a AS DATE), CAST(b AS DATE))",
  };
  for (const std::string& setting : settings) duckdb_query(connection, setting.c_str(), nullptr);
  duckdb_result result;
  if (duckdb_query(connection, statement.c_str(), &result) != DuckDBSuccess)
    fail(duckdb_result_error(&result));
  duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
  const auto count = [&](idx_t column) {
    return static_cast<std::uint64_t>(
        static_cast<std::int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column)))[0]);
  };
  const PeerCounts counts{count(0), count(1), count(2)};
  duckdb_destroy_data_chunk(&chunk);
  duckdb_destroy_result(&result);
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  return counts;
}

}  // namespace candour::bench
