// What Inferno's client suite looks at in a client's requests, counted: a list of violations that a test expects to be
// empty. It refuses nothing by itself.
// Spec: inferno-framework/smart-app-launch-test-kit, client_stu2_2_suite.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "tests/sandbox/authentication.hpp"
#include "tests/sandbox/clients.hpp"
#include "tests/sandbox/form.hpp"
#include "tests/sandbox/outcome.hpp"
#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

class InfernoChecks {
 public:
  InfernoChecks(const Settings& settings, const Clients& clients) : settings_(settings), clients_(clients) {}

  // Each is told of a request that no fault met, with what came of it.
  void authorize(const Form& form, const Outcome& outcome);
  void token(const Form& form, const Shown& shown, const Outcome& outcome);
  void fhir(int status);

  void clear();
  // {"violations":[{"at","check","count"}],"seen":{"authorize","token","refresh","fhir"}}, as JSON text.
  [[nodiscard]] std::string report() const;

 private:
  void violate(const std::string& at, const std::string& check) { ++violations_[{at, check}]; }
  void client(const std::string& at, const std::string& client_id);

  const Settings& settings_;
  const Clients& clients_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> violations_;
  std::uint64_t authorizations_ = 0;
  std::uint64_t exchanges_ = 0;
  std::uint64_t refreshes_ = 0;
  std::uint64_t reads_ = 0;  // FHIR requests whose token was good
};

}  // namespace wardend::sandbox
