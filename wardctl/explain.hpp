// Every error that the broker can answer with, in plain words: what happened, what to do next, and the exit code. The
// one place that knows; a test compares the table with the interface files.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>

#include "ipc/client/wardend/failure.hpp"
#include "wardctl/context.hpp"

namespace wardend::wardctl {

struct Advice {
  std::string_view error;  // qualified, as on the wire
  // May name the error's members: "the server {server} ..." says which.
  std::string_view cause;
  std::string_view next_step;
  ExitCode exit_code;
};

// Every error of both interfaces, in the order of their declaration.
[[nodiscard]] std::span<const Advice> advice_table();

// The row of an error, also under the other interface's name; nullptr for an error that this version does not know.
[[nodiscard]] const Advice* find_advice(std::string_view qualified_error);

// Says on standard error what went wrong, what the broker said about it, and what to do next; with --json as an object
// on its last line: error, cause, next, exit_code, and the error's own members as `parameters`.
ExitCode explain(const Context& context, const client::Failure& failure);

// The same in one line: "NAME: what went wrong; what the broker said; what to do next".
[[nodiscard]] std::string in_one_line(const client::Failure& failure);

// The same for an error that was told in a sentence.
struct ToldError {
  std::string error;  // "PatientMismatch"
  std::string cause;  // the sentence
};
ExitCode explain_told(const Context& context, const ToldError& told, const nlohmann::json& members);

// The same for what wardctl itself refuses: a name, a cause and a next step.
ExitCode refuse(const Context& context, const Advice& advice);

}  // namespace wardend::wardctl
