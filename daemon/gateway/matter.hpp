// One request on its way through the gateway, as far as it has come. Values alone.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <utility>

#include "daemon/access/admission.hpp"
#include "daemon/gateway/client.hpp"
#include "daemon/gateway/gateway_record.hpp"
#include "daemon/gateway/outcome.hpp"
#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/request_head.hpp"
#include "daemon/judging/request_judge.hpp"

namespace wardend::gateway {

// Whether it may go on; else what the app is told.
using Done = std::expected<void, Refusal>;

// With the status that HTTP has for the error.
[[nodiscard]] inline std::unexpected<Refusal> refuse_with(Error error) {
  const int status = status_of(error.code());
  return std::unexpected(Refusal{.status = status, .error = std::move(error)});
}

struct Matter {
  Matter(RequestHead from, Client& of)
      : head(std::move(from)), client(of), seen{.caller = of.caller(), .who = asked.who, .query = head.query} {}
  [[nodiscard]] bool is_page() const { return !head.page.empty(); }

  RequestHead head;
  Client& client;

  // Who asks, for which session: as of the last look.
  access::Admission::Asked asked{.who = fail(errors::NotAuthorized{"nobody has asked yet"})};
  access::TokenRequest wish = {};
  std::string server = {};
  bool warn = false;  // what the guard refuses goes all the same

  // What it is.
  judging::Question question = {};
  std::string address = {};  // at the server: of a page from its handle on, else when it goes
  std::string form = {};     // of a POST to _search
  Secret body = {};
  Secret token = {};     // that the server was last sent
  bool brought = false;  // the body was read
  int body_fault = 0;    // the status that HTTP has for what is wrong with it; 0: the error's own

  judging::Passed passed = {};
  std::optional<writes::Permit> permit = {};  // it has gone, or is about to
  Seen seen;
};

}  // namespace wardend::gateway
