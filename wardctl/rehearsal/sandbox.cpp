#include "wardctl/rehearsal/sandbox.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/json_members.hpp"

namespace wardend::wardctl {

std::string Sandbox::click(const std::string& app_url, const std::string& patient) const {
  return address_ + "/ehr/launch?" +
         form_encode({{"app_url", app_url}, {"user", "practitioner-1"}, {"patient", patient}});
}

void Sandbox::fault(const nlohmann::json& fault) { set("faults", fault); }

void Sandbox::mend(std::string_view place) {
  static_cast<void>(control_.send("DELETE", fmt::format("{}/_sandbox/faults?at={}", address_, place)));
}

void Sandbox::set(std::string_view what, const nlohmann::json& value) {
  static_cast<void>(control_.send("POST", fmt::format("{}/_sandbox/{}", address_, what), dump_json(value)));
}

nlohmann::json Sandbox::setting(const char* name) {
  const auto reply = control_.send("GET", address_ + "/_sandbox/config");
  const auto all = parse_json(reply.body, 64UL * 1024);
  const nlohmann::json* value = all ? find_member(*all, name) : nullptr;
  return value == nullptr ? nlohmann::json() : *value;
}

}  // namespace wardend::wardctl
