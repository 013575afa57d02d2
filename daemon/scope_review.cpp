#include "daemon/scope_review.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "config/loader.hpp"
#include "daemon/launch/admission.hpp"
#include "daemon/verify/scope_reach.hpp"

namespace wardend {
namespace {

using nlohmann::json;

constexpr int exit_unknown_name = 67;  // EX_NOUSER
constexpr int exit_config = 78;        // EX_CONFIG

json approved(const config::App& app) {
  json scopes = json::array();
  for (const config::Scope& scope : app.scopes) {
    const verify::ScopeReach reach = verify::reach_of(scope);
    scopes.push_back({{"scope", scope.scope},
                      {"action", scope.action},
                      {"approved_by", scope.approved_by},
                      {"approved_on", scope.approved_on},
                      {"covers", reach.covers},
                      {"wider", reach.wider}});
  }
  return scopes;
}

// The scopes that a launch needs and that wardend asks for by itself.
json added(const config::App& app) {
  json scopes = json::array();
  const smart::ScopeSet wanted = app.wanted_scopes();
  const auto add = [&](launch::Mode mode) {
    for (const std::string& scope : launch::requested_scopes(app, mode).list())
      if (!wanted.contains(scope))
        scopes.push_back({{"scope", scope},
                          {"launch", launch::name_of(mode)},
                          {"covers", verify::reach_of({scope, {}, {}, {}}).covers}});
  };
  if (app.launch_ehr) add(launch::Mode::ehr);
  if (app.launch_standalone) add(launch::Mode::standalone);
  return scopes;
}

}  // namespace

int review_scopes(const std::string& configuration_file, const std::string& id) {
  const config::Loaded loaded = config::load_to_read(configuration_file, config::Files::looked_at);
  if (!loaded.config) {
    for (const std::string& error : loaded.errors()) fmt::print(stderr, "{}\n", error);
    return exit_config;
  }
  const config::App* app = loaded.config->app(id);
  if (app == nullptr) {
    fmt::print(stderr, "wardend: the configuration has no app {}\n", id);
    return exit_unknown_name;
  }
  json review{{"app", app->id}, {"name", app->name}, {"scopes", approved(*app)}, {"added", added(*app)}};
  if (!app->population.empty()) review["population"] = app->population;
  if (!app->consent.empty()) review["consent"] = app->consent;
  fmt::print("{}\n", dump_json(review));
  return 0;
}

}  // namespace wardend
