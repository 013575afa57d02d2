// Entries of the audit trail with every member that they can have, and AuditEvents before the judge.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/audit_acts.hpp"
#include "tests/integration/balp_judge.hpp"

namespace wardend::test {

// The actions of each kind that an entry can be of.
[[nodiscard]] const std::map<AuditKind, std::vector<std::string>>& audit_actions();

[[nodiscard]] nlohmann::json full_entry();
// A full entry of this kind, with `changes` laid over it.
[[nodiscard]] nlohmann::json entry_of(AuditKind kind, const std::string& action,
                                      const nlohmann::json& changes = nlohmann::json::object());

class AuditEvents : public ::testing::Test {
 protected:
  [[nodiscard]] Judgement judge(const std::vector<nlohmann::json>& events,
                                Profiles profiles = Profiles::as_claimed) const;
  void SetUp() override { std::filesystem::create_directory(folder); }
  void TearDown() override { std::filesystem::remove_all(folder); }

 private:
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("audit-events-" + std::to_string(::getpid()));
};

}  // namespace wardend::test
