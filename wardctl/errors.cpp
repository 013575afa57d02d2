// wardctl errors: everything that a call can be refused with, its cause and the next step. Asks nobody.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

// "|" ends a cell of a table.
std::string cell(std::string_view text) {
  std::string safe;
  for (const char letter : text) safe += letter == '|' ? std::string("\\|") : std::string(1, letter);
  return safe;
}

}  // namespace

ExitCode run_errors(const Context& context, TableForm form) {
  const bool markdown = form == TableForm::markdown;
  if (markdown) context.out << "| error | cause | what to do |\n| --- | --- | --- |\n";
  for (const Advice& advice : advice_table()) {
    if (markdown)
      context.out << fmt::format("| `{}` | {} | {} |\n", advice.error, cell(advice.cause), cell(advice.next_step));
    else if (context.format == Format::json)
      print_json(context, {{"error", advice.error},
                           {"cause", advice.cause},
                           {"next", advice.next_step},
                           {"exit_code", static_cast<int>(advice.exit_code)}});
    else
      context.out << fmt::format("{}\n  {}\n  next: {}\n", advice.error, advice.cause, advice.next_step);
  }
  return ExitCode::done;
}

}  // namespace wardend::wardctl
