// What VerifyApp answered, for people and as a document to file.
#pragma once

#include <cstdint>
#include <string>

#include "ipc/interface/control.hpp"
#include "wardctl/context.hpp"

namespace wardend::wardctl {

struct Verification {
  std::string app;
  std::string server;
  std::int64_t at = 0;  // Unix seconds
  ipc::control::VerifyAppReply reply = {};
  std::string configuration = {};  // SHA-256 of the files that were read; empty: the service's own
};

// A table of all findings, then what to do about each that blocks or warns.
void print_verification(const Context& context, const Verification& verification);

// The same as a Markdown document, with what identifies the documents that were compared.
[[nodiscard]] std::string markdown_of(const Verification& verification);

}  // namespace wardend::wardctl
