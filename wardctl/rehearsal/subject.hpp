// The app that is rehearsed, as the program wardend tells of it (`wardend --stage`). Values alone.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace wardend::wardctl {

struct Subject {
  std::string app = {};
  std::string name = {};  // as clinicians see it
  std::string server = {};
  std::string digest = {};  // SHA-256 of the site's configuration files, in hexadecimal
  bool launch_ehr = true;
  std::string patient_context = {};  // required, optional, none
  bool refreshes = false;            // it asks for what makes a session outlast its first token
  std::string advice = {};
  std::string configuration = {};          // in which the rehearsal plays, as TOML
  std::vector<std::string> replaced = {};  // what differs from the site's files, a sentence each
};

// nullopt: a member is missing, or not of its type.
[[nodiscard]] std::optional<Subject> read_subject(const nlohmann::json& stage);

}  // namespace wardend::wardctl
