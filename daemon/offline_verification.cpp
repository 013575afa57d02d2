#include "daemon/offline_verification.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "config/loader.hpp"
#include "daemon/service/verify_method.hpp"
#include "daemon/verify/compare.hpp"
#include "daemon/verify/saved_documents.hpp"

namespace wardend {
namespace {

constexpr int exit_not_ready = 1;
constexpr int exit_usage = 2;
constexpr int exit_no_input = 66;      // EX_NOINPUT
constexpr int exit_unknown_name = 67;  // EX_NOUSER
constexpr int exit_config = 78;        // EX_CONFIG

int refuse(int code, const std::string& why) {
  fmt::print(stderr, "wardend: {}\n", why);
  return code;
}

}  // namespace

int verify_offline(const std::string& configuration_file, const OfflineSubject& subject) {
  const config::Loaded loaded = config::load_to_read(configuration_file, config::Files::left_alone);
  if (!loaded.config) {
    for (const std::string& error : loaded.errors()) fmt::print(stderr, "{}\n", error);
    return exit_config;
  }
  const config::App* app = loaded.config->app(subject.app);
  if (app == nullptr) return refuse(exit_unknown_name, "the configuration has no app " + subject.app);
  if (subject.server.empty() && app->servers.size() != 1)
    return refuse(exit_usage, "app " + subject.app + " has several servers: name one with --server");
  const std::string& name = subject.server.empty() ? app->servers.front() : subject.server;
  const config::Server* server = loaded.config->server(name);
  if (server == nullptr || app->registration(name) == nullptr)
    return refuse(exit_unknown_name, "app " + subject.app + " has no server " + name);
  const auto evidence = verify::read_saved_documents(subject.documents, *server);
  if (!evidence) return refuse(exit_no_input, evidence.error());
  const verify::Report report = verify::compare({*app, *server}, *evidence);
  fmt::print("{}\n", dump_json(service::to_wire(report).to_json()));
  return report.ready() ? 0 : exit_not_ready;
}

}  // namespace wardend
