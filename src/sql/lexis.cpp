#include "candour/sql/lexis.h"

#include <algorithm>
#include <array>
#include <string>

#include "candour/base/printable.h"

namespace candour::sql {
namespace {

enum class Token { kEnd, kWord, kName, kNumber, kText, kSign };

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_word_start(c) || is_digit(c); }

std::string lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

// Words that change a statement without a trace in the tree, and that only one of the engines has or reads.
constexpr std::array<std::string_view, 7> kRefusedWords = {
    "recursive", "materialized", "lateral", "isnull", "notnull", "overlaps", "glob",
};
// DuckDB's other words for the types of the subset; in the tree they look alike.
constexpr std::array<std::string_view, 14> kRefusedTypes = {
    "text", "string", "char", "bpchar", "nvarchar", "bool",   "logical",
    "int4", "signed", "int8", "long",   "oid",      "float8", "numeric",
};
// Longer signs first: the first that fits is taken.
constexpr std::array<std::string_view, 17> kSigns = {
    "||", "<>", "!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", ",", ".", ";",
};

template <typename List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

class Lexis {
 public:
  Lexis(std::string_view text, Phrase phrase, const base::Label& place)
      : text_(text), phrase_(phrase), place_(place) {}

  void check() {
    bool first = true;
    while (true) {
      skip_blanks();
      const Token token = next();
      if (token == Token::kEnd) break;
      if (ended_) fail("Something stands after the end of the statement.");
      if (first && phrase_ == Phrase::kStatement && word_ != "select" && word_ != "with") {
        fail("The statement does not begin with SELECT or WITH.");
      }
      first = false;
      weigh(token);
    }
    if (first) fail("There is no statement.");
    if (depth_ != 0) fail("A parenthesis is not closed.");
  }

 private:
  [[noreturn]] void fail(base::Literal message) const {
    throw base::Error("CND-1401", message).with("place", place_).with("line", line_of(text_, start_));
  }
  [[noreturn]] void refuse(std::string_view construct) const {
    throw base::Error("CND-1402", "The statement uses a sign or word that is outside the portable subset.")
        .with("place", place_)
        .with("line", line_of(text_, start_))
        .with("construct", base::Label(construct));
  }
  [[nodiscard]] bool at(std::string_view sign) const { return text_.substr(at_, sign.size()) == sign; }

  void skip_blanks() {
    while (at_ < text_.size()) {
      start_ = at_;
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (at("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (at("/*")) {
        skip_block_comment();
      } else {
        return;
      }
    }
    start_ = at_;
  }
  // Engines differ on comments inside comments.
  void skip_block_comment() {
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) fail("A comment is not closed.");
    if (text_.substr(at_ + 2, end - at_ - 2).find("/*") != std::string_view::npos) refuse("/* in a comment");
    at_ = end + 2;
  }

  Token next() {
    word_.clear();
    if (at_ == text_.size()) return Token::kEnd;
    const char c = text_[at_];
    if (is_word_start(c)) return take_word();
    if (is_digit(c)) return take_number();
    if (c == '\'' || c == '"') return take_quoted(c);
    for (std::string_view sign : kSigns) {
      if (!at(sign)) continue;
      at_ += sign.size();
      sign_ = sign;
      if (sign == "/" && at("/")) refuse("//");
      if (sign == "-" && at(">")) refuse("->");
      if (sign == "*" && at("*")) refuse("**");
      if (sign == "=" && (at("=") || at(">"))) refuse(text_.substr(start_, 2));
      if (sign == "." && at_ < text_.size() && is_digit(text_[at_]))
        refuse("a number that begins with a point");
      return Token::kSign;
    }
    refuse(is_ascii(c) ? std::string_view(&c, 1) : "a letter outside ASCII");
  }
  static bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

  Token take_word() {
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    word_ = lower(text_.substr(start_, at_ - start_));
    // E'…', X'…' and their like: each engine has its own.
    if (at("'")) refuse(std::string(text_.substr(start_, at_ - start_)) + "'");
    return Token::kWord;
  }
  Token take_number() {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at(".")) {
      ++at_;
      const std::size_t fraction = at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      if (at_ == fraction) refuse("a number that ends with a point");
    }
    // 1e3 is a real, and 1_000 and 0x1F are read by DuckDB alone.
    if (at_ < text_.size() && is_word(text_[at_])) refuse(text_.substr(start_, at_ + 1 - start_));
    return Token::kNumber;
  }
  Token take_quoted(char mark) {
    while (true) {
      at_ = text_.find(mark, at_ + 1);
      if (at_ == std::string_view::npos) fail("A quote is not closed.");
      if (at_ + 1 == text_.size() || text_[at_ + 1] != mark) break;
      ++at_;
    }
    ++at_;
    // Spark reads an escape where DuckDB reads a backslash.
    if (text_.substr(start_, at_ - start_).find('\\') != std::string_view::npos) refuse("\\");
    return mark == '"' ? Token::kName : Token::kText;
  }

  // What a token means beside the one before it.
  void weigh(Token token) {
    const bool sign = token == Token::kSign;
    if (sign && sign_ == "(" && ++depth_ > kParenthesisDepth) fail("Parentheses are nested too deep.");
    if (sign && sign_ == ")" && depth_-- == 0) fail("A parenthesis is closed that was not opened.");
    if (sign && sign_ == ";") {
      if (phrase_ == Phrase::kExpression) refuse(";");
      ended_ = true;
    }
    if (token == Token::kWord && holds(kRefusedWords, word_)) refuse(word_);
    if (sign && (sign_ == ")" || sign_ == "(") && holds(kRefusedTypes, type_)) refuse(type_);
    if (sign && sign_ == "(" && type_ == "varchar") refuse("VARCHAR with a length");
    if (after_comma_ && ((sign && sign_ == ")") || word_ == "from")) refuse("a comma before nothing");
    type_ = after_as_ && token == Token::kWord ? word_ : "";
    after_as_ = word_ == "as";
    after_comma_ = sign && sign_ == ",";
  }

  std::string_view text_;
  Phrase phrase_;
  const base::Label& place_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  std::size_t depth_ = 0;
  std::string word_;       // the last token, lower case, where it was a word
  std::string_view sign_;  // and where it was a sign
  std::string type_;       // the word after AS: a type where a parenthesis follows
  bool after_as_ = false;
  bool after_comma_ = false;
  bool ended_ = false;
};

}  // namespace

void check_lexis(std::string_view text, Phrase phrase, const base::Label& place) {
  if (text.size() > kStatementBytes) {
    throw base::Error("CND-1401", "The statement is too long.")
        .with("place", place)
        .with("bytes", text.size());
  }
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
  });
  if (controls || !base::is_utf8(text)) {
    throw base::Error("CND-1401", "The statement holds bytes that are not text.").with("place", place);
  }
  Lexis(text, phrase, place).check();
}

std::size_t line_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

}  // namespace candour::sql
