// The control interface below /_sandbox/: faults, log, counts, settings. JSON in, JSON out; what it does not understand
// gets a 400 that names the member.
#pragma once

#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/oauth.hpp"
#include "tests/sandbox/request_log.hpp"
#include "tests/sandbox/settings.hpp"

namespace wardend::sandbox {

class Control {
 public:
  struct Parts {
    Settings& settings;
    FaultTable& faults;
    RequestLog& log;
    Grants& grants;
    const OAuth& oauth;
  };
  explicit Control(Parts parts) : parts_(parts) {}

  [[nodiscard]] static bool owns(std::string_view path) { return path.starts_with("/_sandbox/"); }
  [[nodiscard]] Reply answer(const Request& request);

 private:
  [[nodiscard]] Reply faults(const Request& request);
  [[nodiscard]] Reply clear_faults(const Request& request);
  [[nodiscard]] Reply log(const Request& request);
  [[nodiscard]] Reply stats() const;
  [[nodiscard]] Reply config(const Request& request);
  [[nodiscard]] Reply down(const Request& request);

  Parts parts_;
};

}  // namespace wardend::sandbox
