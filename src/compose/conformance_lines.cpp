#include "compose/conformance_lines.h"

#include "compose/dotenv.h"
#include "compose/interpolation.h"
#include "format/json.h"

namespace gatehouse::compose {

namespace {

struct Question {
  std::string text;
  Environment environment;
};

base::Result<Question> parse_question(std::string_view json_line, std::string_view field) {
  BASE_TRY(const auto document, format::JsonDocument::parse(json_line));
  const auto text = document.root().find(field).string();
  if (!text) {
    return base::fail(base::ErrorCode::kInvalid, base::Fault::kClient,
                      "the question has no text in \"" + std::string(field) + "\"");
  }
  Question question{std::string(*text), {}};
  const auto environment = document.root().find("env");
  for (std::size_t i = 0; i < environment.size(); ++i) {
    question.environment.insert_or_assign(std::string(environment.key(i)),
                                          std::string(environment.at(i).string().value_or("")));
  }
  return question;
}

std::string answer_error(const base::Error& error) {
  return format::JsonWriter().begin_object().key("error").string(error.message).end_object().take();
}

}  // namespace

std::string answer_interpolation(std::string_view json_line) {
  const auto question = parse_question(json_line, "template");
  if (!question) return answer_error(question.error());
  const auto result = interpolate(question->text, lookup_in({&question->environment}));
  if (!result) return answer_error(result.error());
  return format::JsonWriter().begin_object().key("value").string(result->text).end_object().take();
}

std::string answer_dotenv(std::string_view json_line) {
  const auto question = parse_question(json_line, "file");
  if (!question) return answer_error(question.error());
  const auto result = parse_dotenv(question->text, ".env", lookup_in({&question->environment}));
  if (!result) return answer_error(result.error());
  format::JsonWriter writer;
  writer.begin_object().key("vars").begin_object();
  for (const auto& [name, value] : result->values) writer.key(name).string(value);
  return writer.end_object().end_object().take();
}

}  // namespace gatehouse::compose
