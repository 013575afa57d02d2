#include "daemon/configuration_check.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "config/loader.hpp"
#include "daemon/server/client_credentials.hpp"

namespace wardend {
namespace {

using nlohmann::json;

constexpr int exit_config = 78;  // EX_CONFIG

// Judged by what proves the client at a launch, so that both say the same.
std::string credential_fault(config::ClientAuth method, const std::filesystem::path& file) {
  const auto good = server::check_credential_file(method, file);
  return good ? std::string() : good.error();
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void print_text(const config::Loaded& loaded) {
  for (const config::Finding& finding : loaded.findings) fmt::print("{}\n", finding.to_string());
  const std::size_t errors = loaded.errors().size();
  const std::string found = counted(errors, "error") + ", " + counted(loaded.findings.size() - errors, "note");
  if (!loaded.config)
    fmt::print("The configuration cannot be used: {}.\n", found);
  else
    fmt::print("The configuration is good: {}, {}; {}.\n", counted(loaded.config->servers.size(), "server"),
               counted(loaded.config->apps.size(), "app"), found);
}

void print_object(const config::Loaded& loaded) {
  json findings = json::array();
  for (const config::Finding& finding : loaded.findings)
    findings.push_back({{"file", finding.file},
                        {"line", finding.line},
                        {"column", finding.column},
                        {"severity", finding.severity == config::Finding::Severity::error ? "error" : "note"},
                        {"text", finding.text}});
  json checked{{"good", loaded.config != nullptr}, {"findings", std::move(findings)}};
  if (loaded.config) {
    checked["servers"] = loaded.config->servers.size();
    checked["apps"] = loaded.config->apps.size();
  }
  fmt::print("{}\n", dump_json(checked));
}

}  // namespace

int check_configuration(const std::string& file, CheckForm form) {
  const config::Loaded loaded = config::load(file, config::Files::looked_at, credential_fault);
  form == CheckForm::json ? print_object(loaded) : print_text(loaded);
  return loaded.config ? 0 : exit_config;
}

}  // namespace wardend
