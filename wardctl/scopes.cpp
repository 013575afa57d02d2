// wardctl scopes APP: each scope with the action that it was approved for, who approved it, and what it really covers.
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/process.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? printable(found->get_ref<const std::string&>()) : std::string();
}

std::vector<json> list_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? found->get<std::vector<json>>() : std::vector<json>();
}

// The first sentence behind the label, the others below it.
void print_sentences(const Context& context, const char* label, const json& scope, const char* name) {
  std::string head = label;
  for (const json& sentence : list_at(scope, name)) {
    if (sentence.is_string()) context.out << "  " << head << printable(sentence.get_ref<const std::string&>()) << '\n';
    head.assign(head.size(), ' ');
  }
}

void print_review(const Context& context, const json& review) {
  const auto or_missing = [](std::string text) {
    return text.empty() ? std::string("not stated: the app cannot go live without it") : text;
  };
  context.out << text_at(review, "app") << " (" << text_at(review, "name") << ")\n  for       "
              << or_missing(text_at(review, "population")) << "\n  consent   " << or_missing(text_at(review, "consent"))
              << '\n';
  for (const json& scope : list_at(review, "scopes")) {
    context.out << '\n'
                << text_at(scope, "scope") << "\n  action    " << text_at(scope, "action") << "\n  approved  "
                << text_at(scope, "approved_by") << ", " << text_at(scope, "approved_on") << '\n';
    print_sentences(context, "covers    ", scope, "covers");
    print_sentences(context, "wider     ", scope, "wider");
  }
  for (const json& scope : list_at(review, "added")) {
    context.out << '\n'
                << text_at(scope, "scope") << "\n  action    asked for by wardend, as each " << text_at(scope, "launch")
                << " launch needs it\n";
    print_sentences(context, "covers    ", scope, "covers");
  }
}

// What `wardend --scopes` says by its exit code; it has said why on standard error.
ExitCode explain_end(const Context& context, const Ended& ended) {
  constexpr int unknown_name = 67, config = 78;
  if (ended.exit_code == unknown_name)
    return refuse(context, {"UnknownApp", "the configuration has no such app",
                            "name an [[app]] of it, or another file with --config", ExitCode::refused});
  if (ended.exit_code == config)
    return refuse(context, {"ConfigInvalid", "the configuration cannot be used as it is",
                            "correct what is named above, or name another file with --config", ExitCode::refused});
  return refuse(context, {"NotSupported", "the program wardend, which reads the configuration, gave no answer",
                          "install wardend of the same version beside wardctl or in PATH", ExitCode::refused});
}

}  // namespace

ExitCode run_scopes(const Context& context, const ScopesOptions& options) {
  constexpr std::size_t most_bytes = 4UL * 1024 * 1024;
  const auto captured =
      capture_program({sibling_program("wardend"), "--config", options.config, "--scopes", options.app}, most_bytes);
  if (!captured.ended.started || captured.ended.exit_code != 0) return explain_end(context, captured.ended);
  const auto review = parse_json(captured.output, {.bytes = most_bytes, .values = any_number_of_values});
  if (!review || !review->is_object()) return explain_end(context, {});
  if (context.format == Format::json) return print_json(context, *review);
  print_review(context, *review);
  return ExitCode::done;
}

}  // namespace wardend::wardctl
