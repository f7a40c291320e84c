#include "compose/shell_words.h"

namespace gatehouse::compose {

namespace {

class Splitter {
 public:
  base::Result<ShellWords> split(std::string_view text) {
    for (const char c : text) {
      if (escaped_) {
        add(c);
        escaped_ = false;
      } else if (c == '\\' && quote_ != '\'') {
        escaped_ = true;
      } else if (std::string_view(" \t\r\n").contains(c)) {
        take_blank(c);
      } else if (quote_ == 0 && std::string_view(";&|<>").contains(c)) {
        stop_at(c);
        break;
      } else if (c == '(' && (quote_ == 0 || quote_ == ')')) {
        if (quote_ != 0 || !word_.ends_with('$')) return invalid();
        open(c, ')');
      } else if (opens_or_closes(c)) {
        quote_ = quote_ == 0 ? c : '\0';
        in_word_ = true;
        // The marks of a command substitution stay in the word; it is not run.
        if (c == '`' || c == ')') word_ += c;
      } else {
        add(c);
      }
    }
    if (escaped_ || quote_ != 0) return invalid();
    finish_word();
    return std::move(result_);
  }

 private:
  static base::Failure invalid() {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kOperator,
                      "is no command line: a quote or parenthesis is left open, or a parenthesis is not in quotes; "
                      "write it as a list");
  }

  [[nodiscard]] bool opens_or_closes(char c) const {
    if (c == ')') return quote_ == 0 || quote_ == ')';
    return (c == '"' || c == '\'' || c == '`') && (quote_ == 0 || quote_ == c);
  }

  void open(char c, char closing) {
    word_ += c;
    quote_ = closing;
    in_word_ = true;
  }

  void add(char c) {
    word_ += c;
    in_word_ = true;
  }

  void take_blank(char c) {
    if (quote_ != 0) {
      word_ += c;
    } else {
      finish_word();
    }
  }

  // "2>" takes the number with it.
  void stop_at(char c) {
    if (c == '>' && !word_.empty() && word_[0] >= '0' && word_[0] <= '9') in_word_ = false;
    result_.stopped_at = c;
  }

  void finish_word() {
    if (in_word_) result_.words.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  ShellWords result_;
  std::string word_;
  bool in_word_ = false;
  bool escaped_ = false;
  char quote_ = 0;  // what closes the quote or substitution that is open
};

}  // namespace

base::Result<ShellWords> split_shell_words(std::string_view text) { return Splitter().split(text); }

}  // namespace gatehouse::compose
