// Errors provoked on the real wardend: a row for each error that this version can tell.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/scenario.hpp"

namespace wardend::test {

struct Refusal {
  std::string error;  // "Broker.UnknownApp"
  json members;
};

class Errors : public Scenario {
 public:
  using Scenario::ehr;
  using Scenario::site;
  using Scenario::start;

  // Calls "Broker.METHOD" or "Control.METHOD" on a connection of its own. A reply has the error "granted".
  [[nodiscard]] Refusal call(const std::string& method, const json& parameters = json::object());
  // The same by a Unix user who is in no group of a role.
  [[nodiscard]] Refusal call_as_nobody(const std::string& method, const json& parameters = json::object());
  // A launch by this process: its session, or how it failed.
  [[nodiscard]] std::string launch(const json& parameters = json::object());
  [[nodiscard]] Refusal failed_launch();
  // The errors that the running wardend's interface ("Broker", "Control") declares, each with its members.
  [[nodiscard]] std::map<std::string, std::set<std::string>> declared(const std::string& interface);

  std::string id;  // of the session that the error is about
};

struct Provoked {
  std::string error;
  std::function<Refusal(Errors&)> provoke;
  std::function<void(Errors&, const json& members)> check;
};
[[nodiscard]] const std::vector<Provoked>& all_provoked();
// Those of them that no AuthorizeWrite is needed for.
[[nodiscard]] const std::vector<Provoked>& provoked_calls();

}  // namespace wardend::test
