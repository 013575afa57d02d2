// The control interface below /_sandbox/: faults, log, counts, settings, clients, discovery, keys, profiles. JSON in,
// JSON out; what it does not understand gets a 400 that names the member.
#pragma once

#include "tests/sandbox/clients.hpp"
#include "tests/sandbox/discovery.hpp"
#include "tests/sandbox/faults.hpp"
#include "tests/sandbox/grants.hpp"
#include "tests/sandbox/inferno.hpp"
#include "tests/sandbox/keys.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/oauth.hpp"
#include "tests/sandbox/profiles.hpp"
#include "tests/sandbox/request_log.hpp"
#include "tests/sandbox/settings.hpp"
#include "tests/sandbox/shelf.hpp"
#include "tests/sandbox/sign_ins.hpp"

namespace wardend::sandbox {

class Control {
 public:
  struct Parts {
    Settings& settings;
    FaultTable& faults;
    RequestLog& log;
    Grants& grants;
    SignIns& sign_ins;
    Clients& clients;
    Discovery& discovery;
    SigningKeys& keys;
    InfernoChecks& inferno;
    Shelf& shelf;
    const OAuth& oauth;
  };
  // The settings of now are those to which a profile goes back.
  explicit Control(Parts parts) : parts_(parts), start_(parts.settings) {}

  [[nodiscard]] static bool owns(std::string_view path) { return path.starts_with("/_sandbox/"); }
  [[nodiscard]] Reply answer(const Request& request);

 private:
  using Done = std::expected<void, std::string>;

  [[nodiscard]] Reply faults(const Request& request);
  [[nodiscard]] Reply clear_faults(const Request& request);
  [[nodiscard]] Reply log(const Request& request);
  [[nodiscard]] Reply stats() const;
  [[nodiscard]] Reply config(const Request& request);
  [[nodiscard]] Reply down(const Request& request);
  [[nodiscard]] Reply logout(const Request& request);
  [[nodiscard]] Reply clients(const Request& request);
  [[nodiscard]] Reply discovery(const Request& request);
  [[nodiscard]] Reply rotate_keys(const Request& request);
  [[nodiscard]] Reply records(const Request& request);
  [[nodiscard]] Reply profile(const Request& request);

  [[nodiscard]] Done change_settings(std::string_view text);
  [[nodiscard]] Done add_fault(std::string_view text);
  [[nodiscard]] Done take_on(const Profile& profile);

  Parts parts_;
  Settings start_;
  std::string profile_ = "none";
};

}  // namespace wardend::sandbox
